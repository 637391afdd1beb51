import { existsSync, readdirSync } from 'node:fs';
import type { ResolvedConfig, RunOutcome, RunSettings } from '@ganscout/pipeline';
import type { WrittenReport } from '@ganscout/report';
import { defineCommand } from '../command.js';
import { CONFIG_OPTIONS, CONFIG_POSITIONAL, readConfig } from '../config-arguments.js';
import { formatJson } from '../escape-text.js';
import { EXIT, type ExitCode, UsageError } from '../exit-codes.js';
import { createProgress } from '../progress.js';
import { isLiveTerminal, quoteWord, type Shell, tableWidth } from '../shell.js';
import { formatSummary } from '../summary-text.js';
import { formatCount } from '../tables.js';
import { formatReportPlace } from './report.js';

interface RunArguments {
  readonly config: string;
  readonly set: readonly string[];
  readonly name: string | undefined;
  readonly resume: boolean;
  readonly force: string | undefined;
  readonly 'no-report': boolean;
  readonly json: boolean;
}

/** `ganscout run`: does every stage of every round and writes the run directory. */
export const runCommand = defineCommand({
  usage: 'run [config]',
  summary: 'Name the images of known sources and discover the others',
  positionals: CONFIG_POSITIONAL,
  options: {
    ...CONFIG_OPTIONS,
    resume: {
      type: 'boolean',
      default: false,
      describe: 'Go on with a run, keeping the stages that still hold',
    },
    force: {
      type: 'string',
      requiresArg: true,
      describe: 'Do a stage again and all that depend on it: STAGE, or STAGE@ROUND',
    },
    'no-report': { type: 'boolean', default: false, describe: 'Leave out the page at the end, report.html' },
    json: { type: 'boolean', default: false, describe: 'Print every event as one line of JSON' },
  },
  examples: [
    ['ganscout run', 'run pipeline.yaml'],
    ['ganscout run my.yaml --set run.seed=2 --name seed-2', 'change a key and name the run'],
    ['ganscout run --resume', 'go on after an interruption'],
    ['ganscout run --force merge@2', 'merge again in round 2, and what follows'],
  ],
  exitCodes: [EXIT.done, EXIT.failure, EXIT.noInput, EXIT.someInputsFailed, EXIT.interrupted],
  run: runAndReport,
});

async function runAndReport(values: RunArguments, shell: Shell): Promise<ExitCode> {
  const config = await readConfig(values, shell.workingDirectory);
  const force = values.force === undefined ? null : await parseForce(values.force, config.run.output);
  let outcome: RunOutcome;
  try {
    outcome = await runWithProgress(config, { resume: values.resume, force, json: values.json }, shell);
  } catch (error) {
    if (!shell.signal.aborted) throw error;
    shell.stderr.write(`Stopped. To go on: ${formatResume(values)}\n`);
    return EXIT.interrupted;
  }
  const { directory, summary, failedInputs } = outcome;
  const report = values['no-report'] ? null : await reportOnRun(directory, { isQuiet: values.json }, shell);
  if (values.json && report !== null) {
    const { file, bytes } = report;
    shell.stdout.write(`${formatJson({ type: 'report', file, bytes })}\n`);
  }
  shell.stdout.write(
    values.json
      ? `${formatJson({ type: 'run-end', directory, failedInputs, summary })}\n`
      : formatSummary(summary, directory, tableWidth(shell.stdout)) +
          (report === null ? '' : formatReportPlace(report)),
  );
  if (failedInputs === 0) return EXIT.done;
  shell.stderr.write(
    `${formatCount(failedInputs, 'input')} could not be used; inputs.csv says which and why.\n`,
  );
  return EXIT.someInputsFailed;
}

/** Runs the pipeline and shows how it goes. With `json` events go to stdout, and progress to a terminal only. */
export async function runWithProgress(
  config: ResolvedConfig,
  { resume, force, json }: { resume: boolean; force: RunSettings['force']; json: boolean },
  shell: Shell,
): Promise<RunOutcome> {
  const { recordOf, runDiscovery } = await import('@ganscout/pipeline');
  const isQuiet = json && (!isLiveTerminal(shell) || shell.stdout.isTTY === true);
  const progress = createProgress(shell, { isQuiet });
  try {
    return await runDiscovery(config, {
      resume,
      force,
      signal: shell.signal,
      now: () => new Date(shell.now()),
      listener(event) {
        // Progress is not for the record of the run, but for who follows it.
        if (json) shell.stdout.write(`${formatJson(recordOf(event) ?? event)}\n`);
        progress.listener(event);
      },
    });
  } finally {
    progress.close();
  }
}

/**
 * Writes the page on a run that has come to its end. The run is not worth less without it: what goes wrong is a warning.
 *
 * @returns null if there is no page.
 */
export async function reportOnRun(
  directory: string,
  { isQuiet }: { readonly isQuiet: boolean },
  shell: Shell,
): Promise<WrittenReport | null> {
  const progress = createProgress(shell, { isQuiet });
  try {
    const { writeReport } = await import('@ganscout/report');
    return await writeReport(directory, {
      onProgress: (what) => progress.note(`report: ${what}`),
      signal: shell.signal,
    });
  } catch (error) {
    const reason = shell.signal.aborted ? 'it was stopped' : messageOf(error);
    progress.warn(`no report was written: ${reason}; "ganscout report ${quoteWord(directory)}" tries again`);
    return null;
  } finally {
    progress.close();
  }
}

/**
 * Reads `STAGE` or `STAGE@ROUND`. Without a round it is the first, or for a stage after the rounds the last one.
 *
 * @param directory of the run. @throws {UsageError} if there is no such stage or the round is no number from 1 on.
 */
export async function parseForce(
  text: string,
  directory: string,
): Promise<NonNullable<RunSettings['force']>> {
  const { STAGE_NAMES } = await import('@ganscout/pipeline');
  const [, name, round] = /^([^@]*)(?:@([1-9]\d?))?$/.exec(text) ?? [];
  const stage = STAGE_NAMES.find((candidate) => candidate === name);
  if (stage === undefined) {
    throw new UsageError(
      `--force must be STAGE or STAGE@ROUND, STAGE one of ${STAGE_NAMES.join(', ')} and ROUND from 1 to 99, got "${text}"`,
    );
  }
  if (round !== undefined) return { stage, round: Number(round) };
  return { stage, round: stage === 'attribute' ? lastRound(directory) : 1 };
}

/** The last round that a run directory has a folder of; 1 if none. */
function lastRound(directory: string): number {
  const folders = existsSync(directory) ? readdirSync(directory) : [];
  const rounds = folders.map((folder) => Number(/^round-(\d+)$/.exec(folder)?.[1] ?? 1));
  return Math.max(1, ...rounds);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The command line that goes on with the run. */
export function formatResume({ config, set, name }: Pick<RunArguments, 'config' | 'set' | 'name'>): string {
  const words = [
    'ganscout',
    'run',
    config,
    ...set.flatMap((setting) => ['--set', setting]),
    ...(name === undefined ? [] : ['--name', name]),
    '--resume',
  ];
  return words.map(quoteWord).join(' ');
}
