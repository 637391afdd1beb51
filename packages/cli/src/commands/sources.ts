import { resolve } from 'node:path';
import type { ListedSource, SourceDetails, SourceListing, SourceRequest } from '@ganscout/cases';
import { type CommandGroup, defineCommand } from '../command.js';
import { formatJson, formatLines } from '../escape-text.js';
import { EXIT, type ExitCode, UsageError } from '../exit-codes.js';
import { quoteWord, type Shell, tableWidth } from '../shell.js';
import { formatCount, formatTable } from '../tables.js';
import { formatHistoryLines } from './history.js';

const CASE = {
  type: 'string',
  demandOption: true,
  describe: "A case, or a run's directory, which becomes one when something is changed",
} as const;
const SOURCE = { type: 'string', demandOption: true, describe: 'Id or name of a source' } as const;
const JSON_OPTION = { type: 'boolean', default: false, describe: 'Print as JSON' } as const;
const REASON = { type: 'string', requiresArg: true, describe: 'Why, kept in the history' } as const;
const CODES = [EXIT.done, EXIT.failure, EXIT.noInput] as const;

const listCommand = defineCommand({
  usage: 'list <case>',
  summary: 'List the sources of a case',
  positionals: { case: CASE },
  options: {
    all: { type: 'boolean', default: false, describe: 'Also those that were merged or dissolved' },
    json: JSON_OPTION,
  },
  examples: [['ganscout sources list runs/default', 'ids, names, sizes and what happened last']],
  exitCodes: CODES,
  async run(values, shell) {
    const { listSources } = await import('@ganscout/cases');
    const listing = listSources(resolve(shell.workingDirectory, values.case));
    shell.stdout.write(
      values.json
        ? `${formatJson(listing)}\n`
        : formatListing(listing, { isAll: values.all, width: tableWidth(shell.stdout) }),
    );
    return EXIT.done;
  },
});

const showCommand = defineCommand({
  usage: 'show <case> <source>',
  summary: 'Show all of one source: lineage, notes, representative images, history',
  positionals: { case: CASE, source: SOURCE },
  options: { json: JSON_OPTION },
  examples: [['ganscout sources show runs/default S0007', 'one source']],
  exitCodes: CODES,
  async run(values, shell) {
    const { showSource } = await import('@ganscout/cases');
    const details = showSource(resolve(shell.workingDirectory, values.case), values.source);
    shell.stdout.write(values.json ? `${formatJson(details)}\n` : formatDetails(details));
    return EXIT.done;
  },
});

const renameCommand = defineCommand({
  usage: 'rename <case> <source> <name>',
  summary: 'Give a source a name',
  positionals: { case: CASE, source: SOURCE, name: { type: 'string', demandOption: true } },
  options: { json: JSON_OPTION },
  examples: [['ganscout sources rename runs/default S0007 "seed 12"', 'the id stays']],
  exitCodes: CODES,
  run: ({ source, name, ...values }, shell) => change({ operation: 'rename', source, name }, values, shell),
});

const noteCommand = defineCommand({
  usage: 'note <case> <source> <note>',
  summary: 'Add a note to a source',
  positionals: { case: CASE, source: SOURCE, note: { type: 'string', demandOption: true } },
  options: { json: JSON_OPTION },
  examples: [['ganscout sources note runs/default S0007 "also in the March dump"', 'kept in the history']],
  exitCodes: CODES,
  run: ({ source, note, ...values }, shell) => change({ operation: 'note', source, note }, values, shell),
});

const mergeCommand = defineCommand({
  usage: 'merge <case> <source> <others..>',
  summary: 'Merge sources into the first; they are kept together from here on',
  positionals: {
    case: CASE,
    source: { ...SOURCE, describe: 'Id or name of the source that stays' },
    others: { type: 'string', array: true, demandOption: true, describe: 'Sources that go into it' },
  },
  options: { reason: REASON, json: JSON_OPTION },
  examples: [['ganscout sources merge runs/default S0007 S0009', 'S0009 goes into S0007']],
  exitCodes: CODES,
  run: ({ source, others, reason, ...values }, shell) =>
    change({ operation: 'merge', sources: [source, ...others], ...because(reason) }, values, shell),
});

