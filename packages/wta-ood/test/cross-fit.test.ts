import { describe, expect, it } from 'vitest';
import { crossFitDistances, fitWtaDetector, scoreImages } from '../src/index.js';
import { featureSet, options, sampleSources } from './samples.js';

describe('crossFitDistances()', () => {
  it('gives the distances computed by hand', () => {
    // With two features every hash compares the same pair, so rows differ in all 4 hashes or in none. Source 0: up, up, down;
    // source 1: down. Fold 0 holds the first and the last row, so that outside of it source 0 has up and down, and source 1
    // nothing; outside of fold 1 are one up of source 0 and the down of source 1.
    const known = featureSet([
      [2, 1],
      [5, 0],
      [0, 1],
      [0, 3],
    ]);
    const folds = Int32Array.of(0, 1, 1, 0);
    const images = { known, labels: Int32Array.of(0, 0, 0, 1), sourceCount: 2, folds, foldCount: 2 };
    const distances = crossFitDistances(images, options({ hashCount: 4 }), 1);
    expect([...distances]).toEqual([2, 4, 0, 4, 4, 0, 2, 4]);
  });

  it.each([2, 3, 5])('equals detectors fitted without each fold at K = %i', (windowSize) => {
    const { features, labels } = sampleSources(1, 'known', 5, 9);
    const rows = Array.from(labels.keys(), (i) => [...features.data.subarray(i * 8, i * 8 + 8)]);
    const folds = labels.map((_, row) => Math.floor(row / 4) % 3);
    const chosen = options({ hashCount: 53, windowSize });
    const images = { known: features, labels, sourceCount: 5, folds, foldCount: 3 };
    const distances = crossFitDistances(images, chosen, 7);
    for (let fold = 0; fold < 3; fold++) {
      const outside = [...folds.keys()].filter((row) => folds[row] !== fold);
      const inside = [...folds.keys()].filter((row) => folds[row] === fold);
      const others = featureSet(outside.map((row) => rows[row]));
      const detector = fitWtaDetector(
        others,
        Int32Array.from(outside, (row) => labels[row]),
        5,
        chosen,
        7,
      );
      const scores = scoreImages(detector, featureSet(inside.map((row) => rows[row])));
      inside.forEach((row, i) => {
        expect(distances.subarray(row * 5, row * 5 + 5)).toEqual(scores.distances.subarray(i * 5, i * 5 + 5));
      });
    }
  });

  it('gives nothing for no images', () => {
    const none = { ...featureSet([[1, 2]]), ids: [], data: new Float32Array(0) };
    const images = {
      known: none,
      labels: new Int32Array(0),
      sourceCount: 1,
      folds: new Int32Array(0),
      foldCount: 2,
    };
    expect(crossFitDistances(images, options(), 1)).toHaveLength(0);
  });

  it('refuses wrong folds, naming value and rule', () => {
    const images = {
      known: featureSet([
        [0, 1],
        [1, 0],
      ]),
      labels: new Int32Array(2),
      sourceCount: 1,
    };
    const fitWith = (folds: Int32Array) =>
      crossFitDistances({ ...images, folds, foldCount: 2 }, options(), 1);
    expect(() => fitWith(Int32Array.of(0))).toThrow('one value for each of 2 images, got 1');
    expect(() => fitWith(Int32Array.of(0, 2))).toThrow('folds must be in [0, 2), got 2 in row 1');
  });
});
