import { describe, expect, it } from 'vitest';
import {
  attributeByArgmax,
  fitWtaDetector,
  scoreImages,
  sourcePValue,
  wtaCodes,
  wtaGirish2021,
} from '../src/index.js';
import { featureSet, options, SPACE, sampleSources } from './samples.js';

const UP = [2, 1];
const DOWN = [1, 2];

/** Source 0: three up, one down. Source 1: one up, three down. Two features: rows differ in all hashes or none. */
function upAndDown(overrides: Record<string, unknown>) {
  const rows = featureSet([UP, UP, UP, DOWN, UP, DOWN, DOWN, DOWN]);
  const labels = Int32Array.of(0, 0, 0, 0, 1, 1, 1, 1);
  return fitWtaDetector(rows, labels, 2, options({ hashCount: 8, ...overrides }), 1);
}

describe('scoreImages()', () => {
  it('gives the mean Hamming distance to each source', () => {
    // Up differs from one of the four images of source 0, from three of source 1.
    const { distances } = scoreImages(upAndDown({}), featureSet([UP, DOWN]));
    expect([...distances]).toEqual([2, 6, 6, 2]);
  });

  it('names the nearest source that accepts, with score, margin and p-value', () => {
    // Leave-one-out distances of both sources: 8/3 three times and 8. Median 8/3, 0.5 quantile 8/3: with
    // falseRejectRate 0.5 every scale is 0, so excess counts permutations: d - 8/3.
    const detector = upAndDown({ falseRejectRate: 0.5 });
    const scores = scoreImages(detector, featureSet([UP, DOWN]));
    expect([...scores.nearest]).toEqual([0, 1]);
    expect([...scores.source]).toEqual([0, 1]);
    expect(scores.oodScore[0]).toBeCloseTo(2 - 8 / 3, 6);
    expect(scores.margin[0]).toBeCloseTo(4, 6);
    // The odd image of a source is nearer to the other one: 6 - 8/3 > 2 - 8/3. So the reference is 0 six times
    // and -2/3 twice; all eight are at least -2/3.
    expect(scores.pValue[0]).toBe(1);
    expect([...detector.reference].map((value) => Math.round(value * 3))).toEqual([-2, -2, 0, 0, 0, 0, 0, 0]);
  });

  it('equals the mean over the codes of all pairs', () => {
    const known = sampleSources(1, 'known', 3, 7);
    const fresh = sampleSources(1, 'fresh', 3, 100).features;
    const detector = fitWtaDetector(known.features, known.labels, 3, options({ hashCount: 61 }), 2);
    const { distances } = scoreImages(detector, fresh);
    const a = wtaCodes(detector.hash, fresh.data);
    const b = wtaCodes(detector.hash, known.features.data);
    for (let i = 0; i < 300; i++) {
      const sums = [0, 0, 0];
      known.labels.forEach((label, j) => {
        for (let h = 0; h < 61; h++) if (a[i * 61 + h] !== b[j * 61 + h]) sums[label]++;
      });
      sums.forEach((sum, s) => {
        // Float32 holds the mean to 6e-8 of at most 61.
        expect(Math.abs(distances[i * 3 + s] - sum / 7)).toBeLessThan(4e-6);
      });
    }
  });

  it('ranks images the same by score and by p-value', () => {
    const known = sampleSources(6, 'known', 3, 40);
    const detector = fitWtaDetector(known.features, known.labels, 3, options({ hashCount: 64 }), 2);
    const { oodScore, pValue, source, nearest } = scoreImages(
      detector,
      sampleSources(7, 'other', 5, 40).features,
    );
    const order = [...oodScore.keys()].sort((a, b) => oodScore[a] - oodScore[b]);
    for (let i = 1; i < order.length; i++) expect(pValue[order[i]]).toBeLessThanOrEqual(pValue[order[i - 1]]);
    // 120 labelled images: rejected exactly at p ≤ 0.05, that is ⌊0.05 · 121⌋ = 6 of 121.
    for (let i = 0; i < 200; i++) expect(source[i]).toBe(pValue[i] > 6 / 121 + 1e-6 ? nearest[i] : -1);
  });

  it('accepts strictly below the pairwise threshold', () => {
    // Pairs: 0 three times and 8 three times; the 0.4 quantile is 0, the 0.9 quantile 8.
    const at = (thresholdQuantile: number) =>
      scoreImages(upAndDown({ ...wtaGirish2021, thresholdQuantile }), featureSet([UP])).accepts;
    expect([...at(0.9)]).toEqual([1, 1]);
    expect([...at(0.4)]).toEqual([0, 0]);
    const exact = fitWtaDetector(
      featureSet([UP, UP]),
      new Int32Array(2),
      1,
      options({ ...wtaGirish2021, hashCount: 8 }),
      1,
    );
    expect([...scoreImages(exact, featureSet([UP])).accepts]).toEqual([0]);
  });

  it('accepts nothing when every source has one image, and ranks by distance', () => {
    const detector = fitWtaDetector(
      featureSet([UP, DOWN]),
      Int32Array.of(0, 1),
      2,
      options({ hashCount: 8 }),
      1,
    );
    expect(detector.uncalibrated).toEqual([0, 1]);
    const scores = scoreImages(detector, featureSet([DOWN]));
    expect(scores).toMatchObject({ source: Int32Array.of(-1), nearest: Int32Array.of(1) });
    expect([scores.oodScore[0], scores.margin[0], scores.pValue[0]]).toEqual([0, 8, 1]);
  });

  it('gives empty scores for no image', () => {
    const scores = scoreImages(upAndDown({}), featureSet([], 2));
    expect(scores.source.length + scores.distances.length).toBe(0);
  });

  it('refuses features of another space', () => {
    const round2 = { ...featureSet([UP]), space: { ...SPACE, round: 2 } };
    expect(() => scoreImages(upAndDown({}), round2)).toThrow(TypeError);
  });
});

describe('sourcePValue()', () => {
  it('ranks a distance among the leave-one-out distances of the source', () => {
    // Source 0 has 8/3 three times and 8 once: at 3 one of four is as large, at 2 all, above 8 none.
    const detector = upAndDown({});
    expect(sourcePValue(detector, 0, 3)).toBe(2 / 5);
    expect(sourcePValue(detector, 0, 2)).toBe(1);
    expect(sourcePValue(detector, 0, 8)).toBe(2 / 5);
    expect(sourcePValue(detector, 0, 8.1)).toBe(1 / 5);
  });
});

describe('attributeByArgmax()', () => {
  it("takes the network's choice where any source of the same kind accepts", () => {
    const scores = {
      sourceCount: 3,
      distances: new Float32Array(12),
      accepts: Uint8Array.of(1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0),
      source: new Int32Array(4),
      nearest: new Int32Array(4),
      margin: new Float32Array(4),
      oodScore: new Float32Array(4),
      pValue: new Float32Array(4),
    };
    const argmax = Int32Array.of(1, 2, 1, 2);
    // With two known sources and one cluster: source 0 accepts for 1; the cluster for itself; not for known 1.
    expect([...attributeByArgmax(scores, argmax, 2)]).toEqual([1, 2, -1, -1]);
    expect([...attributeByArgmax(scores, argmax)]).toEqual([1, 2, 1, -1]);
    expect(() => attributeByArgmax(scores, Int32Array.of(1))).toThrow(TypeError);
  });
});