const splitCommand = defineCommand({
  usage: 'split <case> <source>',
  summary: 'Split images off a source into a new one; the two are kept apart from here on',
  positionals: { case: CASE, source: SOURCE },
  options: {
    images: {
      type: 'string',
      array: true,
      requiresArg: true,
      describe:
        'An image that leaves: path, file, or id (its first 8 characters are enough); give it once for each',
    },
    'images-from': {
      type: 'string',
      requiresArg: true,
      describe: 'Text file with one such image a line',
    },
    name: { type: 'string', requiresArg: true, describe: 'Name of the new source' },
    reason: REASON,
    json: JSON_OPTION,
  },
  examples: [
    ['ganscout sources split runs/default S0007 --images-from other.txt', 'the images that the file lists'],
    ['ganscout sources split runs/default S0007 --images dump/3.png --images 5f0c9a21', 'two images'],
  ],
  exitCodes: CODES,
  async run({ source, images = [], 'images-from': list, name, reason, ...values }, shell) {
    const named = [...images, ...(list === undefined ? [] : await readLines(list, shell))];
    if (named.length === 0)
      throw new UsageError('name the images that leave, with --images or --images-from');
    const more = { ...(name === undefined ? {} : { name }), ...because(reason) };
    return change({ operation: 'split', source, images: named, ...more }, values, shell);
  },
});

/** A command that needs nothing but a source. */
function plainCommand(operation: 'retire' | 'restore' | 'dissolve', summary: string, meaning: string) {
  return defineCommand({
    usage: `${operation} <case> <source>`,
    summary,
    positionals: { case: CASE, source: SOURCE },
    options: { reason: REASON, json: JSON_OPTION },
    examples: [[`ganscout sources ${operation} runs/default S0007`, meaning]],
    exitCodes: CODES,
    run: ({ source, reason, ...values }, shell) =>
      change({ operation, source, ...because(reason) }, values, shell),
  });
}

const labelCommand = defineCommand({
  usage: 'label <case> <source> <name>',
  summary:
    'Say that a discovered source is a known one: a new name, or a known source that then takes its images',
  positionals: {
    case: CASE,
    source: SOURCE,
    name: { type: 'string', demandOption: true, describe: 'A new name, or a known source by its name or id' },
  },
  options: { reason: REASON, json: JSON_OPTION },
  examples: [['ganscout sources label runs/default S0007 stylegan3', 'rounds to come keep to it']],
  exitCodes: CODES,
  run: ({ source, name, reason, ...values }, shell) =>
    change({ operation: 'label', source, name, ...because(reason) }, values, shell),
});

const undoCommand = defineCommand({
  usage: 'undo <case> [entry]',
  summary: 'Take an operation back, by default the last one; undoing an undo does it again',
  positionals: {
    case: CASE,
    entry: { type: 'number', describe: 'Number of its entry, as "ganscout history" lists it' },
  },
  options: { json: JSON_OPTION },
  examples: [
    ['ganscout sources undo runs/default', 'the last operation that stands'],
    ['ganscout sources undo runs/default 7', 'entry 7, if nothing later touched the same'],
  ],
  exitCodes: CODES,
  run({ entry, ...values }, shell) {
    if (entry !== undefined && !(Number.isInteger(entry) && entry > 0)) {
      throw new UsageError(`the entry to undo must be a number from 1 on, got ${entry}`);
    }
    return change({ operation: 'undo', entry: entry ?? null }, values, shell);
  },
});

/** `ganscout sources`: what a case knows of its sources, and what people say of them. */
export const sourcesCommand: CommandGroup = {
  usage: 'sources',
  summary: 'List, name, merge, split, retire or label the sources of a case',
  commands: [
    listCommand,
    showCommand,
    renameCommand,
    noteCommand,
    mergeCommand,
    splitCommand,
    labelCommand,
    plainCommand(
      'retire',
      'Give no image to a source any more; its images keep it and take no part in discovery',
      'its images stay',
    ),
    plainCommand('restore', 'Make a retired source active again', 'it takes images again'),
    plainCommand(
      'dissolve',
      'Send the images of a discovered source back to those that wait',
      'discovery may find them again',
    ),
    undoCommand,
  ],
};

