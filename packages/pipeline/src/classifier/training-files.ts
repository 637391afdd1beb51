import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Checkpoint } from '@ganscout/networks';
import { writeDurably } from '@ganscout/storage';
import { RunExistsError } from '../run-directory.js';

/** Files of a training's directory. */
export const TRAINING_FILES = {
  request: 'training.json',
  last: 'checkpoint-last.safetensors',
  best: 'checkpoint-best.safetensors',
  model: 'model.onnx',
  split: 'split.csv',
  confusion: 'confusion.csv',
  predictions: 'predictions.csv',
  curves: 'learning-curves.svg',
  summary: 'summary.json',
  timings: 'timings.json',
  events: 'metrics.jsonl',
} as const;

/** All that the result of a training depends on, as plain data. */
export type TrainingRequest = Readonly<Record<string, string | number | boolean | null>>;

/** Whether an epoch was finished in a directory: before it there is nothing to go on from. */
function holdsTraining(directory: string): boolean {
  return existsSync(join(directory, TRAINING_FILES.last));
}

/** @throws {RunExistsError} if the directory holds a training and `resume` is not set. */
export function refuseExistingTraining(directory: string, resume: boolean): void {
  if (resume || !holdsTraining(directory)) return;
  throw new RunExistsError(
    directory,
    `${directory} already holds a training; go on with it (--resume), or choose another directory (--output)`,
  );
}

/**
 * Notes what a training is asked for, or checks that it is what the directory was begun with.
 *
 * @throws {RunExistsError} if the directory holds a training that was asked for something else; the text lists the differences.
 */
export function noteRequest(directory: string, request: TrainingRequest): void {
  const path = join(directory, TRAINING_FILES.request);
  if (holdsTraining(directory)) {
    const earlier: TrainingRequest = JSON.parse(readFileSync(path, 'utf8'));
    const names = [...new Set([...Object.keys(earlier), ...Object.keys(request)])];
    const changed = names.filter((name) => earlier[name] !== request[name]);
    if (changed.length > 0) {
      const list = changed.map(
        (name) => `${name} was ${show(earlier[name])} and is now ${show(request[name])}`,
      );
      throw new RunExistsError(
        directory,
        `${directory} holds a training that was asked for something else: ${list.join('; ')}. To go on, ask for the same again; else choose another directory (--output)`,
      );
    }
  }
  writeDurably(path, `${JSON.stringify(request, null, 2)}\n`);
}

function show(value: TrainingRequest[string] | undefined): string {
  return value === undefined ? 'not there' : JSON.stringify(value);
}

/** Keeps a checkpoint; a crash leaves the one before or this one. */
export function writeCheckpoint(
  directory: string,
  { last, best }: { readonly last: Uint8Array; readonly best: Uint8Array | null },
): void {
  // The best first: where `last` is there, so is a `best`. If it is of an epoch after `last`, that epoch is done again and
  // gives the same; its layers that do not learn are the same in any case.
  if (best !== null) writeDurably(join(directory, TRAINING_FILES.best), best);
  writeDurably(join(directory, TRAINING_FILES.last), last);
}

/** The checkpoint of the last epoch, or null if none was finished. */
export function readCheckpoint(directory: string): Checkpoint | null {
  if (!holdsTraining(directory)) return null;
  const read = (name: string) => readFileSync(join(directory, name));
  return { last: read(TRAINING_FILES.last), best: read(TRAINING_FILES.best) };
}
