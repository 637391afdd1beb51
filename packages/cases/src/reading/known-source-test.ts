import { join } from 'node:path';
import { openRunModel } from '@ganscout/pipeline';
import { generationFolder } from '../case-files.js';
import type { CaseState } from '../case-state.js';
import { heirOf } from '../registry/registry.js';
import { readStageArray, stageFolder } from './stage-files.js';
import { rowsOfGeneration } from './viewed-features.js';

/** How strange images are to the known sources, by the last training; M images. */
export interface KnownSourceTest {
  /** M rows of the case: the images that the training had. Those that came later were never held against known sources alone. */
  readonly rows: Int32Array;
  /** M, larger is more out-of-distribution of the known sources. */
  readonly oodScore: Float32Array;
  /** M, number of the source now that each image would have had if none were turned away; 0 where that is no more. */
  readonly nearest: Int32Array;
  /** M, in [0, 1]; null where the test that decided was another one than that of the scores. */
  readonly pValue: Float32Array | null;
}

/**
 * Reads what the last training of a case said of its images against the known sources alone: what the figures of detection
 * and of OSCR of a run are made from.
 *
 * @returns null if no such training left it.
 *
 * Cost: four arrays of M values.
 */
export function readKnownSourceTest(state: CaseState): KnownSourceTest | null {
  const { registry, generationSources } = state;
  const home = join(state.directory, generationFolder(state.generation));
  const { round } = openRunModel(home);
  const attribution = stageFolder(home, round, 'attribute');
  const oodScore = readStageArray(attribution, 'oodScore');
  const labels = readStageArray(attribution, 'nearestKnown');
  const rows = rowsOfGeneration(state);
  if (oodScore === null || labels === null || rows.length !== oodScore.length) return null;
  const heirs = generationSources.map((number) => {
    const heir = heirOf(registry, number);
    return registry.sources[heir - 1]?.state === 'dissolved' ? 0 : heir;
  });
  const detection = stageFolder(home, round, 'ood');
  const decided = readStageArray(detection, 'score');
  const isSame = decided?.length === oodScore.length && oodScore.every((score, i) => score === decided[i]);
  return {
    rows,
    oodScore: Float32Array.from(oodScore),
    nearest: Int32Array.from(labels, (label) => heirs[label] ?? 0),
    pValue: isSame ? (readStageArray(detection, 'p-value') as Float32Array | null) : null,
  };
}
