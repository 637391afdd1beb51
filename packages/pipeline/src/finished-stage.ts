import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '@ganscout/images';
import type { StageName } from './stage-name.js';
import { roundFolder, type StageOutput } from './stage-store.js';

/** The files of a finished stage, without checking digests. @throws {InputError} if the stage is not there. */
export function stageFiles(directory: string, round: number, stage: StageName): StageOutput {
  const home = join(directory, roundFolder(round), stage);
  const path = join(home, 'stage.json');
  if (!existsSync(path)) {
    throw new InputError(`${directory} has no stage "${stage}" of round ${round}; finish it with --resume`);
  }
  const manifest = JSON.parse(readFileSync(path, 'utf8'));
  const files: string[] = Object.keys(manifest.outputs);
  return {
    digest: '',
    files,
    has: (name) => files.includes(name),
    read: (name) => readFileSync(join(home, name)),
  };
}

/** The last round in which a stage was finished, or null. */
export function lastRoundOf(directory: string, stage: StageName): number | null {
  const rounds = existsSync(directory) ? readdirSync(directory) : [];
  const numbers = rounds
    .filter((name) => /^round-\d+$/.test(name) && existsSync(join(directory, name, stage, 'stage.json')))
    .map((name) => Number(name.slice('round-'.length)));
  return numbers.length === 0 ? null : Math.max(...numbers);
}
