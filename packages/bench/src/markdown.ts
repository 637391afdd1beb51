import { formatMarkdownTable } from '@ganscout/comparison';
import { FIGURE_NAMES, FIGURES, formatAim, meetsAim } from './aims.js';
import type { CaseReport } from './evaluate-data-set.js';
import { PROTOCOLS } from './protocols.js';
import type { Report } from './report.js';
import { STAGE_FIGURES, type StageFigure } from './stage-means.js';
import { type FigureSummary, TRUST_NAMES, TRUST_TITLES } from './summary.js';

const STAGE_TITLES: Readonly<Record<StageFigure, string>> = {
  accuracyKnown: 'known right',
  knownRejectedRate: 'known rejected',
  unknownAcceptedRate: 'unknown accepted',
  auroc: 'AUROC',
  discoveredAveragePurity: 'purity',
  unknownNmi: 'NMI',
  accuracyUnknown: 'matching',
  clustersPerUnknownSource: 'clusters/source',
  assignedShare: 'assigned',
};

/** The evaluation as Markdown: an overview, then each case with its stages, splits and trust. */
export function formatMarkdown(report: Report): string {
  const { images, sources, splits, knownShare, labelledShare, rare } = report;
  const introduction = [
    '# Evaluation of discovery',
    '',
    `${images} images of ${sources} sources. ${plural(splits.count, 'split')} from seed ${splits.seed}: ` +
      `${percent(knownShare)} of the sources known, ${percent(labelledShare)} of their groups labelled, ` +
      `${plural(rare.count, 'unknown source')} cut to ${rare.size} images (or patches). Preset ${report.preset}` +
      `${report.settings.length === 0 ? '' : `, ${report.settings.join(', ')}`}.`,
    '',
    'Mean ± standard deviation over the splits; in brackets the 95 % bootstrap interval of the mean over groups of ' +
      'images. The splits share sources and images, so the deviation is no error of the mean for new sources.',
    '',
  ];
  const overview = report.cases.length < 2 ? [] : ['## Overview', '', ...formatOverview(report.cases), ''];
  return `${[...introduction, ...overview, ...report.cases.flatMap(formatCase)].join('\n')}\n`;
}

function formatOverview(cases: readonly CaseReport[]): string[] {
  const rows = FIGURE_NAMES.map((name) => [
    FIGURES[name].title,
    formatAim(name),
    ...cases.map(({ summary }) => decimals(summary[name]?.mean ?? null)),
  ]);
  return formatMarkdownTable(['figure', 'aim', ...cases.map(shortTitle)], rows);
}

function formatCase(given: CaseReport): string[] {
  const figures = FIGURE_NAMES.map((name) => {
    const summary = given.summary[name];
    const isMet = meetsAim(name, summary?.mean ?? null);
    return [
      FIGURES[name].title,
      formatAim(name),
      formatSummary(summary),
      isMet === null ? '' : isMet ? 'yes' : 'no',
    ];
  });
  return [
    `## ${longTitle(given)}`,
    '',
    `${given.images} images.`,
    '',
    ...formatMarkdownTable(['figure', 'aim', 'mean ± sd', 'met'], figures),
    '',
    '### After each stage, means',
    '',
    ...formatStages(given),
    '',
    '### Splits',
    '',
    ...formatSplits(given),
    '',
    '### Trust without labels',
    '',
    ...formatTrust(given),
    '',
  ];
}

function formatStages({ stages }: CaseReport): string[] {
  const rows = stages.map(({ round, stage, splits, means }) => [
    String(round),
    stage,
    String(splits),
    ...STAGE_FIGURES.map((name) => decimals(means[name])),
  ]);
  return formatMarkdownTable(
    ['round', 'stage', 'splits', ...STAGE_FIGURES.map((name) => STAGE_TITLES[name])],
    rows,
  );
}

function formatSplits({ splits }: CaseReport): string[] {
  const rows = splits.map(({ seed, figures, unknownSources, rareSources, lastRound }) => [
    String(seed),
    decimals(figures.accuracyClosedSet),
    decimals(figures.knownRejectedRate),
    decimals(figures.unknownAcceptedRate),
    decimals(figures.auroc),
    decimals(figures.discoveredAveragePurity),
    decimals(figures.unknownNmi),
    decimals(figures.accuracyUnknown),
    decimals(figures.clustersPerUnknownSource),
    decimals(figures.rareFound),
    String(lastRound),
    unknownSources.map((name) => (rareSources.includes(name) ? `${name} (rare)` : name)).join(', '),
  ]);
  const names = ['known right', 'known rejected', 'unknown accepted', 'AUROC', 'purity', 'NMI', 'matching'];
  return formatMarkdownTable(
    ['seed', ...names, 'clusters/source', 'rare found', 'rounds', 'unknown sources'],
    rows,
  );
}

function formatTrust({ trust }: CaseReport): string[] {
  const { clusters, pure } = trust;
  const rows = TRUST_NAMES.map((name) => [TRUST_TITLES[name], decimals(trust[name], 2)]);
  return [
    `${clusters} discovered clusters of all splits, ${pure} of them with a purity above 0.9.`,
    '',
    ...formatMarkdownTable(['measure', 'Spearman with true purity'], rows),
  ];
}

function formatSummary(summary: FigureSummary | null): string {
  if (summary === null) return '—';
  const { mean, deviation, interval } = summary;
  const spread = deviation === null ? '' : ` ± ${decimals(deviation)}`;
  const range = interval === null ? '' : ` [${decimals(interval[0])}, ${decimals(interval[1])}]`;
  return `${decimals(mean)}${spread}${range}`;
}

function shortTitle({ protocol, perturbation }: CaseReport): string {
  return perturbation === 'none' ? protocol : `${protocol} ${perturbation}`;
}

function longTitle({ protocol, perturbation, perturbsOnlyDiscovery }: CaseReport): string {
  const { title } = PROTOCOLS[protocol];
  if (perturbation === 'none') return capitalize(title);
  return `${capitalize(title)}, ${perturbsOnlyDiscovery ? 'discovery images' : 'all images'} after ${perturbation}`;
}

function decimals(value: number | null, digits = 3): string {
  return value === null ? '—' : value.toFixed(digits);
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
