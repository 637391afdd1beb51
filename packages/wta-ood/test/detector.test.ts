import { describe, expect, it } from 'vitest';
import { fitWtaDetector, scoreImages, wtaCodes, wtaGirish2021 } from '../src/index.js';
import { featureSet, options, sampleSources } from './samples.js';

/** Mean over the pairs of codes, one by one. */
function hammingDistances(
  codes: Uint8Array,
  hashCount: number,
  from: number,
  to: readonly number[],
): number[] {
  return to.map((j) => {
    let distance = 0;
    for (let h = 0; h < hashCount; h++) {
      if (codes[from * hashCount + h] !== codes[j * hashCount + h]) distance++;
    }
    return distance;
  });
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('fitWtaDetector()', () => {
  it('calibrates on leave-one-out mean distances', () => {
    // With two features every hash compares the same pair, so rows differ in all 4 hashes or in none.
    // Source 0: three rows up, one down. Leave-one-out: up (0 + 0 + 4) / 3 = 4/3, down 4.
    const rows = featureSet([
      [2, 1],
      [5, 0],
      [3, 1],
      [0, 1],
    ]);
    const detector = fitWtaDetector(rows, new Int32Array(4), 1, options({ hashCount: 4 }), 1);
    expect([...detector.ownDistances]).toEqual([4 / 3, 4 / 3, 4 / 3, 4]);
    // Median 4/3; the 0.95 quantile is 0.85 of the way from the third to the fourth value.
    expect(detector.scales[0]).toBeCloseTo(0.85 * (4 - 4 / 3), 12);
    expect(detector.thresholds[0]).toBeCloseTo(4 / 3 + 0.85 * (4 - 4 / 3), 12);
  });

  it('takes the quantile of single pairs without self-pairs as published', () => {
    // Pairs of the same four rows: up-up 0 three times, up-down 4 three times. The 0.9 quantile is 4,
    // the 0.5 quantile halfway between 0 and 4. With self-pairs the median would be 0.
    const rows = featureSet([
      [2, 1],
      [5, 0],
      [3, 1],
      [0, 1],
    ]);
    const published = { ...wtaGirish2021, hashCount: 4 };
    const labels = new Int32Array(4);
    expect(fitWtaDetector(rows, labels, 1, options(published), 1).thresholds[0]).toBe(4);
    const median = fitWtaDetector(rows, labels, 1, options({ ...published, thresholdQuantile: 0.5 }), 1);
    expect(median.thresholds[0]).toBe(2);
  });

  it.each([2, 3, 5])('equals brute force over pairs of images at K = %i', (windowSize) => {
    const { features, labels } = sampleSources(1, 'known', 3, 9);
    const chosen = options({ ...wtaGirish2021, hashCount: 53, windowSize });
    const detector = fitWtaDetector(features, labels, 3, chosen, 5);
    const codes = wtaCodes(detector.hash, features.data);
    for (let s = 0; s < 3; s++) {
      const rows = [...labels.keys()].filter((i) => labels[i] === s);
      const pairs = rows
        .flatMap((i) =>
          hammingDistances(
            codes,
            53,
            i,
            rows.filter((j) => j < i),
          ),
        )
        .sort((a, b) => a - b);
      const position = 0.9 * (pairs.length - 1);
      const [low, high] = [pairs[Math.floor(position)], pairs[Math.floor(position) + 1]];
      expect(detector.thresholds[s]).toBeCloseTo(low + (position % 1) * (high - low), 10);
      const own = rows.map((i) =>
        mean(
          hammingDistances(
            codes,
            53,
            i,
            rows.filter((j) => j !== i),
          ),
        ),
      );
      const stored = detector.ownDistances.subarray(detector.ownStart[s], detector.ownStart[s + 1]);
      own
        .sort((a, b) => a - b)
        .forEach((distance, i) => {
          expect(stored[i]).toBeCloseTo(distance, 10);
        });
    }
  });

  it('estimates the quantile of many pairs from a sample', () => {
    const { features, labels } = sampleSources(2, 'known', 1, 300);
    const exact = fitWtaDetector(features, labels, 1, options({ ...wtaGirish2021, hashCount: 512 }), 5);
    const sampled = fitWtaDetector(
      features,
      labels,
      1,
      options({ ...wtaGirish2021, hashCount: 512, pairSampleSize: 5000 }),
      5,
    );
    // 5,000 pairs: standard error of the probability √(0.9 · 0.1 / 5000) = 0.0042, so the threshold lies between
    // the exact 0.883 and 0.917 quantiles, four standard errors away.
    const between = [0.883, 0.917].map(
      (thresholdQuantile) =>
        fitWtaDetector(
          features,
          labels,
          1,
          options({ ...wtaGirish2021, hashCount: 512, thresholdQuantile }),
          5,
        ).thresholds[0],
    );
    expect(sampled.thresholds[0]).not.toBe(exact.thresholds[0]);
    expect(sampled.thresholds[0]).toBeGreaterThanOrEqual(between[0]);
    expect(sampled.thresholds[0]).toBeLessThanOrEqual(between[1]);
  });

  it.each([0.05, 0.2])('rejects new images of known sources at the rate asked for: %f', (falseRejectRate) => {
    // The four sources overlap, so most images have several chances of being accepted.
    let rejected = 0;
    let unknownRejected = 0;
    for (let seed = 0; seed < 12; seed++) {
      const known = sampleSources(seed, 'known', 4, 50);
      const chosen = options({ hashCount: 128, falseRejectRate });
      const detector = fitWtaDetector(known.features, known.labels, 4, chosen, seed);
      const fresh = scoreImages(detector, sampleSources(seed, 'fresh', 4, 100).features);
      rejected += fresh.source.filter((source) => source === -1).length;
      const other = scoreImages(detector, sampleSources(seed + 1000, 'other', 4, 100).features);
      unknownRejected += other.source.filter((source) => source === -1).length;
    }
    // One detector's rate has standard deviation √(q (1 - q) / 200) from calibration and half as much from the
    // 400 images; over 12 detectors about 0.005 at 0.05 and 0.009 at 0.2. Tolerance: three of them.
    const tolerance = falseRejectRate === 0.05 ? 0.015 : 0.028;
    expect(Math.abs(rejected / 4800 - falseRejectRate)).toBeLessThan(tolerance);
    expect(unknownRejected).toBeGreaterThan(1.5 * rejected);
  });

  it('leaves a source of one image uncalibrated: it accepts nothing, not even that image', () => {
    const { features, labels } = sampleSources(3, 'known', 2, 30);
    const alone = labels.map((label, i) => (i === 0 ? 2 : label));
    const detector = fitWtaDetector(features, alone, 3, options({ hashCount: 64 }), 1);
    expect(detector.uncalibrated).toEqual([2]);
    expect(detector.reference.length).toBe(59);
    const { accepts, nearest } = scoreImages(detector, features);
    for (let i = 0; i < 60; i++) expect(accepts[i * 3 + 2]).toBe(0);
    expect(nearest.includes(2)).toBe(false);
  });

  it('rejects an image stranger than every labelled one, however few they are', () => {
    const rows = featureSet([
      [2, 1],
      [5, 0],
      [3, 1],
    ]);
    const detector = fitWtaDetector(rows, new Int32Array(3), 1, options({ hashCount: 8 }), 1);
    expect([
      ...scoreImages(
        detector,
        featureSet([
          [9, 1],
          [1, 9],
        ]),
      ).source,
    ]).toEqual([0, -1]);
  });

  it('gives the same bytes for the same seed and leaves its inputs unchanged', () => {
    const { features, labels } = sampleSources(4, 'known', 3, 20);
    const data = features.data.slice();
    const first = fitWtaDetector(features, labels, 3, options({ hashCount: 64 }), 9);
    expect(fitWtaDetector(features, labels, 3, options({ hashCount: 64 }), 9)).toEqual(first);
    expect(features.data).toEqual(data);
  });

  it('does not depend on the order of the rows', () => {
    const { features, labels } = sampleSources(5, 'known', 2, 15);
    const rows = Array.from(labels.keys(), (i) => [...features.data.subarray(i * 8, i * 8 + 8)]);
    const backwards = featureSet(rows.reverse());
    const one = fitWtaDetector(features, labels, 2, options({ hashCount: 64 }), 9);
    const other = fitWtaDetector(backwards, labels.slice().reverse(), 2, options({ hashCount: 64 }), 9);
    expect(other).toEqual(one);
  });

  it('refuses wrong labels and NaN, naming value and rule', () => {
    const rows = featureSet([
      [0, 1],
      [1, 0],
    ]);
    const fitWith = (labels: Int32Array) => fitWtaDetector(rows, labels, 2, options(), 1);
    expect(() => fitWith(Int32Array.of(0))).toThrow('one value for each of 2 images, got 1');
    expect(() => fitWith(Int32Array.of(0, 2))).toThrow('labels must be in [0, 2), got 2 in row 1');
    const broken = { ...rows, data: Float32Array.of(0, 1, Number.NaN, 0) };
    expect(() => fitWtaDetector(broken, Int32Array.of(0, 1), 2, options(), 1)).toThrow(/got NaN in row 1/);
  });
});
