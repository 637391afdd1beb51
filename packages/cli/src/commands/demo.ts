import { constants, cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineCommand } from '../command.js';
import { readConfig } from '../config-arguments.js';
import { type DemoRun, formatDemo } from '../demo-report.js';
import { EXIT, type ExitCode, UsageError } from '../exit-codes.js';
import { createProgress } from '../progress.js';
import { type Shell, tableWidth } from '../shell.js';
import { formatReportPlace } from './report.js';
import { reportOnRun, runWithProgress } from './run.js';

const PRESETS = ['default', 'girish2021'] as const;

/** The configuration at the root of the checkout, seen from `src/commands` and from `dist/commands`. */
const CONFIG_FILE = fileURLToPath(new URL('../../../../pipeline.yaml', import.meta.url));

/** Folder of a run directory that holds the descriptions of its images. */
const DESCRIPTIONS = join('round-01', 'describe');

/** `ganscout demo`: makes images with the embedded generators and discovers them. */
export const demoCommand = defineCommand({
  usage: 'demo',
  summary: 'Make images with the embedded generators and discover them',
  positionals: {},
  options: {
    directory: {
      type: 'string',
      requiresArg: true,
      default: 'demo-data',
      describe: 'Folder for the images, and the runs below it',
    },
    seed: { type: 'number', requiresArg: true, default: 1, describe: 'Seed of the images' },
    fresh: {
      type: 'boolean',
      default: false,
      describe: 'Do every stage again instead of keeping what is there',
    },
  },
  examples: [
    ['ganscout demo', 'images and runs in ./demo-data'],
    ['ganscout demo --directory /tmp/demo', 'the same elsewhere'],
  ],
  exitCodes: [EXIT.done, EXIT.failure, EXIT.interrupted],
  async run(values, shell) {
    try {
      return await showDemo(values, shell);
    } catch (error) {
      if (!shell.signal.aborted) throw error;
      shell.stderr.write('Stopped. The same command goes on from here.\n');
      return EXIT.interrupted;
    }
  },
});

interface DemoArguments {
  readonly directory: string;
  readonly seed: number;
  readonly fresh: boolean;
}

async function showDemo({ directory, seed, fresh }: DemoArguments, shell: Shell): Promise<ExitCode> {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new UsageError(`--seed must be an integer of at least 0, got ${seed}`);
  }
  if (!existsSync(CONFIG_FILE)) {
    throw new UsageError(
      `the demo runs in a checkout of the project, where pipeline.yaml is; it is not at ${CONFIG_FILE}`,
    );
  }
  const place = resolve(shell.workingDirectory, directory);
  const demo = await writeImages(place, seed, shell);
  const runs: DemoRun[] = [];
  for (const preset of PRESETS) {
    shell.signal.throwIfAborted();
    shell.stderr.write(`Preset ${preset}\n`);
    const settings = {
      preset,
      'run.output': join(place, 'runs', preset),
      'data.known': demo.known,
      'data.discovery': demo.discovery,
      'data.truth': demo.truth,
    };
    // JSON is YAML: it keeps any path a string.
    const set = Object.entries(settings).map(([path, value]) => `${path}=${JSON.stringify(value)}`);
    const config = await readConfig({ config: CONFIG_FILE, set }, shell.workingDirectory);
    const [first] = runs;
    if (first !== undefined) reuseDescriptions(first.outcome.directory, config.run.output);
    const stage = first === undefined ? 'describe' : 'whiten';
    const force = fresh ? ({ stage, round: 1 } as const) : null;
    const outcome = await runWithProgress(config, { resume: true, force, json: false }, shell);
    runs.push({ preset, outcome });
  }
  const [first] = runs as [DemoRun];
  const report = await reportOnRun(first.outcome.directory, { isQuiet: false }, shell);
  shell.stdout.write(formatDemo(demo, runs, { directory: place }, tableWidth(shell.stdout)));
  if (report !== null) shell.stdout.write(formatReportPlace(report));
  return EXIT.done;
}

/**
 * Gives a run the descriptions of another one of the same images, which presets share; the run checks whether they
 * hold, and makes its own if not.
 */
function reuseDescriptions(from: string, to: string): void {
  const manifest = (directory: string) => join(directory, DESCRIPTIONS, 'stage.json');
  const isThere = existsSync(manifest(to)) && readFileSync(manifest(to)).equals(readFileSync(manifest(from)));
  if (isThere) return;
  rmSync(join(to, DESCRIPTIONS), { recursive: true, force: true });
  cpSync(join(from, DESCRIPTIONS), join(to, DESCRIPTIONS), {
    recursive: true,
    mode: constants.COPYFILE_FICLONE,
  });
}

async function writeImages(directory: string, seed: number, shell: Shell) {
  const { writeDemo } = await import('@ganscout/demo');
  const progress = createProgress(shell);
  try {
    return await writeDemo({
      directory,
      seed,
      onProgress({ imagesDone, imageCount }) {
        progress.advance('making images', imagesDone, imageCount, 'images');
      },
    });
  } finally {
    progress.close();
  }
}
