import { createFeatureSet } from '@ganscout/data-model';
import { createRandom } from '@ganscout/numeric';
import { describe, expect, it } from 'vitest';
import { refineClusters, refineGirish2021, refineOptionsSchema } from '../src/index.js';

const SPACE = { extractor: 'test', layer: '', round: 0, transform: '' };
const DIMS = 6;

function options(overrides: Record<string, unknown> = {}) {
  return refineOptionsSchema.parse(overrides);
}

function featureSet(values: ArrayLike<number>, dims = DIMS) {
  const ids = Array.from({ length: values.length / dims }, (_, i) => `image-${i}`);
  return createFeatureSet(ids, dims, Float32Array.from(values), SPACE);
}

/** Rows of three sources far apart, in turn; row 0 carries the label of source 1, row 3 that of source 2. */
function mislabelled(rows = 120) {
  const random = createRandom(1, 'test');
  const means = Array.from({ length: 3 * DIMS }, () => 3 * random.normal());
  const values = Array.from(
    { length: rows * DIMS },
    (_, at) => means[(Math.floor(at / DIMS) % 3) * DIMS + (at % DIMS)] + random.normal(),
  );
  const labels = Int32Array.from({ length: rows }, (_, i) => i % 3);
  labels[0] = 1;
  labels[3] = 2;
  return { features: featureSet(values), labels };
}

describe.each([
  ['nystrom', {}],
  ['svm', { ...refineGirish2021, minimumSize: 20 }],
  ['svm in little memory', { ...refineGirish2021, minimumSize: 20, kernelCacheMegabytes: 1e-3 }],
])('refineClusters() with solver %s', (_, chosen) => {
  it('releases the rows of other sources and keeps the rest', () => {
    const { features, labels } = mislabelled();
    const result = refineClusters(features, labels, 3, options(chosen), 1);
    const expected = labels.slice();
    expected[0] = -1;
    expected[3] = -1;
    expect(result.labels).toEqual(expected);
    expect(result.clusters).toEqual([
      { label: 0, size: 38, kept: 38, dissolved: false },
      { label: 1, size: 41, kept: 40, dissolved: false },
      { label: 2, size: 41, kept: 40, dissolved: false },
    ]);
    result.decisions.forEach((value, i) => {
      expect(value > 0).toBe(i !== 0 && i !== 3);
    });
  });

  it('dissolves a cluster with fewer rows judged its own than minimumSize', () => {
    const { features, labels } = mislabelled();
    const at = (minimumSize: number) =>
      refineClusters(features, labels, 3, options({ ...chosen, minimumSize }), 1).clusters.map(
        (cluster) => cluster.kept,
      );
    expect(at(38)).toEqual([38, 40, 40]);
    expect(at(39)).toEqual([0, 40, 40]);
    expect(at(41)).toEqual([0, 0, 0]);
  });

  it('dissolves a cluster with at most minimumShare of its rows judged its own', () => {
    const { features, labels } = mislabelled();
    const dissolved = (minimumShare: number) =>
      refineClusters(features, labels, 3, options({ ...chosen, minimumShare }), 1).clusters.map(
        (cluster) => cluster.dissolved,
      );
    // 40 of 41 is 0.9756; 38 of 38 is 1.
    expect(dissolved(0.975)).toEqual([false, false, false]);
    expect(dissolved(0.976)).toEqual([false, true, true]);
    expect(dissolved(1)).toEqual([true, true, true]);
  });

  it('leaves unassigned rows out, whatever they are', () => {
    const { features, labels } = mislabelled();
    const without = labels.map((label, i) => (i % 5 === 0 ? -1 : label));
    const moved = features.data.slice();
    for (let i = 0; i < 120; i += 5) moved.fill(1e3 * i, i * DIMS, (i + 1) * DIMS);
    const result = refineClusters(features, without, 3, options(chosen), 1);
    expect(refineClusters({ ...features, data: moved }, without, 3, options(chosen), 1)).toEqual(result);
    for (let i = 0; i < 120; i += 5) expect([result.labels[i], result.decisions[i]]).toEqual([-1, 0]);
  });

  it('keeps a single cluster as it is if it is large enough', () => {
    const { features } = mislabelled(30);
    const labels = new Int32Array(30).fill(1);
    const result = refineClusters(features, labels, 2, options({ ...chosen, minimumSize: 30 }), 1);
    expect(result.labels).toEqual(labels);
    expect(result.clusters[0]).toEqual({ label: 0, size: 0, kept: 0, dissolved: true });
    const small = refineClusters(features, labels, 2, options({ ...chosen, minimumSize: 31 }), 1);
    expect(new Set(small.labels)).toEqual(new Set([-1]));
  });

  it('takes no row, no assigned row, and rows that are all equal', () => {
    expect(refineClusters(featureSet([]), new Int32Array(0), 0, options(chosen), 1).clusters).toEqual([]);
    const none = refineClusters(mislabelled(9).features, new Int32Array(9).fill(-1), 0, options(chosen), 1);
    expect(new Set(none.labels)).toEqual(new Set([-1]));
    const equal = featureSet(new Float32Array(60 * DIMS).fill(2));
    const labels = Int32Array.from({ length: 60 }, (_, i) => i % 2);
    expect(refineClusters(equal, labels, 2, options(chosen), 1).labels.length).toBe(60);
  });

  it('gives the same bytes for the same seed and leaves its input unchanged', () => {
    const { features, labels } = mislabelled();
    const before = [features.data.slice(), labels.slice()];
    const few = options({ ...chosen, landmarkCount: 10 });
    const first = refineClusters(features, labels, 3, few, 4);
    expect(refineClusters(features, labels, 3, few, 4)).toEqual(first);
    expect([features.data, labels]).toEqual(before);
  });

  it('refuses wrong labels and NaN', () => {
    const { features, labels } = mislabelled();
    expect(() => refineClusters(features, labels, 2, options(chosen), 1)).toThrow(
      /labels must be in \[-1, 2\), got 2/,
    );
    expect(() => refineClusters(features, labels.subarray(1), 3, options(chosen), 1)).toThrow(TypeError);
    const broken = features.data.slice();
    broken[7] = Number.NaN;
    expect(() => refineClusters({ ...features, data: broken }, labels, 3, options(chosen), 1)).toThrow(
      'got NaN in row 1 (image-1)',
    );
  });
});
