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

/** The state after unassigned images were tested, and scores of the whole discovery set. */
export interface DetectionStage {
  readonly state: LabelState;
  /** Against the known sources alone. */
  readonly scores: SourceScores;
}

/** Tests every unassigned image against the known sources and the discovered clusters. */
export function detectStage(
  { rows, known, state, logits }: DetectionInput,
  options: DetectionOptions,
  round: number,
  seed: number,
): DetectionStage {
  const { knownCount, clusterCount } = state.assignment;
  const reference = referenceOf(rows, known, knownCount, options, seed);
  const knownTest = fitSourceTest(knownMembers(rows, known, knownCount), reference, options, seed);
  const scores = applySourceTest(knownTest, rows.discovery);
  const open = unassignedRows(state.assignment);
  const isFirst = clusterCount === knownCount && open.length === scores.source.length;
  const openScores = isFirst
    ? scores
    : applySourceTest(
        fitSourceTest(allMembers(rows, known, state), reference, options, seed),
        selectRows(rows.discovery, open),
      );
  const chosen =
    logits === null
      ? openScores.source
      : chooseByArgmax(openScores, selectRows(logits, open), clusterCount, knownCount);
  const labels = state.assignment.labels.slice();
  open.forEach((row, i) => {
    labels[row] = chosen[i] as number;
  });
  const reasonOf = (row: number) => {
    const label = labels[row] as number;
    if (label === UNASSIGNED) return REASON.rejected;
    return label < knownCount ? REASON.acceptedByKnown : REASON.acceptedByDiscovered;
  };
  return { state: changeLabels(state, labels, round, reasonOf, birthsOf(state, round)), scores };
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
export function readScores(output: StageOutput): Float32Array | null {
  return output.has('score.npy') ? (decodeNpy(output.read('score.npy')).data as Float32Array) : null;
}
