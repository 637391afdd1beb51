import { createAssignment } from '@ganscout/data-model';
import { type ImageRecord, InputError, matchTruth, readTruth } from '@ganscout/images';
import { createStudyTruth, scoreWithIntervals } from './evaluation.js';
import { readRun } from './run-directory.js';
import type { Figures } from './run-summary.js';

/** Scores of a finished run. */
export interface Evaluation {
  /** Images of the run whose true source the table names. */
  readonly matched: number;
  readonly total: number;
  readonly figures: Figures;
  /** Bootstrap intervals, 95 %. */
  readonly intervals: Readonly<Record<string, readonly [number, number]>>;
  /** Unknown sources that are not the largest source of any discovered cluster. */
  readonly missed: readonly string[];
}

/**
 * Scores the assignments of a finished run against a table of true sources.
 *
 * @param truthFile columns path and source, and group where images share content.
 * @throws {InputError} if there is no such run or table, or no path matches.
 */
export async function evaluateRun(
  directory: string,
  truthFile: string,
  { seed = 1 }: { seed?: number } = {},
): Promise<Evaluation> {
  const run = readRun(directory);
  const rows = run.assignments();
  const known = run.summary.sources.filter(({ kind }) => kind === 'known').map(({ source }) => source);
  const discovered = run.summary.sources
    .filter(({ kind }) => kind === 'discovered')
    .map(({ source }) => source);
  const labelOf = new Map([...known, ...discovered].map((source, label) => [source, label]));
  const labels = Int32Array.from(rows, ({ source }) => labelOf.get(source) ?? -1);
  const truth = await readTruth(truthFile, process.cwd());
  const { sources, groups, matched } = matchTruth(
    truth,
    rows.map(({ imageId, path }) => recordOf(imageId, path)),
  );
  const studyTruth = createStudyTruth(known, sources, groups);
  if (studyTruth === null) {
    throw new InputError(
      `${truthFile} names the source of none of the run's ${rows.length} images; its paths must be those of assignments.csv, or end alike`,
    );
  }
  const assignment = createAssignment(labels, known.length, known.length + discovered.length);
  const oodScore = Float32Array.from(rows, ({ score }) => score);
  return { matched, total: rows.length, ...scoreWithIntervals(studyTruth, assignment, { oodScore }, seed) };
}

function recordOf(id: string, path: string): ImageRecord {
  const nothing = {
    bytes: 0,
    width: 0,
    height: 0,
    format: '',
    reason: '',
    patch: null,
    source: null,
    group: null,
  };
  return { id, path, file: path, status: 'ok', ...nothing };
}
