import { join } from 'node:path';
import type { RunSummary, SourceRow } from '@ganscout/pipeline';
import { escapeText } from './escape-text.js';
import { FIGURE_NOTE, formatFigures } from './figure-table.js';
import { formatStages, STAGE_NOTE } from './stage-table.js';
import { formatCount, formatFigure, formatPercent, formatTable } from './tables.js';

/** Discovered sources listed at the most; sources.csv has all. */
const MOST_SOURCES = 40;

/** Formats the result of a run for reading: counts, stages, figures, discovered sources, files. */
export function formatSummary(summary: RunSummary, directory: string, width?: number): string {
  const { rounds, final } = summary;
  const figures =
    final === null
      ? 'There is no ground truth, so there are no figures of quality (data.truth gives one).\n'
      : `${formatFigures([{ title: 'value', ...final }], width)}${FIGURE_NOTE}`;
  return [
    formatCounts(summary),
    formatStages(rounds, width) + (final === null ? '' : STAGE_NOTE),
    figures,
    formatDiscoveredSources(summary.sources, width),
    formatFiles(directory),
  ].join('\n');
}

/** What became of the discovery set, in three lines. */
export function formatCounts({ name, preset, seed, rounds, endedBecause, counts }: RunSummary): string {
  const { discovery, assignedToKnown, knownSources, assignedToDiscovered, discoveredSources, unassigned } =
    counts;
  const share = (count: number) => `${count} (${formatPercent(count, discovery)})`;
  return [
    `Run ${escapeText(name)}, preset ${preset}, seed ${seed}: ${formatCount(rounds.length, 'round')}; ${endedBecause}.`,
    `Discovery set of ${formatCount(discovery, 'image')}: ${share(assignedToKnown)} from ` +
      `${formatCount(knownSources, 'known source')}, ${share(assignedToDiscovered)} in ` +
      `${formatCount(discoveredSources, 'discovered source')}, ${share(unassigned)} unassigned.`,
    '',
  ].join('\n');
}

/** Lists the discovered sources, the largest first. */
export function formatDiscoveredSources(sources: readonly SourceRow[], width?: number): string {
  const discovered = sources.filter(({ kind }) => kind === 'discovered').sort((a, b) => b.size - a.size);
  if (discovered.length === 0) return 'No source was discovered.\n';
  const hasTruth = discovered.some(({ majority }) => majority !== null);
  const columns = [
    { title: 'discovered' },
    { title: 'images', align: 'right' },
    { title: 'round', align: 'right' },
    { title: 'trust', align: 'right' },
    { title: 'cohesion', align: 'right' },
    { title: 'stability', align: 'right' },
    { title: 'nearest', keep: 'end' },
    ...(hasTruth
      ? ([
          { title: 'purity', align: 'right' },
          { title: 'mostly', keep: 'end' },
        ] as const)
      : []),
  ] as const;
  const rows = discovered
    .slice(0, MOST_SOURCES)
    .map((row) => [
      row.source,
      String(row.size),
      String(row.firstRound),
      formatFigure(row.trust),
      formatFigure(row.cohesion),
      formatFigure(row.stability),
      row.nearest,
      ...(hasTruth ? [formatFigure(row.purity), row.majority ?? '-'] : []),
    ]);
  const left = discovered.length - rows.length;
  return formatTable(columns, rows, width) + (left > 0 ? `and ${left} more in sources.csv\n` : '');
}

/** Says where the results are. */
export function formatFiles(directory: string): string {
  const files = [
    ['assignments.csv', 'source, score and reason of every image'],
    ['sources.csv', 'known and discovered sources'],
    ['summary.json', 'all figures of every stage'],
    ['inputs.csv', 'every input with its status'],
  ] as const;
  const lines = files.map(([file, meaning]) => `  ${escapeText(join(directory, file))}  ${meaning}\n`);
  return `Files:\n${lines.join('')}`;
}
