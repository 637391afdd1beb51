import { join } from 'node:path';
import type { Demo } from '@ganscout/demo';
import type { RunOutcome } from '@ganscout/pipeline';
import { escapeText } from './escape-text.js';
import { FIGURE_NOTE, formatFigures } from './figure-table.js';
import { formatStagesSideBySide } from './stage-table.js';
import { formatFiles } from './summary-text.js';
import { formatCount, formatFigure, formatTable } from './tables.js';

/** One of the runs of the demo. */
export interface DemoRun {
  readonly preset: string;
  readonly outcome: Pick<RunOutcome, 'directory' | 'summary'>;
}

/** Where the demo's files are. */
export interface DemoPlaces {
  readonly directory: string;
}

const NOTE =
  'The demo\'s generators are small and made by this project, and its "real" images are rendered by code:\n' +
  'the figures show how the method works, not how it does on images of large generators.\n';

const FIXED_CONSTANTS =
  'The published constants (500 clusters, those of at most 100 images dropped) are made for tens of thousands of images:\n' +
  'on so few, every cluster is smaller. Lower them (kmeans.clusterCount, refine.minimumSize) to see the recipe discover.';

/** Formats what the demo found, the runs side by side, the discovered sources of the first one below. */
export function formatDemo(
  demo: Demo,
  runs: readonly DemoRun[],
  { directory }: DemoPlaces,
  width?: number,
): string {
  const titled = runs.map(({ preset, outcome: { summary } }) => ({ title: preset, rounds: summary.rounds }));
  const scored = runs.flatMap(({ preset, outcome: { summary } }) =>
    summary.final === null ? [] : [{ title: preset, ...summary.final }],
  );
  return [
    formatData(demo),
    `Figures after each stage of each round, whole discovery set; accepted: unknown images taken for known.\n${formatStagesSideBySide(titled, width)}`,
    `At the end:\n${formatFigures(scored, width)}${FIGURE_NOTE}`,
    ...runs.map((run) => formatFound(demo, run, width)),
    `Images: ${escapeText(demo.known)}, ${escapeText(demo.discovery)}; true sources: ${escapeText(demo.truth)}\n`,
    ...runs.map(({ preset, outcome }) => `Preset ${preset}. ${formatFiles(outcome.directory)}`),
    `${NOTE}Try: ganscout identify ${escapeText((runs[0] as DemoRun).outcome.directory)} ${escapeText(join(directory, 'discovery', '000000.png'))}\n`,
  ].join('\n');
}

function formatData({ sources, imageCount }: Demo): string {
  const known = sources.filter(({ unknown }) => !unknown);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const labelled = sum(known.map((source) => source.labelled));
  const real = known.filter(({ kind }) => kind === 'real').length;
  return (
    `Demo of ${imageCount} images: ${labelled} labelled ones of ${formatCount(known.length, 'known source')} ` +
    `(${real} real, ${known.length - real} generators), and ${imageCount - labelled} unlabelled ones of these ` +
    `and of ${sources.length - known.length} unknown generators.\n`
  );
}

/** The discovered sources, the largest first, then the unknown generators that none of them stands for. */
function formatFound({ sources }: Demo, { preset, outcome }: DemoRun, width?: number): string {
  const discovered = outcome.summary.sources
    .filter(({ kind }) => kind === 'discovered')
    .sort((a, b) => b.size - a.size);
  const noveltyOf = (name: string | null) => {
    const source = sources.find((candidate) => candidate.source === name);
    if (source === undefined) return '';
    return typeof source.maker === 'string' || source.maker.unknown === null
      ? 'nothing: a known source'
      : source.maker.unknown.replaceAll('-', ' ');
  };
  const table = formatTable(
    [
      { title: 'discovered' },
      { title: 'images', align: 'right' },
      { title: 'purity', align: 'right' },
      { title: 'true source of most', keep: 'end' },
      { title: 'what is new about it', keep: 'start' },
    ],
    discovered.map(({ source, size, majority, purity }) => [
      source,
      String(size),
      formatFigure(purity),
      majority ?? '-',
      noveltyOf(majority),
    ]),
    width,
  );
  const found = new Set(discovered.map(({ majority }) => majority));
  const missed = sources.filter(({ source, unknown }) => unknown && !found.has(source));
  const rest = missed
    .map(({ source, discovery }) => `${escapeText(source)} (${discovery} images)`)
    .join(', ');
  const reason = preset === 'girish2021' && discovered.length === 0 ? `${FIXED_CONSTANTS}\n` : '';
  return (
    `Sources discovered with preset ${preset}: ${discovered.length}.\n${discovered.length === 0 ? reason : table}` +
    `Unknown generators without a discovered source: ${missed.length === 0 ? 'none' : rest}.\n`
  );
}
