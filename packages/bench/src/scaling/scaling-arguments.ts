import { parseCommandLine, UsageError } from '../command-line.js';

/** What the command line of `npm run bench -- scaling` asks for. */
export interface ScalingArguments {
  /** Numbers of discovery images, ascending. */
  readonly sizes: readonly number[];
  readonly seed: number;
  /** File names without their endings. */
  readonly output: string;
}

const OPTIONS = {
  sizes: {
    type: 'string',
    default: '10000,30000,100000',
    describe: 'Numbers of discovery images, separated by commas',
  },
  seed: { type: 'number', default: 1, describe: 'Seed of the generated features' },
  output: {
    type: 'string',
    default: 'bench/results/scaling',
    describe: 'Report, written to OUTPUT.md and OUTPUT.svg',
  },
} as const;

/**
 * Reads the command line after the word `scaling`.
 *
 * @returns the arguments, or a text to print. @throws {UsageError} if an option is unknown or out of range.
 */
export async function parseScalingArguments(args: readonly string[]): Promise<ScalingArguments | string> {
  const values = await parseCommandLine(args, {
    script: 'npm run bench -- scaling',
    usage: '$0\n\nRuns discovery on more and more generated images and shows how time and memory grow.',
    options: OPTIONS,
    takesWords: false,
  });
  if (typeof values === 'string') return values;
  const sizes = values.sizes.split(',').map(Number);
  if (!sizes.every((size) => Number.isInteger(size) && size >= 100)) {
    throw new UsageError(
      `--sizes must be integers of at least 100 separated by commas, got "${values.sizes}"`,
    );
  }
  if (!Number.isSafeInteger(values.seed) || values.seed < 0) {
    throw new UsageError(`--seed must be an integer from 0, got ${values.seed}`);
  }
  return { sizes: sizes.sort((a, b) => a - b), seed: values.seed, output: values.output };
}
