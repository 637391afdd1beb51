import { parseCommandLine, UsageError } from '../command-line.js';

/** What the command line of `npm run bench` asks for. */
export interface SpeedArguments {
  /** Benchmarks to run; all if none is named. */
  readonly names: readonly string[];
  readonly list: boolean;
  readonly json: boolean;
  readonly pairs: number;
  readonly threads: number;
  /** File names without their endings, or null for the default. */
  readonly output: string | null;
}

const OPTIONS = {
  list: { type: 'boolean', default: false, describe: 'Print the benchmarks and run none' },
  pairs: {
    type: 'number',
    default: 5,
    describe: 'Pairs of runs, ours and the peer in turn, after a warm-up',
  },
  threads: { type: 'number', default: 2, describe: 'Threads of ours and of the peer' },
  json: {
    type: 'boolean',
    default: false,
    describe: 'Print one line of JSON a benchmark instead of the table',
  },
  output: {
    type: 'string',
    describe:
      'Report, written to OUTPUT.md and OUTPUT.json; bench/results/DATE by default, or none where benchmarks are named',
  },
} as const;

/**
 * Reads the command line.
 *
 * @returns the arguments, or a text to print.
 * @throws {UsageError} if an option is unknown or out of range.
 */
export async function parseSpeedArguments(args: readonly string[]): Promise<SpeedArguments | string> {
  const values = await parseCommandLine(args, {
    script: 'npm run bench --',
    usage:
      '$0 [NAME..]\n\nTimes each stage beside its peer in Python, on the same arrays and as many threads.',
    options: OPTIONS,
    takesWords: true,
  });
  if (typeof values === 'string') return values;
  const { list, json, pairs, threads, output = null } = values;
  checkCount('pairs', pairs);
  checkCount('threads', threads);
  return { names: values._.map(String), list, json, pairs, threads, output };
}

function checkCount(name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= 256) return;
  throw new UsageError(`--${name} must be an integer in [1, 256], got ${value}`);
}
