import { join } from 'node:path';
import type { ImageId } from '@ganscout/data-model';
import { openRunModel, readRun } from '@ganscout/pipeline';
import { bodyOf } from '../case-entry.js';
import { generationFolder } from '../case-files.js';
import { GENERATION_ROWS } from '../case-model.js';
import { type CaseState, isOpened } from '../case-state.js';
import { CASE_REASONS } from '../reasons.js';
import { numbersOf, type ReadNumbers, readMoves } from './entry-numbers.js';
import { readStageArray, stageFolder } from './stage-files.js';

/** What is known of how each image of a case got its label; N values each. NaN where nothing is. */
export interface Provenance {
  readonly score: Float32Array;
  readonly margin: Float32Array;
  readonly pValue: Float32Array;
  /** Entry that gave the label; 0 for a run that was never opened. */
  readonly entry: Int32Array;
  /** Round of the run; 0 for a label that came later. */
  readonly round: Int32Array;
  readonly reason: string[];
}

/** How each image got its label: by the run, then by what each entry says of it. */
export function provenanceOf(state: CaseState): Provenance {
  const { directory, ids, entries } = state;
  const floats = () => new Float32Array(ids.length).fill(Number.NaN);
  const provenance: Provenance = {
    score: floats(),
    margin: floats(),
    pValue: floats(),
    entry: new Int32Array(ids.length),
    round: new Int32Array(ids.length),
    reason: ids.map(() => ''),
  };
  takeRun(directory, provenance, ids, isOpened(state) ? 1 : 0);
  let first = 0;
  for (const entry of entries) {
    const { number, kind } = entry;
    const read = numbersOf(directory, entry);
    const count = read('labels.npy')?.length ?? 0;
    if (kind === 'added') takeAdded(read, provenance, first, count, number);
    const { generation = 1 } = bodyOf(entry);
    if (generation > 1) takeGeneration(directory, generation, provenance, read(GENERATION_ROWS));
    takeMoved(read, provenance, number);
    first += count;
  }
  return provenance;
}

function takeRun(directory: string, provenance: Provenance, ids: readonly ImageId[], entry: number): void {
  const pValues = readStageArray(attributionOf(directory), 'pValue');
  const rowOf = new Map(ids.map((id, row) => [id, row]));
  const seen = new Set<ImageId>();
  for (const { imageId, score, margin, round, reason } of readRun(directory).assignments()) {
    const row = rowOf.get(imageId);
    // The first of several copies has the reason of the image itself.
    if (row === undefined || seen.has(imageId)) continue;
    seen.add(imageId);
    provenance.score[row] = score;
    provenance.margin[row] = margin;
    provenance.pValue[row] = pValues?.[row] ?? Number.NaN;
    provenance.entry[row] = entry;
    provenance.round[row] = round;
    provenance.reason[row] = reason;
  }
}

function takeAdded(
  read: ReadNumbers,
  provenance: Provenance,
  first: number,
  count: number,
  entry: number,
): void {
  const columns = { score: read('score.npy'), margin: read('margin.npy'), pValue: read('p-value.npy') };
  const reasons = read('reasons.npy');
  for (let i = 0; i < count; i++) {
    for (const name of ['score', 'margin', 'pValue'] as const) {
      provenance[name][first + i] = columns[name]?.[i] ?? Number.NaN;
    }
    provenance.entry[first + i] = entry;
    provenance.reason[first + i] = CASE_REASONS[reasons?.[i] as number] ?? '';
  }
}

/** A training again tests all images anew. @param rows of the case, of each discovery image of the generation. */
function takeGeneration(
  directory: string,
  generation: number,
  provenance: Provenance,
  rows: ArrayLike<number> | null,
): void {
  if (rows === null) return;
  const home = attributionOf(join(directory, generationFolder(generation)));
  for (const [name, file] of [
    ['score', 'oodScore'],
    ['margin', 'margin'],
    ['pValue', 'pValue'],
  ] as const) {
    const values = readStageArray(home, file);
    if (values !== null)
      for (let i = 0; i < rows.length; i++) provenance[name][rows[i] as number] = values[i] as number;
  }
}

function takeMoved(read: ReadNumbers, provenance: Provenance, entry: number): void {
  const moved = readMoves(read);
  const reasons = read('moved-reasons.npy');
  for (let at = 0; at < moved.length; at += 3) {
    const row = moved[at] as number;
    provenance.entry[row] = entry;
    provenance.round[row] = 0;
    provenance.reason[row] = CASE_REASONS[reasons?.[at / 3] as number] ?? '';
  }
}

/** Folder of the attribution after the last round; its columns are by discovery row. */
function attributionOf(directory: string): string {
  return stageFolder(directory, openRunModel(directory).round, 'attribute');
}
