import { type Column, formatFigure, formatTable } from './tables.js';

/** Figures of one run with the intervals they lie in. */
export interface ScoredRun {
  /** Heading of its column. */
  readonly title: string;
  readonly figures: Readonly<Record<string, number | null>>;
  readonly intervals: Readonly<Record<string, readonly [number, number]>>;
}

/** The figures that are printed, in this order; a run's summary.json holds all of them. */
const FIGURES: readonly (readonly [name: string, meaning: string])[] = [
  ['wholeAveragePurity', 'average purity, whole discovery set'],
  ['wholeNmi', 'NMI, whole discovery set'],
  ['wholeAri', 'ARI, whole discovery set'],
  ['discoveredAveragePurity', 'average purity, discovered images'],
  ['discoveredNmi', 'NMI, discovered images'],
  ['discoveredAri', 'ARI, discovered images'],
  ['completedAveragePurity', 'average purity, unassigned to nearest'],
  ['completedNmi', 'NMI, unassigned to nearest'],
  ['completedAri', 'ARI, unassigned to nearest'],
  ['accuracyKnown', 'accuracy, images of known sources'],
  ['accuracyUnknown', 'accuracy by matching, unknown sources'],
  ['accuracyAll', 'accuracy by matching, all'],
  ['assignedShare', 'images with a source'],
  ['knownRejectedRate', 'known images rejected'],
  ['unknownAcceptedRate', 'unknown images accepted as known'],
  ['clustersPerUnknownSource', 'discovered sources per unknown source'],
  ['sourcesWithoutCluster', 'unknown sources that were not found'],
  ['auroc', 'AUROC of the out-of-distribution score'],
  ['averagePrecision', 'average precision of that score'],
  ['fprAtTpr95', 'known rejected where 95 % of unknown are'],
  ['oscr', 'OSCR'],
  ['ccrAtFpr5', 'known named right, 5 % of unknown accepted'],
];

/** What the figures mean, in two lines. */
export const FIGURE_NOTE =
  'Brackets hold 95 % bootstrap intervals. NMI is over the arithmetic mean of the entropies.\n' +
  'In "whole discovery set" the unassigned images count as one more cluster.\n';

/** Formats figures of one or more runs side by side, one figure a line; figures that no run has are left out. */
export function formatFigures(runs: readonly ScoredRun[], width?: number): string {
  const columns: Column[] = [
    { title: 'figure', keep: 'start' },
    ...runs.flatMap(({ title }): Column[] => [{ title, align: 'right' }, { title: '' }]),
  ];
  const shown = FIGURES.filter(([name]) => runs.some(({ figures }) => typeof figures[name] === 'number'));
  const rows = shown.map(([name, meaning]) => [
    meaning,
    ...runs.flatMap(({ figures, intervals }) => [
      formatValue(name, figures[name]),
      formatInterval(intervals[name]),
    ]),
  ]);
  return formatTable(columns, rows, width);
}

function formatValue(name: string, value: number | null | undefined): string {
  return name === 'sourcesWithoutCluster' && typeof value === 'number' ? String(value) : formatFigure(value);
}

function formatInterval(interval: readonly [number, number] | undefined): string {
  return interval === undefined ? '' : `[${interval.map(formatFigure).join(', ')}]`;
}
