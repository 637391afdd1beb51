import {
  concatenateRows,
  decodeNpy,
  discoveredRows,
  encodeNpy,
  type FeatureSet,
  selectRows,
  UNASSIGNED,
  unassignedRows,
} from '@ganscout/data-model';
import { attributeByArgmax } from '@ganscout/wta-ood';
import type { DetectionOptions } from '../config/schema.js';
import { birthsOf, changeLabels, type LabelState, REASON } from '../label-state.js';
import type { SpaceRows } from '../spaces.js';
import type { StageOutput, StageWriter } from '../stage-store.js';
import type { KnownLabels } from './merge.js';
import { poolVerdicts } from './pool-verdicts.js';
import {
  applySourceTest,
  crossFitReference,
  fitSourceTest,
  type Members,
  type Reference,
  type SourceScores,
} from './source-test.js';

/** What the out-of-distribution test works on. */
export interface DetectionInput {
  readonly rows: SpaceRows;
  readonly known: KnownLabels;
  readonly state: LabelState;
  /** Logits of the network for the discovery set, for attribution by argmax; null if nothing asks for them. */
  readonly logits: FeatureSet | null;
}

/** The state after images were tested, and scores of the whole discovery set. */
export interface DetectionStage {
  readonly state: LabelState;
  /** Against the known sources alone. */
  readonly scores: SourceScores;
}

/**
 * Tests images: all of them against the known sources, or unassigned ones against these and the discovered clusters.
 *
 * Where all are tested, one that no known source accepts keeps its cluster.
 */
export function detectStage(
  input: DetectionInput,
  options: DetectionOptions,
  round: number,
  seed: number,
): DetectionStage {
  const { rows, known, state } = input;
  const { knownCount } = state.assignment;
  const reference = referenceOf(rows, known, knownCount, options, seed);
  const knownTest = fitSourceTest(knownMembers(rows, known, knownCount), reference, options, seed);
  const scores = applySourceTest(knownTest, rows.discovery);
  const tested = testedRows(state, options);
  const testedScores = isKnownTestEnough(input, options)
    ? scores
    : applySourceTest(
        fitSourceTest(allMembers(rows, known, state), reference, options, seed),
        selectRows(rows.discovery, tested),
      );
  const alone = chooseSources(input, tested, testedScores);
  const { falseRejectRate, pooling, poolingIterations: iterations } = options;
  const chosen =
    pooling === 'none'
      ? alone
      : poolVerdicts(rows, tested, testedScores, alone, { knownCount, falseRejectRate, iterations }, seed);
  return { state: labelTested(state, tested, alone, chosen, round), scores };
}

/** Rows of the images that are tested, ascending. */
function testedRows({ assignment }: LabelState, { images }: DetectionOptions): Int32Array {
  return images === 'all' ? Int32Array.from(assignment.labels.keys()) : unassignedRows(assignment);
}

/** Whether the test against the known sources, done on all images for their scores, is the whole test. */
function isKnownTestEnough({ state, logits }: DetectionInput, options: DetectionOptions): boolean {
  const { labels, knownCount, clusterCount } = state.assignment;
  const isAll = testedRows(state, options).length === labels.length;
  return isAll && (clusterCount === knownCount || (options.images === 'all' && logits === null));
}

function chooseSources(
  { state, logits }: DetectionInput,
  tested: Int32Array,
  scores: SourceScores,
): Int32Array {
  if (logits === null) return scores.source;
  const { clusterCount, knownCount } = state.assignment;
  return chooseByArgmax(scores, selectRows(logits, tested), clusterCount, knownCount);
}

/** @param alone what each image's own score says. @param chosen what is decided. */
function labelTested(
  state: LabelState,
  tested: Int32Array,
  alone: Int32Array,
  chosen: Int32Array,
  round: number,
): LabelState {
  const { knownCount } = state.assignment;
  const labels = state.assignment.labels.slice();
  const isPooled = new Uint8Array(labels.length);
  tested.forEach((row, i) => {
    const source = chosen[i] as number;
    isPooled[row] = source === alone[i] ? 0 : 1;
    // What no known source accepts stays in its cluster, if it has one.
    if (source !== UNASSIGNED || (labels[row] as number) < knownCount) labels[row] = source;
  });
  const reasonOf = (row: number) => {
    const label = labels[row] as number;
    if (label === UNASSIGNED) return isPooled[row] ? REASON.rejectedByFragment : REASON.rejected;
    if (label >= knownCount) return REASON.acceptedByDiscovered;
    return isPooled[row] ? REASON.acceptedByFragment : REASON.acceptedByKnown;
  };
  return changeLabels(state, labels, round, reasonOf, birthsOf(state, round));
}

/** Scores of labelled images as if they were new; null where the hash decides by its own calibration. */
export function referenceOf(
  rows: SpaceRows,
  known: KnownLabels,
  knownCount: number,
  options: DetectionOptions,
  seed: number,
): Reference | null {
  if (!options.scores.includes('mahalanobis')) return null;
  return crossFitReference(knownMembers(rows, known, knownCount), known.groups, options, seed);
}

/** The labelled images of the known sources. */
export function knownMembers({ known }: SpaceRows, { labels }: KnownLabels, knownCount: number): Members {
  return { features: known, labels, sourceCount: knownCount };
}

/** The labelled images and the discovered ones. */
export function allMembers(rows: SpaceRows, known: KnownLabels, { assignment }: LabelState): Members {
  const discovered = discoveredRows(assignment);
  const labels = new Int32Array(known.labels.length + discovered.length);
  labels.set(known.labels);
  labels.set(
    discovered.map((row) => assignment.labels[row] as number),
    known.labels.length,
  );
  const features = concatenateRows(rows.known, selectRows(rows.discovery, discovered));
  return { features, labels, sourceCount: assignment.clusterCount };
}

/** The published rule: the network's choice, wherever any source of the same kind accepts the image. */
function chooseByArgmax(
  { hash, source }: SourceScores,
  { data, dims, ids }: FeatureSet,
  sourceCount: number,
  knownCount: number,
): Int32Array {
  const argmax = Int32Array.from(ids, (_, row) => {
    const logits = data.subarray(row * dims, (row + 1) * dims);
    return logits.indexOf(Math.max(...logits));
  });
  return attributeByArgmax({ accepts: hash.accepts, source, sourceCount }, argmax, knownCount);
}

/** Writes the scores against the known sources as `score.npy` (larger is more out-of-distribution) and `p-value.npy`. */
export function writeScores(writer: StageWriter, { oodScore, pValue }: SourceScores): void {
  writer.write('score.npy', encodeNpy({ shape: [oodScore.length], data: oodScore }));
  writer.write('p-value.npy', encodeNpy({ shape: [pValue.length], data: pValue }));
}

/** Reads the scores of {@link writeScores}, or null where a stage wrote none. */
export function readScores(output: StageOutput): Pick<SourceScores, 'oodScore' | 'pValue'> | null {
  if (!output.has('score.npy')) return null;
  const float32 = (name: string) => decodeNpy(output.read(name)).data as Float32Array;
  return { oodScore: float32('score.npy'), pValue: float32('p-value.npy') };
}
