import type { RunSummary } from '@ganscout/pipeline';
import { type Column, formatFigure, formatTable } from './tables.js';
import { textWidth } from './text-width.js';

type StageSummary = RunSummary['rounds'][number]['stages'][number];

/** A run whose stages stand in the table under its title. */
export interface TitledRounds {
  readonly title: string;
  readonly rounds: RunSummary['rounds'];
}

interface StageColumn {
  readonly title: string;
  readonly cell: (stage: StageSummary) => string;
}

const ASSIGNED: StageColumn = { title: 'assigned', cell: ({ assigned }) => String(assigned) };
const SOURCES: StageColumn = { title: 'sources', cell: ({ clusters }) => String(clusters) };
const PURITY = figureColumn('wholeAveragePurity', 'purity');
const NMI = figureColumn('wholeNmi', 'NMI');
const ARI = figureColumn('wholeAri', 'ARI');
const ACCEPTED = figureColumn('unknownAcceptedRate', 'accepted');

const COUNTS = [ASSIGNED, SOURCES];
const FIGURES = [
  PURITY,
  NMI,
  ARI,
  figureColumn('discoveredAveragePurity', 'purity*'),
  figureColumn('discoveredNmi', 'NMI*'),
  ACCEPTED,
];

/** What each run has in a table of several, from roomy to narrow. */
const SIDE_BY_SIDE = [
  [SOURCES, PURITY, NMI, ARI, ACCEPTED],
  [SOURCES, PURITY, NMI, ACCEPTED],
  [PURITY, NMI, ACCEPTED],
];

/** The order in which stages are done. */
const STAGE_ORDER = ['ood', 'kmeans', 'merge', 'refine', 'attribute'];

/** What the columns of {@link formatStages} mean. */
export const STAGE_NOTE =
  'purity, NMI, ARI: whole discovery set; with *: images in discovered sources only;\n' +
  'accepted: share of the images of unknown sources that were taken for a known one.\n';

/** Formats how a run went: one line a stage of a round, with figures where there is ground truth. */
export function formatStages(rounds: RunSummary['rounds'], width?: number): string {
  const hasFigures = rounds.some(({ stages }) => stages.some(({ figures }) => figures !== null));
  const shown = hasFigures ? [...COUNTS, ...FIGURES] : COUNTS;
  const rows = rounds.flatMap(({ round, stages }) =>
    stages.map((stage) => [String(round), stage.stage, ...shown.map(({ cell }) => cell(stage))]),
  );
  return formatTable([...keyColumns(), ...shown.map(toColumn)], rows, width);
}

/**
 * Formats several runs side by side, each under its title, with fewer columns where there is less room.
 *
 * A stage that a run did not come to, such as those of a fourth round after an early end, has empty cells.
 */
export function formatStagesSideBySide(
  runs: readonly TitledRounds[],
  width = Number.POSITIVE_INFINITY,
): string {
  const tables = SIDE_BY_SIDE.map((shown) => formatSideBySide(runs, shown));
  const fits = (table: string) => table.split('\n').every((line) => textWidth(line) <= width);
  return tables.find(fits) ?? (tables.at(-1) as string);
}

function formatSideBySide(runs: readonly TitledRounds[], shown: readonly StageColumn[]): string {
  const columns = [...keyColumns(), ...runs.flatMap(() => [{ title: '|' }, ...shown.map(toColumn)])];
  const rows = listStages(runs).map(({ round, stage }) => {
    const cells = runs.flatMap(({ rounds }) => {
      const stages = rounds.find((entry) => entry.round === round)?.stages;
      const found = stages?.find((entry) => entry.stage === stage);
      return ['|', ...shown.map(({ cell }) => (found === undefined ? '' : cell(found)))];
    });
    return [String(round), stage, ...cells];
  });
  const table = formatTable(columns, rows);
  return `${formatTitles(table, runs)}\n${table}`;
}

/** A line with each run's title above its first column. */
function formatTitles(table: string, runs: readonly TitledRounds[]): string {
  let line = '';
  let from = 0;
  for (const { title } of runs) {
    const bar = table.indexOf('|', from);
    line = `${line.padEnd(bar)}| ${title}`;
    from = bar + 1;
  }
  return line;
}

/** Every stage that any of the runs came to, in the order of doing. */
function listStages(runs: readonly TitledRounds[]): { round: number; stage: string }[] {
  const all = runs.flatMap(({ rounds }) =>
    rounds.flatMap(({ round, stages }) => stages.map(({ stage }) => ({ round, stage }))),
  );
  const unique = new Map(all.map((entry) => [`${entry.round} ${entry.stage}`, entry]));
  const position = (stage: string) => STAGE_ORDER.indexOf(stage);
  return [...unique.values()].sort((a, b) => a.round - b.round || position(a.stage) - position(b.stage));
}

function keyColumns(): Column[] {
  return [{ title: 'round', align: 'right' }, { title: 'stage' }];
}

function figureColumn(name: string, title: string): StageColumn {
  return { title, cell: ({ figures }) => formatFigure(figures?.[name]) };
}

function toColumn({ title }: StageColumn): Column {
  return { title, align: 'right' };
}
