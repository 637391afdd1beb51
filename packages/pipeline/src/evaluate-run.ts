import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAssignment, UNASSIGNED } from '@ganscout/data-model';
import {
  type ImageRecord,
  InputError,
  matchTruth,
  parseCsv,
  readTruth,
  unopenedRecord,
} from '@ganscout/images';
import { createStudyTruth, type StudyTruth, scoreWithIntervals } from './evaluation.js';
import { lastRoundOf, stageFiles } from './finished-stage.js';
import { RUN_FILES, readRun } from './run-directory.js';
import type { AssignmentRow, Figures } from './run-summary.js';
import { readAttribution } from './stages/attribute.js';

/** Scores of a finished run. */
export interface Evaluation {
  /** Images that the run studied, each counted once, whose true source the table names. */
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
 * Copies of images do not count: with the truth that the run had, the figures are those of `summary.json`.
 *
 * @param truthFile columns path and source, and group where images share content.
 * @param options seed of the intervals; by default the run's.
 * @throws {InputError} if there is no such run or table, or no path matches.
 */
export async function evaluateRun(
  directory: string,
  truthFile: string,
  { seed }: { seed?: number } = {},
): Promise<Evaluation> {
  const run = readRun(directory);
  const rows = withoutCopies(run.assignments());
  const attributeFiles = stageFiles(
    directory,
    lastRoundOf(directory, 'attribute') ?? run.summary.rounds.length,
    'attribute',
  );
  const names: string[] = JSON.parse(new TextDecoder().decode(attributeFiles.read('sources.json')));
  const known = names.slice(0, run.summary.counts.knownSources);
  const labelOf = new Map(names.map((source, label) => [source, label]));
  const labels = Int32Array.from(rows, ({ source }) => labelOf.get(source) ?? UNASSIGNED);
  const { truth, matched } = await truthOf(directory, rows, truthFile, known);
  const assignment = createAssignment(labels, known.length, names.length);
  const { oodScore, nearestKnown, completed } = readAttribution(attributeFiles);
  const extras = { oodScore, attributed: nearestKnown, completedLabels: completed };
  const scores = scoreWithIntervals(truth, assignment, extras, seed ?? run.summary.seed);
  return { matched, total: rows.length, ...scores };
}

/** Ground truth of the rows by a table, and how many of them it names. */
async function truthOf(
  directory: string,
  rows: readonly AssignmentRow[],
  truthFile: string,
  known: readonly string[],
): Promise<{ truth: StudyTruth; matched: number }> {
  const records = rows.map(({ imageId, path }) =>
    unopenedRecord({ id: imageId, path, file: path, source: null, group: null }),
  );
  const { sources, groups, matched } = matchTruth(await readTruth(truthFile, process.cwd()), records);
  const ownGroups = readGroups(directory);
  const groupOf = ({ id }: ImageRecord, i: number) => groups[i] ?? ownGroups.get(id) ?? null;
  const truth = createStudyTruth(known, sources, records.map(groupOf));
  if (truth !== null) return { truth, matched };
  throw new InputError(
    `${truthFile} names the source of none of the run's ${rows.length} images; its paths must be those of assignments.csv, or end alike`,
  );
}

/** The rows of images that were studied: a copy of a labelled image was not, and has round 0. */
function withoutCopies(rows: readonly AssignmentRow[]): AssignmentRow[] {
  const seen = new Set<string>();
  return rows.filter(({ imageId, round }) => {
    const isCopy = round === 0 || seen.has(imageId);
    seen.add(imageId);
    return !isCopy;
  });
}

/** Group of each image by its id, as the run knew it. */
function readGroups(directory: string): Map<string, string> {
  const { columns, rows } = parseCsv(readFileSync(join(directory, RUN_FILES.inputs), 'utf8'));
  const [id, group] = [columns.indexOf('image_id'), columns.indexOf('group')];
  return new Map(rows.flatMap((row) => (row[group] ? [[row[id] as string, row[group]]] : [])));
}
