import { PERTURBATIONS, type Perturbation } from '@ganscout/comparison';
import { parseConfig, type ResolvedConfig, resolveConfig } from '@ganscout/pipeline';
import { parseCommandLine, UsageError } from './command-line.js';
import { PROTOCOL_NAMES, type ProtocolName } from './protocols.js';

/** What the command line asks for. */
export interface Arguments {
  readonly folder: string;
  readonly splits: number;
  readonly seed: number;
  readonly knownShare: number;
  readonly rareCount: number;
  readonly rareSize: number;
  readonly preset: string;
  readonly settings: readonly string[];
  readonly protocols: readonly ProtocolName[];
  readonly perturbations: readonly Perturbation[];
  readonly perturbsOnlyDiscovery: boolean;
  readonly threads: number;
  readonly json: boolean;
  /** Null for the default. */
  readonly output: string | null;
}

const OPTIONS = {
  splits: { type: 'number', default: 6, describe: 'Random splits of the sources into known and unknown' },
  seed: { type: 'number', default: 1, describe: 'Seed of the first split; the next ones count up' },
  'known-share': { type: 'number', default: 0.5, describe: 'Share of the sources that are known' },
  rare: { type: 'number', default: 3, describe: 'Unknown sources that are made rare' },
  'rare-size': { type: 'number', default: 20, describe: 'Images or patches that a rare source keeps' },
  preset: { type: 'string', default: 'default', describe: 'Options to start from, as for ganscout run' },
  set: { type: 'string', array: true, default: [], describe: 'Option as path=value, as for ganscout run' },
  protocol: {
    type: 'string',
    array: true,
    choices: PROTOCOL_NAMES,
    default: [...PROTOCOL_NAMES],
    defaultDescription: 'all that differ',
    describe: 'How images are cut: native patches of 128 or 64 px, or not at all; repeatable',
  },
  perturb: {
    type: 'string',
    array: true,
    choices: PERTURBATIONS,
    default: ['none'],
    describe: 'What is done to all images before; repeatable, "none" for the comparison',
  },
  'perturb-only-discovery': {
    type: 'boolean',
    default: false,
    describe: 'Leave labelled images as they are',
  },
  threads: { type: 'number', default: 2, describe: 'Threads that describe images' },
  json: { type: 'boolean', default: false, describe: 'Print the whole report as JSON instead of the tables' },
  output: {
    type: 'string',
    describe: 'Folder for the report and the descriptors; runs/evaluation-DATE by default',
  },
} as const;

/**
 * Reads the command line.
 *
 * @returns the arguments, or a text to print.
 * @throws {UsageError} if an argument is unknown, missing or out of range.
 */
export async function parseArguments(args: readonly string[]): Promise<Arguments | string> {
  const values = await parseCommandLine(args, {
    script: 'npm run evaluate --',
    usage:
      '$0 FOLDER\n\nMeasures discovery on a folder with a manifest.csv that names the source of every image.',
    options: OPTIONS,
    takesWords: true,
  });
  if (typeof values === 'string') return values;
  const [folder, ...others] = values._;
  if (folder === undefined || others.length > 0) {
    throw new UsageError(`name one folder with a manifest.csv, got ${values._.length}`);
  }
  const result: Arguments = {
    folder: String(folder),
    splits: values.splits,
    seed: values.seed,
    knownShare: values['known-share'],
    rareCount: values.rare,
    rareSize: values['rare-size'],
    preset: values.preset,
    settings: values.set,
    protocols: [...new Set(values.protocol)] as ProtocolName[],
    perturbations: [...new Set(values.perturb)] as Perturbation[],
    perturbsOnlyDiscovery: values['perturb-only-discovery'],
    threads: values.threads,
    json: values.json,
    output: values.output ?? null,
  };
  checkArguments(result);
  return result;
}

function checkArguments(values: Arguments): void {
  const check = (name: string, value: number, least: number) => {
    if (Number.isInteger(value) && value >= least) return;
    throw new UsageError(`--${name} must be an integer of at least ${least}, got ${value}`);
  };
  check('splits', values.splits, 1);
  check('seed', values.seed, 0);
  check('rare', values.rareCount, 0);
  check('rare-size', values.rareSize, 1);
  check('threads', values.threads, 1);
  if (!(values.knownShare > 0 && values.knownShare < 1)) {
    throw new UsageError(`--known-share must be in (0, 1), got ${values.knownShare}`);
  }
  const foreign = values.settings.find((setting) => /^(data|preset|run\.(output|threads))\b/.test(setting));
  if (foreign !== undefined) {
    throw new UsageError(`--set takes options of stages, run.rounds and run.seed here, got ${foreign}`);
  }
}

/** The configuration of every split. @throws {ConfigError} if an option does not exist or is out of range. */
export function resolveOptions(preset: string, settings: readonly string[]): ResolvedConfig {
  // The images are given to each split directly; these paths only satisfy the schema.
  const text = 'data: { known: known, discovery: discovery }\n';
  const all = [`preset=${preset}`, ...settings];
  return resolveConfig(parseConfig(text, 'evaluation'), { settings: all, workingDirectory: process.cwd() });
}
