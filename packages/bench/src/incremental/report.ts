import type { BatchingCase } from './batching.js';
import type { FollowedSource, Standing } from './follow-sources.js';
import type { SiblingOutcome } from './siblings.js';

/** What incremental.json holds. The same images, options and software give the same bytes. */
export interface IncrementalReport {
  readonly version: 1;
  readonly folder: string;
  readonly images: number;
  readonly settings: readonly string[];
  readonly batching: readonly BatchingCase[];
  readonly siblings: readonly SiblingOutcome[];
}

/** By how much purity and NMI may fall when the same images come in dumps: the project's own aim. */
const TOLERANCE = 0.03;

/** Formats the report in Markdown. */
export function formatIncremental(report: IncrementalReport): string {
  const { folder, images, settings, batching, siblings } = report;
  const options = settings.length === 0 ? 'default options' : settings.join(', ');
  const lines = ['# New dumps', '', `${folder}, ${images} images to discover; ${options}.`, ''];
  if (batching.length > 0) lines.push(...batchingLines(batching));
  if (siblings.length > 0) lines.push(...siblingLines(siblings));
  return lines.join('\n');
}

function batchingLines(cases: readonly BatchingCase[]): string[] {
  const rows = cases.map((one) => {
    const { seed, dumps, retrain, figures, steps, sources } = one;
    return [
      `${dumps}`,
      dumps === 1 ? '' : retrain,
      `${seed}`,
      decimals(figures.wholeAveragePurity),
      decimals(figures.wholeNmi),
      decimals(figures.wholeAri),
      decimals(figures.accuracyKnown),
      decimals(figures.unknownAcceptedRate),
      figures.clustersPerUnknownSource?.toFixed(2) ?? '',
      `${figures.waiting}`,
      `${steps.filter(({ isRetrained }) => isRetrained).length}`,
      `${sum(steps.map(({ unlearned }) => unlearned))}`,
      `${sources.filter(({ isForgotten }) => isForgotten).length}`,
      reachesAim(one, cases),
    ];
  });
  const head = [
    'dumps',
    'retrain',
    'order',
    'purity',
    'NMI',
    'ARI',
    'known, accuracy',
    'unknown accepted as known',
  ];
  head.push(
    'discovered per unknown',
    'waiting',
    'retrainings',
    'unlearned',
    'forgotten',
    `within ${TOLERANCE}`,
  );
  return [
    '## Order and batching',
    '',
    'The same images in one dump and in more, unknown sources appearing over time; all images count, those that wait as one more cluster. Unlearned: images that were in the source that stands for their own, and later were not, summed over the dumps. Forgotten: true sources of which another source of the case came to hold most. Within: purity and NMI at most that much below those of a single dump.',
    '',
    ...table(head, rows),
    '',
    ...cases.filter(({ dumps }) => dumps > 1).flatMap(sourceLines),
  ];
}

/** `yes` or `no`; empty for a single dump, or where none was made. */
function reachesAim({ dumps, figures }: BatchingCase, cases: readonly BatchingCase[]): string {
  const whole = cases.find((other) => other.dumps === 1)?.figures;
  if (dumps === 1 || whole === undefined) return '';
  const isClose = (of: 'wholeAveragePurity' | 'wholeNmi') =>
    (figures[of] ?? Number.NaN) >= (whole[of] ?? Number.NaN) - TOLERANCE;
  return isClose('wholeAveragePurity') && isClose('wholeNmi') ? 'yes' : 'no';
}

function sourceLines({ seed, dumps, retrain, steps, sources }: BatchingCase): string[] {
  const head = ['source', 'id', ...steps.map((_, i) => `${i + 1}`)];
  const rowsOf = (value: (standing: Standing) => number) =>
    sources.map((source) => [source.source, idOf(source), ...source.standings.map((at) => cell(at, value))]);
  return [
    `### ${dumps} dumps, retrain ${retrain}, order ${seed}`,
    '',
    'Share of the images so far of each true source that are in the source of the case that stands for it since it was first recognized; bold where another source holds more of it. R: trained again after this dump.',
    '',
    ...table(head, [
      ...rowsOf(({ right, images }) => right / images),
      ['images', '', ...steps.map(({ images }) => `${images}`)],
      ['waiting', '', ...steps.map(({ waiting }) => `${waiting}`)],
      ['unlearned', '', ...steps.map(({ unlearned }) => `${unlearned}`)],
      ['', '', ...steps.map(({ isRetrained }) => (isRetrained ? 'R' : ''))],
    ]),
    '',
    'Share of the images of that source of the case that are of the true source:',
    '',
    ...table(
      head,
      rowsOf(({ right, held }) => (held === 0 ? 0 : right / held)),
    ),
    '',
  ];

  function cell(standing: Standing | null, value: (standing: Standing) => number): string {
    if (standing === null) return '';
    const text = value(standing).toFixed(2).replace(/^0/, '');
    return standing.holder === 0 || standing.right >= standing.images / 2 ? text : `**${text}**`;
  }
}

function idOf({ number }: FollowedSource): string {
  return number === null ? 'none' : `S${String(number).padStart(4, '0')}`;
}

function siblingLines(outcomes: readonly SiblingOutcome[]): string[] {
  const rows = outcomes.map((one) => [
    one.established,
    one.kind,
    `${one.establishedImages}`,
    one.newcomer,
    one.retrain,
    `${one.newImages}`,
    `${one.inEstablished}`,
    `${one.inOther}`,
    `${one.waiting}`,
    `${one.inNew}`,
    one.largest === null ? '' : `${one.largest.right} of ${one.largest.images}`,
    `${one.heldBefore}, ${one.heldAfter}`,
  ]);
  const head = [
    'established',
    'as',
    'images',
    'new',
    'retrain',
    'images',
    'in the established one',
    'in other sources',
  ];
  head.push('waiting', 'in new sources', 'largest new source: right', 'established, held before and after');
  return [
    '## A few images beside a large sibling',
    '',
    'Images of a generator that differs in its seed only are added to a case that holds many of its sibling.',
    '',
    ...table(head, rows),
    '',
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)];
}

function decimals(value: number | null): string {
  return value === null ? '' : value.toFixed(4);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