function because(reason: string | undefined): { readonly reason?: string } {
  return reason === undefined ? {} : { reason };
}

async function readLines(path: string, shell: Shell): Promise<string[]> {
  const { readFile } = await import('node:fs/promises');
  const text = await readFile(resolve(shell.workingDirectory, path), 'utf8');
  return text.split(/\r?\n/).filter((line) => line.trim() !== '');
}

async function change(
  request: SourceRequest,
  values: { readonly case: string; readonly json: boolean },
  shell: Shell,
): Promise<ExitCode> {
  const { changeSources } = await import('@ganscout/cases');
  const directory = resolve(shell.workingDirectory, values.case);
  const { workingDirectory } = shell;
  const done = await changeSources(directory, request, {
    workingDirectory,
    now: () => new Date(shell.now()),
  });
  const { entry, plan, lines } = done;
  if (values.json) {
    const { events, operation } = plan.body;
    shell.stdout.write(
      `${formatJson({ entry, operation: request.operation === 'undo' ? 'undo' : operation, events, moved: plan.moved.rows.length })}\n`,
    );
    return EXIT.done;
  }
  shell.stdout.write(formatLines(lines));
  shell.stdout.write(
    `Entry ${entry}; to take it back: ganscout sources undo ${quoteWord(values.case)} ${entry}\n`,
  );
  return EXIT.done;
}

/** One line a source, and what the case holds in all. */
export function formatListing(
  { counts, sources }: SourceListing,
  { isAll, width }: { readonly isAll: boolean; readonly width?: number },
): string {
  const shown = sources.filter(({ state }) => isAll || state === 'active' || state === 'retired');
  const rows = shown.map((source) => [
    source.id,
    source.name,
    source.kind,
    describeState(source),
    String(source.images),
    describeBirth(source),
    source.last === null ? '-' : `${source.last.entry}: ${source.last.text}`,
  ]);
  const columns = [
    { title: 'source' },
    { title: 'name', keep: 'end' },
    { title: 'kind' },
    { title: 'state' },
    { title: 'images', align: 'right' },
    { title: 'born' },
    { title: 'last entry', keep: 'start' },
  ] as const;
  const left = sources.length - shown.length;
  return (
    formatTable(columns, rows, width) +
    `${formatCount(counts.images, 'image')}: ${counts.ofKnown} of known sources, ${counts.ofDiscovered} of discovered ones, ` +
    `${counts.waiting} without a source.\n` +
    (left > 0 ? `${formatCount(left, 'source')} more, merged or dissolved: --all\n` : '') +
    (counts.entries === 0 ? 'The run was not opened as a case yet; ids are those that it will get.\n' : '')
  );
}

function describeState({ state, into, labelled }: ListedSource): string {
  if (state === 'merged') return `merged into ${into}`;
  return labelled === null ? state : `${state}, labelled`;
}

function describeBirth({ bornEntry, bornRound, from, kind }: ListedSource): string {
  const origin = from === null ? '' : ` from ${from}`;
  return `entry ${bornEntry}${kind === 'discovered' && bornRound > 0 ? `, round ${bornRound}` : ''}${origin}`;
}

/** All of one source. */
export function formatDetails({ source, representatives, history }: SourceDetails): string {
  const facts: readonly (readonly [string, string])[] = [
    ['name', source.name],
    ['kind', source.kind],
    ['state', describeState(source)],
    ...(source.labelled === null ? [] : [['label', source.labelled] as const]),
    ['images', String(source.images)],
    ['born', describeBirth(source)],
    ...source.notes.map((note) => ['note', note] as const),
    ...representatives.map(({ id, path }) => ['image', path === '' ? id : path] as const),
  ];
  return [
    `${source.id}\n`,
    formatLines(facts.map(([name, value]) => `  ${name.padEnd(6)}  ${value}`)),
    ...(history.length === 0 ? [] : ['\n', formatHistoryLines(history)]),
  ].join('');
}
