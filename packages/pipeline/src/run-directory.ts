import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '@ganscout/images';
import { type FileContent, writeDurably } from '@ganscout/storage';
import { readAssignments } from './outputs.js';
import type { AssignmentRow, RunSummary } from './run-summary.js';

/** The output already holds a run, and nothing was said about going on with it. */
export class RunExistsError extends Error {
  /** @param message by default what `ganscout run` advises. */
  constructor(
    directory: string,
    message = `${directory} already holds a run; go on with it (--resume), redo it from a stage on (--force STAGE), ` +
      'or choose another directory (--name, or --set run.output=DIRECTORY)',
  ) {
    super(message);
    this.name = 'RunExistsError';
  }
}

/** Files of a run directory beside the stages. */
export const RUN_FILES = {
  config: 'config.resolved.yaml',
  inputs: 'inputs.csv',
  assignments: 'assignments.csv',
  sources: 'sources.csv',
  summary: 'summary.json',
  timings: 'timings.json',
  events: 'metrics.jsonl',
} as const;

/** Whether a run was begun in a directory. */
export function holdsRun(directory: string): boolean {
  return existsSync(join(directory, RUN_FILES.config));
}

/** The error of a directory without a finished run: with one that was begun, or none. */
export function noFinishedRun(directory: string): InputError {
  const what = holdsRun(directory)
    ? 'holds a run that has not come to its end; finish it with --resume'
    : 'holds no run; name the directory that "ganscout run" wrote';
  return new InputError(`${directory} ${what}`);
}

/** A finished run, read from its directory. */
export interface Run {
  readonly directory: string;
  readonly summary: RunSummary;
  /** Reads `assignments.csv`. */
  assignments(): AssignmentRow[];
}

/**
 * Opens a finished run.
 *
 * @throws {InputError} if the directory holds none, or one that has not come to its end.
 */
export function readRun(directory: string): Run {
  const path = join(directory, RUN_FILES.summary);
  if (!existsSync(path)) throw noFinishedRun(directory);
  const summary: RunSummary = JSON.parse(readFileSync(path, 'utf8'));
  if (summary.version !== 1) {
    throw new InputError(
      `${path} must have version 1, found ${summary.version}; it was written by another version`,
    );
  }
  return {
    directory,
    summary,
    assignments: () => readAssignments(readFileSync(join(directory, RUN_FILES.assignments), 'utf8')),
  };
}

/** Writes files of the run directory one by one, each whole or not at all. */
export function writeRunFiles(directory: string, files: Readonly<Record<string, FileContent>>): void {
  for (const [name, content] of Object.entries(files)) writeDurably(join(directory, name), content);
}
