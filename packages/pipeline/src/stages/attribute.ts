import { decodeNpy, encodeNpy, type FeatureSet, UNASSIGNED } from '@ganscout/data-model';
import { meanByLabel } from '@ganscout/numeric';
import type { DetectionOptions } from '../config/schema.js';
import type { LabelState } from '../label-state.js';
import { writeSourceTest } from '../source-test-files.js';
import type { SpaceRows } from '../spaces.js';
import type { StageOutput, StageWriter } from '../stage-store.js';
import { allMembers, knownMembers, referenceOf } from './detect.js';
import type { KnownLabels } from './merge.js';
import { applySourceTest, fitSourceTest } from './source-test.js';

/** What is said of every image of the discovery set at the end; N values each. */
export interface Attribution {
  /** Against the known sources; larger is more out-of-distribution. */
  readonly oodScore: Float32Array;
  /** Conformal p-value of belonging to any source, known or discovered. */
  readonly pValue: Float32Array;
  /** Lead of the nearest source over the second. */
  readonly margin: Float32Array;
  /** Known label that the image would have if none were rejected. */
  readonly nearestKnown: Int32Array;
  /** Labels after each unassigned image went to the source whose centroid has the largest cosine. */
  readonly completed: Int32Array;
}

const FLOATS = ['oodScore', 'pValue', 'margin'] as const;
const LABELS = ['nearestKnown', 'completed'] as const;

/** Scores all images against all sources after the last round, and keeps the test for images to come. */
export function attributeStage(
  rows: SpaceRows,
  known: KnownLabels,
  state: LabelState,
  options: DetectionOptions,
  seed: number,
  writer: StageWriter,
): void {
  const { knownCount } = state.assignment;
  const reference = referenceOf(rows, known, knownCount, options, seed);
  const knownTest = fitSourceTest(knownMembers(rows, known, knownCount), reference, options, seed);
  const knownScores = applySourceTest(knownTest, rows.discovery);
  const test = fitSourceTest(allMembers(rows, known, state), reference, options, seed);
  writeSourceTest(writer, test);
  const all = applySourceTest(test, rows.discovery);
  const attribution: Attribution = {
    oodScore: knownScores.oodScore,
    pValue: all.pValue,
    // With a single source there is no second one to lead before.
    margin: all.margin.map((margin) => (Number.isFinite(margin) ? margin : 0)),
    nearestKnown: knownScores.nearest,
    completed: completeLabels(rows, known.labels, state),
  };
  for (const name of [...FLOATS, ...LABELS]) {
    const data = attribution[name];
    writer.write(`${name}.npy`, encodeNpy({ shape: [data.length], data }));
  }
}

/** Reads what {@link attributeStage} wrote. */
export function readAttribution(output: StageOutput): Attribution {
  const read = (name: string) => decodeNpy(output.read(`${name}.npy`)).data;
  return Object.fromEntries(
    [...FLOATS, ...LABELS].map((name) => [name, read(name)]),
  ) as unknown as Attribution;
}

/** Gives each unassigned image the source whose centroid has the largest cosine; ties to the lower label. */
export function completeLabels(
  { known, discovery }: SpaceRows,
  knownLabels: Int32Array,
  { assignment: { labels, clusterCount, knownCount } }: Pick<LabelState, 'assignment'>,
): Int32Array {
  if (clusterCount === 0) return labels;
  const dims = known.dims;
  const centroids = meanByLabel(discovery.data, labels, dims, clusterCount);
  centroids.set(meanByLabel(known.data, knownLabels, dims, knownCount));
  return labels.map((label, row) => (label === UNASSIGNED ? mostAlike(discovery, row, centroids) : label));
}

/** Label of the centroid with the largest cosine; ties to the lower. */
function mostAlike({ data, dims }: FeatureSet, row: number, centroids: Float32Array): number {
  let best = 0;
  let bestCosine = Number.NEGATIVE_INFINITY;
  for (let label = 0; label < centroids.length / dims; label++) {
    let product = 0;
    let square = 0;
    for (let d = 0; d < dims; d++) {
      const value = centroids[label * dims + d] as number;
      product += value * (data[row * dims + d] as number);
      square += value * value;
    }
    const cosine = square === 0 ? Number.NEGATIVE_INFINITY : product / Math.sqrt(square);
    if (cosine > bestCosine) {
      bestCosine = cosine;
      best = label;
    }
  }
  return best;
}
