import { resolve } from 'node:path';
import type { AddOutcome, AddRequest, CaseContext } from '@ganscout/cases';
import { formatAddition } from '../add-text.js';
import { defineCommand } from '../command.js';
import { formatJson } from '../escape-text.js';
import { EXIT, type ExitCode, UsageError } from '../exit-codes.js';
import { createProgress, type Progress } from '../progress.js';
import { isLiveTerminal, quoteWord, type Shell, tableWidth } from '../shell.js';
import { formatCount } from '../tables.js';

interface AddArguments {
  readonly case: string;
  readonly dumps: readonly string[] | undefined;
  readonly resume: boolean;
  readonly discard: boolean;
  readonly retrain: AddRequest['retrain'];
  readonly 'discover-from': number;
  readonly watch: string | undefined;
  readonly settle: number;
  readonly json: boolean;
}

/** Shortest time between two looks at a watched folder. */
const POLL_SECONDS = 1;

/** `ganscout add`: takes new dumps into a case. */
export const addCommand = defineCommand({
  usage: 'add <case> [dumps..]',
  summary: 'Take new images into a case: attribute them, and discover new sources among the others',
  positionals: {
    case: { type: 'string', demandOption: true, describe: "A run's directory, which becomes a case" },
    dumps: { type: 'string', array: true, describe: 'Folders, lists or images, as for data.discovery' },
  },
  options: {
    retrain: {
      choices: ['auto', 'always', 'never'] as const,
      default: 'auto' as const,
      describe: 'Discover anew among all images of the case: if it has drifted, in any case, or never',
    },
    'discover-from': {
      type: 'number',
      default: 10,
      describe: 'Images without a source that are needed before new sources are looked for',
    },
    resume: { type: 'boolean', default: false, describe: 'Go on with an add that was interrupted' },
    discard: { type: 'boolean', default: false, describe: 'Drop an add that was interrupted' },
    watch: {
      type: 'string',
      requiresArg: true,
      describe:
        'Take images in as they arrive in a folder, once they have stopped growing; until interrupted',
    },
    settle: {
      type: 'number',
      default: 5,
      describe: 'With --watch: seconds for which a file must stay as it is',
    },
    json: { type: 'boolean', default: false, describe: 'Print the outcome as JSON' },
  },
  examples: [
    ['ganscout add runs/default new-dump', 'take a folder in'],
    ['ganscout add runs/default --watch inbox', 'take in what arrives, until Ctrl-C'],
    ['ganscout add runs/default --resume', 'go on after an interruption'],
    ['ganscout add runs/default --retrain always', 'discover anew among all that is there'],
  ],
  exitCodes: [EXIT.done, EXIT.failure, EXIT.noInput, EXIT.someInputsFailed, EXIT.interrupted],
  run: addAndReport,
});

async function addAndReport(values: AddArguments, shell: Shell): Promise<ExitCode> {
  const dumps = values.dumps ?? [];
  if (values.discard) return discard(values.case, shell);
  checkArguments(values, dumps);
  if (values.watch !== undefined) return watch(values, values.watch, shell);
  const progress = createProgress(shell, { isQuiet: values.json && !isLiveTerminal(shell) });
  let outcome: AddOutcome | null;
  try {
    outcome = await add(values, dumps, shell, progress);
  } catch (error) {
    if (!shell.signal.aborted) throw error;
    shell.stderr.write(`Stopped. To go on: ganscout add ${quoteWord(values.case)} --resume\n`);
    return EXIT.interrupted;
  } finally {
    progress.close();
  }
  if (outcome === null) {
    shell.stdout.write(`Nothing to go on with: no add to ${values.case} was interrupted.\n`);
    return EXIT.done;
  }
  return report(outcome, values, shell);
}

