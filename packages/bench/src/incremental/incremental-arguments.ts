import { RETRAIN_CHOICES } from '@ganscout/cases';
import { checkInteger, parseCommandLine, UsageError } from '../command-line.js';
import type { RetrainChoice } from './grow-case.js';
import { ESTABLISHED_KINDS, type EstablishedKind } from './sibling-pairs.js';

/** What can be measured. */
const PARTS = ['batching', 'siblings'] as const;
export type Part = (typeof PARTS)[number];

/** What the command line of `npm run evaluate -- incremental` asks for. */
export interface IncrementalArguments {
  readonly folder: string;
  readonly parts: readonly Part[];
  readonly dumps: readonly number[];
  readonly seed: number;
  readonly orders: number;
  readonly retrain: readonly RetrainChoice[];
  readonly established: readonly EstablishedKind[];
  readonly newImages: number;
  readonly settings: readonly string[];
  readonly threads: number;
  readonly json: boolean;
  /** Null for the default. */
  readonly output: string | null;
}

const OPTIONS = {
  part: {
    type: 'string',
    array: true,
    choices: PARTS,
    default: [...PARTS],
    defaultDescription: 'both',
    describe: 'Dumps in several orders and numbers, or a few images beside a large sibling; repeatable',
  },
  dumps: { type: 'string', default: '1,5,20', describe: 'Numbers of dumps, separated by commas' },
  seed: { type: 'number', default: 1, describe: 'Seed of the first order of sources and images' },
  orders: { type: 'number', default: 1, describe: 'Orders; their seeds count up' },
  retrain: {
    type: 'string',
    array: true,
    choices: RETRAIN_CHOICES,
    default: ['auto'],
    describe: 'When cases are trained again, as for ganscout add; repeatable',
  },
  established: {
    type: 'string',
    array: true,
    choices: ESTABLISHED_KINDS,
    default: [...ESTABLISHED_KINDS],
    defaultDescription: 'both',
    describe: 'Whether the large sibling has labelled images or was discovered; repeatable',
  },
  'new-images': { type: 'number', default: 40, describe: 'Images of the new sibling' },
  set: { type: 'string', array: true, default: [], describe: 'Option as path=value, as for ganscout run' },
  threads: { type: 'number', default: 2, describe: 'Threads that describe images' },
  json: { type: 'boolean', default: false, describe: 'Print the whole report as JSON instead of the tables' },
  output: {
    type: 'string',
    describe: 'Folder for the report and the cases; runs/incremental-DATE by default',
  },
} as const;

/**
 * Reads the command line after the word `incremental`.
 *
 * @returns the arguments, or a text to print. @throws {UsageError} if an option is unknown or out of range.
 */
export async function parseIncrementalArguments(
  args: readonly string[],
): Promise<IncrementalArguments | string> {
  const values = await parseCommandLine(args, {
    script: 'npm run evaluate -- incremental',
    usage:
      '$0 [FOLDER]\n\nMeasures cases that grow, on images whose sources are known: a folder with known/ and truth.csv as "ganscout demo" makes it, demo-data by default.',
    options: OPTIONS,
    takesWords: true,
  });
  if (typeof values === 'string') return values;
  if (values._.length > 1) throw new UsageError(`name one folder at the most, got ${values._.length}`);
  const dumps = values.dumps.split(',').map(Number);
  if (!dumps.every((count) => Number.isInteger(count) && count >= 1)) {
    throw new UsageError(`--dumps must be integers of at least 1 separated by commas, got "${values.dumps}"`);
  }
  checkInteger('seed', values.seed, 0);
  checkInteger('orders', values.orders, 1);
  checkInteger('new-images', values['new-images'], 1);
  checkInteger('threads', values.threads, 1);
  return {
    folder: String(values._[0] ?? 'demo-data'),
    parts: [...new Set(values.part)] as Part[],
    dumps: [...new Set(dumps)],
    seed: values.seed,
    orders: values.orders,
    retrain: [...new Set(values.retrain)] as RetrainChoice[],
    established: [...new Set(values.established)] as EstablishedKind[],
    newImages: values['new-images'],
    settings: values.set,
    threads: values.threads,
    json: values.json,
    output: values.output ?? null,
  };
}
