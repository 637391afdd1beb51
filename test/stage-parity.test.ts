import { readFileSync } from 'node:fs';
import { createFeatureSet, decodeNpy, type FeatureSet, selectRows } from '@ganscout/data-model';
import { kmeansFrom, kmeansGirish2021, kmeansOptionsSchema } from '@ganscout/kmeans';
import { mergeClusters, mergeGirish2021, mergeOptionsSchema, summarizeClusters } from '@ganscout/nn-merge';
import { refineClusters, refineGirish2021, refineOptionsSchema } from '@ganscout/refine';
import {
  attributeByArgmax,
  fitWtaDetector,
  scoreImages,
  wtaCodes,
  wtaGirish2021,
  wtaOptionsSchema,
} from '@ganscout/wta-ood';
import { describe, expect, it } from 'vitest';

// Golden files: test/reference/stages/reference.py (numpy, scipy, scikit-learn; versions in figures.json).
const folder = new URL('./reference/stages/', import.meta.url);
const golden = (name: string) => decodeNpy(readFileSync(new URL(`${name}.npy`, folder)));
const labelsOf = (name: string) => Int32Array.from(golden(name).data);
const figures = JSON.parse(readFileSync(new URL('figures.json', folder), 'utf8')) as {
  knownCount: number;
  atMost: number;
  thresholds: number[];
  round2Thresholds: number[];
  inertia: number;
};

function featureSet(name: string): FeatureSet {
  const { data, shape } = golden(name);
  const ids = Array.from({ length: shape[0] as number }, (_, i) => `${name}-${i}`);
  const space = { extractor: 'fixed', layer: '', round: 0, transform: 'standardized' };
  return createFeatureSet(ids, shape[1] as number, data as Float32Array, space);
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let largest = 0;
  for (let i = 0; i < a.length; i++)
    largest = Math.max(largest, Math.abs((a[i] as number) - (b[i] as number)));
  return largest;
}

const known = featureSet('known');
const knownLabels = labelsOf('known-labels');
const discovery = featureSet('discovery');
const axes = golden('axes');
const [hashCount, windowSize] = axes.shape as [number, number];
const hash = { dims: known.dims, hashCount, windowSize, axes: Int32Array.from(axes.data) };
const wtaOptions = wtaOptionsSchema.parse({ ...wtaGirish2021, hashCount });

function detect(features: FeatureSet, labels: Int32Array, sourceCount: number) {
  const detector = fitWtaDetector(features, labels, sourceCount, wtaOptions, 0, hash);
  return { detector, scores: scoreImages(detector, discovery) };
}

/** The reference's stages one after the other, each on its own result. */
function runStages() {
  const { scores } = detect(known, knownLabels, figures.knownCount);
  const attributed = attributeByArgmax(scores, labelsOf('argmax'));
  const rows = Int32Array.from(attributed.keys()).filter((row) => attributed[row] === -1);
  const unassigned = selectRows(discovery, rows);
  const clustered = kmeansFrom(
    unassigned,
    golden('initial').data as Float32Array,
    kmeansOptionsSchema.parse(kmeansGirish2021),
  );
  const merged = mergeClusters(
    summarizeClusters(unassigned, clustered.labels, clustered.clusterCount),
    mergeOptionsSchema.parse(mergeGirish2021),
  );
  const clusters = clustered.labels.map((label) => merged.newLabels[label] as number);
  // The recipe dissolves at "at most" so many rows, the option gives the least number kept.
  const refineOptions = refineOptionsSchema.parse({ ...refineGirish2021, minimumSize: figures.atMost + 1 });
  const refined = refineClusters(unassigned, clusters, merged.clusterCount, refineOptions, 0);
  return { attributed, rows, clustered, merged, refined };
}

const stages = runStages();

/** Labels with the refined clusters numbered without gaps after the known sources. */
function finalLabels(): Int32Array {
  const left = stages.refined.clusters
    .filter((cluster) => !cluster.dissolved)
    .map((cluster) => cluster.label);
  const labels = stages.attributed.slice();
  stages.rows.forEach((row, i) => {
    const at = left.indexOf(stages.refined.labels[i] as number);
    if (at !== -1) labels[row] = figures.knownCount + at;
  });
  return labels;
}

describe('the girish2021 stages equal the Python reference', () => {
  it('hash codes, exactly, ties included', () => {
    const codes = wtaCodes(hash, discovery.data);
    const expected = golden('codes');
    const columns = expected.shape[1] as number;
    for (let i = 0; i < discovery.ids.length; i++) {
      expect(codes.subarray(i * hashCount, i * hashCount + columns)).toEqual(
        expected.data.subarray(i * columns, (i + 1) * columns),
      );
    }
  });

  it('thresholds to 1e-9, mean distances to 1e-4 of 256, acceptance and attribution exactly', () => {
    const { detector, scores } = detect(known, knownLabels, figures.knownCount);
    // Distances are integers in both; the quantile interpolates in float64.
    expect(largestDifference(detector.thresholds, figures.thresholds)).toBeLessThan(1e-9);
    // Ours are stored as float32.
    expect(largestDifference(scores.distances, golden('distances').data)).toBeLessThan(1e-4);
    expect(scores.accepts).toEqual(golden('accepts').data);
    expect(stages.attributed).toEqual(labelsOf('attributed'));
  });

  it('leave-one-out mean distances to 1e-9', () => {
    const { detector } = detect(known, knownLabels, figures.knownCount);
    expect(largestDifference(detector.ownDistances, golden('own-distances').data)).toBeLessThan(1e-9);
  });

  it('k-means labels exactly, centroids to 1e-5, inertia to 1e-6 of it', () => {
    expect(stages.clustered.labels).toEqual(labelsOf('kmeans-labels'));
    // Centroids are float32 here and float64 there.
    expect(largestDifference(stages.clustered.centroids, golden('centroids').data)).toBeLessThan(1e-5);
    expect(Math.abs(stages.clustered.inertia / figures.inertia - 1)).toBeLessThan(1e-6);
    expect(stages.clustered.converged).toBe(true);
  });

  it('merged labels exactly', () => {
    expect(stages.merged.newLabels).toEqual(labelsOf('merged'));
  });

  it('support vector decisions to 1e-2, released rows in at least 99.5 % of rows', () => {
    // Both solvers stop at a violation of 1e-3.
    expect(largestDifference(stages.refined.decisions, golden('decisions').data)).toBeLessThan(1e-2);
    const expected = labelsOf('refined');
    const equal = stages.refined.labels.filter((label, i) => label === expected[i]).length;
    expect(equal / expected.length).toBeGreaterThanOrEqual(0.995);
  });

  it('the final labels after all stages, and acceptance against the discovered clusters', () => {
    const labels = finalLabels();
    expect(labels).toEqual(labelsOf('final'));
    const clusterRows = Int32Array.from(labels.keys()).filter(
      (row) => (labels[row] as number) >= figures.knownCount,
    );
    const clusters = selectRows(discovery, clusterRows);
    const all = createFeatureSet(
      [...known.ids, ...clusters.ids],
      known.dims,
      Float32Array.of(...known.data, ...clusters.data),
      known.space,
    );
    const allLabels = Int32Array.of(...knownLabels, ...clusterRows.map((row) => labels[row] as number));
    const { detector, scores } = detect(all, allLabels, figures.round2Thresholds.length);
    expect(largestDifference(detector.thresholds, figures.round2Thresholds)).toBeLessThan(1e-9);
    expect(scores.accepts).toEqual(golden('round2-accepts').data);
  });
});
