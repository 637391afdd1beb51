import { resolve } from 'node:path';
import type { ImageStory } from '@ganscout/cases';
import { defineCommand } from '../command.js';
import { formatJson, formatLines } from '../escape-text.js';
import { EXIT, UsageError } from '../exit-codes.js';
import { tableWidth } from '../shell.js';
import { formatFigure, formatTable } from '../tables.js';

/** Characters of an id that are printed where there is no path. */
const ID_SHOWN = 16;

/** `ganscout why`: tells why an image has its source. */
export const whyCommand = defineCommand({
  usage: 'why <case> <image>',
  summary: 'Tell why an image has the source that it has',
  positionals: {
    case: { type: 'string', demandOption: true, describe: "A case, or a run's directory" },
    image: {
      type: 'string',
      demandOption: true,
      describe:
        'Its path as in inputs.csv, a file with the same bytes, or its id or the first 8 characters of it',
    },
  },
  options: {
    nearest: {
      type: 'number',
      requiresArg: true,
      default: 5,
      describe: 'Nearest images of sources that are told',
    },
    json: { type: 'boolean', default: false, describe: 'Print as JSON' },
  },
  examples: [
    ['ganscout why runs/default dump/3.png', 'by its path'],
    ['ganscout why runs/default 5f0c9a21', 'by the beginning of its id'],
  ],
  exitCodes: [EXIT.done, EXIT.failure, EXIT.noInput, EXIT.interrupted],
  async run({ image, nearest, json, ...values }, shell) {
    if (!Number.isInteger(nearest) || nearest < 0) {
      throw new UsageError(`--nearest must be an integer from 0 on, got ${nearest}`);
    }
    const { explainImage } = await import('@ganscout/cases');
    const directory = resolve(shell.workingDirectory, values.case);
    const { workingDirectory, signal } = shell;
    const story = await explainImage(directory, image, { workingDirectory, nearest, signal });
    shell.stdout.write(json ? `${formatJson(story)}\n` : formatStory(story, tableWidth(shell.stdout)));
    return EXIT.done;
  },
});

/** The whole story of an image: what it is, each stage, each entry, and what is near. */
export function formatStory(story: ImageStory, width?: number): string {
  return [
    formatImage(story),
    ...story.trainings.map((training) => formatTraining(training, width)),
    formatEntries(story),
    formatConstraints(story),
    formatNearest(story, width),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function formatImage({ id, inputs, labelledAs, source }: ImageStory): string {
  const lines = [`image ${id}`, ...inputs.map(describeInput)];
  if (labelledAs !== null) lines.push(`It is a labelled image of the known source ${labelledAs}.`);
  else if (source === null) lines.push('It has no source: it waits in the buffer.');
  else lines.push(`It is of ${source.id} (${source.name}), a ${source.kind} source that is ${source.state}.`);
  return formatLines(lines);
}

function describeInput({ path, set, entry, status, reason }: ImageStory['inputs'][number]): string {
  const place = set === 'known' ? 'known set' : entry === 1 ? 'discovery set' : `entry ${entry}`;
  return `  ${path} (${place}${status === 'ok' ? '' : `, ${status}: ${reason}`})`;
}

function formatTraining(
  { generation, steps, final }: ImageStory['trainings'][number],
  width: number | undefined,
): string {
  const rows = steps.map(({ round, stage, kind, place, images, reason, since, score, pValue, limit }) => [
    String(round),
    stage,
    place ?? 'none',
    kind === 'unassigned' ? '-' : String(images),
    formatFigure(score),
    pValue === null || limit === null
      ? '-'
      : `${formatFigure(pValue)} ${pValue > limit ? '>' : '<='} ${limit}`,
    `${reason} (round ${since})`,
  ]);
  const columns = [
    { title: 'round', align: 'right' },
    { title: 'stage' },
    { title: 'source', keep: 'end' },
    { title: 'images', align: 'right' },
    { title: 'score', align: 'right' },
    { title: 'p-value' },
    { title: 'because', keep: 'start' },
  ] as const;
  const title = generation === 1 ? 'In the run' : `When the case was trained again, generation ${generation}`;
  return `${title}:\n${formatTable(columns, rows, width)}${formatFinal(final)}`;
}

function formatFinal(final: ImageStory['trainings'][number]['final']): string {
  if (final === null) return '';
  const { score, pValue, margin, limit, nearestKnown } = final;
  return formatLines([
    `At the end: score ${formatFigure(score)} against the known sources, of which ${nearestKnown} is nearest; ` +
      `p-value ${formatFigure(pValue)} of belonging to any source, limit ${limit}; margin ${formatFigure(margin)}.`,
  ]);
}

function formatEntries({ entries }: ImageStory): string {
  if (entries.length === 0) return '';
  return formatLines([
    'In the case:',
    ...entries.flatMap(({ entry, time, what, lines, undoneBy }) => [
      `  entry ${entry}, ${time}: ${what}${undoneBy === null ? '' : ` (undone by entry ${undoneBy})`}`,
      ...lines.map((line) => `    ${line}`),
    ]),
  ]);
}

function formatConstraints({ constraints }: ImageStory): string {
  if (constraints.length === 0) return '';
  return formatLines([
    'What people said of it:',
    ...constraints.map(({ operation, text }) => `  ${text} (entry ${operation})`),
  ]);
}

function formatNearest({ nearest }: ImageStory, width: number | undefined): string {
  const spaces = nearest.spaces.join(' + ');
  if (nearest.images.length === 0) return formatLines([`Nearest images: none; ${nearest.how}.`]);
  const rows = nearest.images.map(({ id, path, source, name, isLabelled, distance }) => [
    path === '' ? id.slice(0, ID_SHOWN) : path,
    `${source} (${name})`,
    isLabelled ? 'labelled' : 'discovered',
    formatFigure(distance),
  ]);
  const columns = [
    { title: 'image', keep: 'end' },
    { title: 'source', keep: 'end' },
    { title: 'as' },
    { title: 'distance', align: 'right' },
  ] as const;
  return (
    formatLines([`Nearest images that stand for sources, in ${spaces} (${nearest.how}):`]) +
    formatTable(columns, rows, width)
  );
}