/** @throws {UsageError} if there is nothing to do, or options do not fit together. */
function checkArguments(values: AddArguments, dumps: readonly string[]): void {
  if (values.resume && dumps.length > 0) {
    throw new UsageError(
      '--resume goes on with the dumps of the add that was interrupted; leave the dumps out',
    );
  }
  if (values.watch !== undefined && (values.resume || dumps.length > 0)) {
    throw new UsageError('--watch takes in what arrives in one folder; leave the dumps and --resume out');
  }
  if (!(values.settle >= 0 && Number.isFinite(values.settle))) {
    throw new UsageError(`--settle must be a number of seconds from 0 on, got ${values.settle}`);
  }
  if (!values.resume && values.watch === undefined && dumps.length === 0 && values.retrain !== 'always') {
    throw new UsageError('name a dump to add, or give --watch FOLDER, --resume or --retrain always');
  }
  const count = values['discover-from'];
  if (!(Number.isInteger(count) && count >= 2)) {
    throw new UsageError(`--discover-from must be an integer from 2 on, got ${count}`);
  }
}

async function add(
  values: AddArguments,
  dumps: readonly string[],
  shell: Shell,
  { listener }: Progress,
): Promise<AddOutcome | null> {
  const { addImages, resumeAdd } = await import('@ganscout/cases');
  const context = contextOf(shell, listener);
  const directory = resolve(shell.workingDirectory, values.case);
  if (values.resume) return resumeAdd(directory, context);
  const locations = dumps.map((dump) => resolve(shell.workingDirectory, dump));
  const request = { locations, retrain: values.retrain, discoverFrom: values['discover-from'] };
  return addImages(directory, request, context);
}

function contextOf(shell: Shell, listener: Progress['listener']): CaseContext {
  return {
    workingDirectory: shell.workingDirectory,
    listener,
    signal: shell.signal,
    now: () => new Date(shell.now()),
  };
}

/** Adds what arrives until the user interrupts, which is how a watch ends. */
async function watch(values: AddArguments, folder: string, shell: Shell): Promise<ExitCode> {
  const { watchCase } = await import('@ganscout/cases');
  const progress = createProgress(shell, { isQuiet: values.json && !isLiveTerminal(shell) });
  const request = {
    folder,
    retrain: values.retrain,
    discoverFrom: values['discover-from'],
    settleSeconds: values.settle,
    pollSeconds: Math.max(POLL_SECONDS, values.settle / 4),
  };
  progress.note(`Watching ${folder}; Ctrl-C ends it.`);
  try {
    const directory = resolve(shell.workingDirectory, values.case);
    for await (const outcome of watchCase(directory, request, contextOf(shell, progress.listener))) {
      await report(outcome, values, shell);
    }
  } catch (error) {
    if (!shell.signal.aborted) throw error;
  } finally {
    progress.close();
  }
  shell.stderr.write('The watch has ended.\n');
  return EXIT.done;
}

async function report(outcome: AddOutcome, values: AddArguments, shell: Shell): Promise<ExitCode> {
  const { summarizeAdd } = await import('@ganscout/cases');
  const { state, added, drift, retraining } = outcome;
  const summary = added === null ? null : summarizeAdd(state, added.entry);
  const retrained = retraining === null ? null : { entry: retraining.entry, reasons: retraining.reasons };
  shell.stdout.write(
    values.json
      ? `${formatJson({ case: values.case, added: summary, inputs: added?.inputs ?? null, drift, retrained })}\n`
      : formatAddition(outcome, summary, values.case, tableWidth(shell.stdout)),
  );
  const failed = added?.failed ?? [];
  if (failed.length === 0) return EXIT.done;
  shell.stderr.write(
    `${formatCount(failed.length, 'input')} could not be used; images.csv of entry ${added?.entry} says which and why.\n`,
  );
  return EXIT.someInputsFailed;
}

async function discard(directory: string, shell: Shell): Promise<ExitCode> {
  const { discardAdd } = await import('@ganscout/cases');
  const wasThere = await discardAdd(resolve(shell.workingDirectory, directory), {
    now: () => new Date(shell.now()),
  });
  shell.stdout.write(
    wasThere ? 'Dropped the add that was interrupted.\n' : 'Nothing to drop: no add was interrupted.\n',
  );
  return EXIT.done;
}
