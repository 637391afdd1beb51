import { checkInteger, parseCommandLine } from '../command-line.js';
import type { AddingRequest } from './measure-adding.js';

/** What the command line of `npm run bench -- adding` asks for. */
export interface AddingArguments extends AddingRequest {
  /** File name without its ending. */
  readonly output: string;
}

const OPTIONS = {
  size: { type: 'number', default: 100_000, describe: 'Images of the case' },
  added: { type: 'number', default: 1000, describe: 'Images of each of two dumps' },
  pairs: { type: 'number', default: 3, describe: 'Pairs of adds and a whole run' },
  seed: { type: 'number', default: 1, describe: 'Seed of the generated features' },
  output: {
    type: 'string',
    default: 'bench/results/adding',
    describe: 'Report, written to OUTPUT.md',
  },
} as const;

/**
 * Reads the command line after the word `adding`.
 *
 * @returns the arguments, or a text to print. @throws {UsageError} if an option is unknown or out of range.
 */
export async function parseAddingArguments(args: readonly string[]): Promise<AddingArguments | string> {
  const values = await parseCommandLine(args, {
    script: 'npm run bench -- adding',
    usage: '$0\n\nTimes adding images to a case beside running discovery on all of them.',
    options: OPTIONS,
    takesWords: false,
  });
  if (typeof values === 'string') return values;
  const { size, added, pairs, seed, output } = values;
  checkInteger('size', size, 100);
  checkInteger('added', added, 1);
  checkInteger('pairs', pairs, 1);
  checkInteger('seed', seed, 0);
  return { size, added, pairs, seed, output };
}
