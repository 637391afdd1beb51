import { dirname, join, resolve } from 'node:path';
import type { BenchEvent, BenchSettings, ProtocolName } from '@ganscout/comparison';
import { defineCommand } from '../command.js';
import { CONFIG_OPTIONS, CONFIG_POSITIONAL } from '../config-arguments.js';
import { escapeText, formatJson } from '../escape-text.js';
import { EXIT, type ExitCode, UsageError } from '../exit-codes.js';
import { createProgress, type Progress } from '../progress.js';
import type { Shell } from '../shell.js';

interface BenchArguments {
  readonly config: string;
  readonly set: readonly string[];
  readonly seeds: number;
  readonly seed: number;
  readonly protocols: string;
  readonly attributes: string | undefined;
  readonly 'known-share': number;
  readonly robustness: boolean;
  readonly 'minimum-size': boolean;
  readonly 'label-efficiency': boolean;
  readonly output: string | undefined;
  readonly json: boolean;
}

/** `ganscout bench`: presets, baselines and ablations side by side, over several seeds. */
export const benchCommand = defineCommand({
  usage: 'bench [config]',
  summary: 'Compare presets, baselines and ablations on images whose sources are known',
  positionals: CONFIG_POSITIONAL,
  options: {
    set: CONFIG_OPTIONS.set,
    seeds: { type: 'number', requiresArg: true, default: 5, describe: 'Seeds that every method is run with' },
    seed: {
      type: 'number',
      requiresArg: true,
      default: 1,
      describe: 'The first seed; the next ones count up',
    },
    protocols: {
      type: 'string',
      requiresArg: true,
      default: 'own',
      describe:
        "How sources are split into known and unknown ones: own (the configuration's), random, dataset, architecture, seed; several with commas between them",
    },
    attributes: {
      type: 'string',
      requiresArg: true,
      describe: 'Table with the columns source, dataset, architecture, seed, for protocols by these',
    },
    'known-share': {
      type: 'number',
      requiresArg: true,
      default: 0.5,
      describe: 'Share of the sources that are known in a random split',
    },
    robustness: {
      type: 'boolean',
      default: false,
      describe: 'Discover after noise, blur, crop, JPEG and all of them too',
    },
    'minimum-size': {
      type: 'boolean',
      default: false,
      describe: 'Look how small an unknown source may be, too',
    },
    'label-efficiency': {
      type: 'boolean',
      default: false,
      describe: 'Discover with few labelled images too',
    },
    output: {
      type: 'string',
      requiresArg: true,
      describe: 'Folder for the results and what is kept; runs/bench beside the configuration by default',
    },
    json: { type: 'boolean', default: false, describe: 'Print the results as JSON instead of the tables' },
  },
  examples: [
    ['ganscout bench', 'five seeds on the split of pipeline.yaml'],
    ['ganscout bench --protocols own,random --seeds 10', 'random splits of the sources too'],
    ['ganscout bench --protocols seed --attributes sources.csv', 'unseen seeds of known generators'],
    [
      'ganscout bench --robustness --minimum-size --label-efficiency',
      'all that can be measured on one split',
    ],
  ],
  exitCodes: [EXIT.done, EXIT.failure, EXIT.noInput, EXIT.interrupted],
  async run(values, shell) {
    const progress = createProgress(shell);
    try {
      return await bench(values, shell, progress);
    } catch (error) {
      if (!shell.signal.aborted) throw error;
      progress.close();
      shell.stderr.write('Stopped. The same command goes on from here.\n');
      return EXIT.interrupted;
    } finally {
      progress.close();
    }
  },
});

async function bench(values: BenchArguments, shell: Shell, progress: Progress): Promise<ExitCode> {
  const { formatMarkdown, RESULT_FILES, runBench } = await import('@ganscout/comparison');
  const settings = await readSettings(values, shell, showEvent(progress));
  const results = await runBench(settings);
  progress.close();
  shell.stdout.write(values.json ? `${formatJson(results)}\n` : formatMarkdown(results));
  const files = Object.values(RESULT_FILES).join(', ');
  shell.stderr.write(`Results: ${escapeText(settings.directory)} (${files})\n`);
  return EXIT.done;
}

/** @throws {UsageError} if an argument is out of range. @throws {ConfigError} if the configuration is. */
async function readSettings(
  values: BenchArguments,
  shell: Shell,
  listener: BenchSettings['listener'],
): Promise<BenchSettings> {
  const { loadConfig, resolveConfig } = await import('@ganscout/pipeline');
  const { workingDirectory, signal } = shell;
  checkInteger('seeds', values.seeds, 1);
  checkInteger('seed', values.seed, 0);
  const knownShare = values['known-share'];
  if (!(knownShare > 0 && knownShare < 1)) {
    throw new UsageError(`--known-share must be in (0, 1), got ${knownShare}`);
  }
  const protocols = await parseProtocols(values.protocols);
  const needsTable = protocols.find((name) => name !== 'own' && name !== 'random');
  if (needsTable !== undefined && values.attributes === undefined) {
    throw new UsageError(
      `--protocols ${needsTable} needs --attributes TABLE, with the columns source, dataset, architecture and seed`,
    );
  }
  const loaded = loadConfig(values.config);
  const home = resolve(workingDirectory, dirname(values.config));
  return {
    configure: (more) => resolveConfig(loaded, { settings: [...values.set, ...more], workingDirectory }),
    directory: resolve(workingDirectory, values.output ?? join(home, 'runs', 'bench')),
    seeds: values.seeds,
    firstSeed: values.seed,
    protocols,
    attributes: values.attributes === undefined ? null : resolve(workingDirectory, values.attributes),
    knownShare,
    robustness: values.robustness,
    minimumSize: values['minimum-size'],
    labelEfficiency: values['label-efficiency'],
    listener,
    signal,
    now: () => new Date(shell.now()),
  };
}

function checkInteger(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new UsageError(`--${name} must be an integer of at least ${least}, got ${value}`);
}

/** @throws {UsageError} if one does not exist. */
async function parseProtocols(text: string): Promise<ProtocolName[]> {
  const { PROTOCOLS } = await import('@ganscout/comparison');
  const names = text.split(',').map((name) => name.trim());
  const foreign = names.find((name) => !PROTOCOLS.some((known) => known === name));
  if (foreign !== undefined) {
    throw new UsageError(`--protocols must name some of ${PROTOCOLS.join(', ')}, got "${foreign}"`);
  }
  return PROTOCOLS.filter((name) => names.includes(name));
}

function showEvent(progress: Progress) {
  return (event: BenchEvent): void => {
    if (event.type === 'warning') progress.warn(event.message);
    else if (event.type === 'images') progress.advance(event.task, event.done, event.total, 'images');
    else progress.advance(escapeText(event.title), event.done, event.total, 'cells', event.secondsLeft);
  };
}
