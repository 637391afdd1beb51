import type { NetworkExplanation, SourceExplanation } from '@ganscout/pipeline';
import { formatFigure, formatPercent, formatTable } from './tables.js';

/** Parts of the descriptor that are printed of each source. */
const PARTS_SHOWN = 3;
/** What the table of statistics means. */
const STATISTICS_NOTE = `AUROC: how well these statistics alone tell the source from all others, on images they were not fitted to (0.5: chance).
Hardest: the same for the one other source that is told apart worst; the statistics that do best there come first.
Share: their part in the separation when all are used together. Largest difference: of one value, in deviations within sources.
All this is of the images at hand: what they show, their format and what was done to them count as the generator does.
`;

/** Peaks that are printed of each source. */
const PEAKS_SHOWN = 3;

/** One line an image: what it is taken for, and where the map has its weight. */
export function formatImages({ images }: NetworkExplanation, width?: number): string {
  const rows = images.map(({ path, status, reason, explanation }) => {
    if (explanation === null) return [path, '-', '-', '-', '-', `${status}: ${reason}`];
    const { predicted, probability, explained, figures } = explanation;
    const place = figures.peak === null ? 'nothing speaks for it' : `${figures.peak.x}, ${figures.peak.y}`;
    return [path, predicted, formatFigure(probability), explained, formatShare(figures.halfSumArea), place];
  });
  return formatTable(
    [
      { title: 'image', keep: 'end' },
      { title: 'source', keep: 'end' },
      { title: 'probability', align: 'right' },
      { title: 'map speaks for', keep: 'end' },
      { title: 'half of it on', align: 'right' },
      { title: 'peak x, y', keep: 'start' },
    ],
    rows,
    width,
  );
}

/** One line a source: what its images are taken for, and where its mean map has its weight. */
export function formatSources({ sources }: NetworkExplanation, width?: number): string {
  const rows = sources.map(({ source, images, predicted, figures }) => {
    const [label, count] = predicted[0] ?? ['-', 0];
    return [
      source,
      String(images),
      `${label} ${formatPercent(count, images)}`,
      formatShare(figures.centerShare),
      formatShare(figures.borderShare),
      formatShare(figures.halfSumArea),
    ];
  });
  const table = formatTable(
    [
      { title: 'source', keep: 'end' },
      { title: 'images', align: 'right' },
      { title: 'mostly taken for', keep: 'end' },
      { title: 'center', align: 'right' },
      { title: 'border', align: 'right' },
      { title: 'half on', align: 'right' },
    ],
    rows,
    width,
  );
  return `${table}Shares of the mean map in the middle half and near the border (even: 25 %, 44 %); area that holds half of it (even: 50 %).\n`;
}

/** One line a source: its level and the frequencies that stand out. */
export function formatSpectra({ spectra }: SourceExplanation, width?: number): string {
  const rows = spectra.map(({ source, images, level, peaks }) => [
    source,
    String(images),
    level.toFixed(1),
    String(peaks.length),
    peaks
      .slice(0, PEAKS_SHOWN)
      .map(({ x, y, excess }) => `(${formatFrequency(x)}, ${formatFrequency(y)}) +${excess.toFixed(1)} dB`)
      .join('  '),
  ]);
  return formatTable(
    [
      { title: 'source', keep: 'end' },
      { title: 'images', align: 'right' },
      { title: 'level dB', align: 'right' },
      { title: 'peaks', align: 'right' },
      { title: 'strongest peaks at (x, y) cycles a pixel', keep: 'start' },
    ],
    rows,
    width,
  );
}

/** Some lines a source: the parts of the descriptor that tell it from the others best. */
export function formatStatistics({ contrasts }: SourceExplanation, width?: number): string {
  if (contrasts.length === 0) return '';
  const rows = contrasts.flatMap((contrast) => [
    [contrast.source, 'all values', ...formatSeparation(contrast), '', ''],
    ...contrast.parts.slice(0, PARTS_SHOWN).map((part) => {
      const [first] = part.largest;
      const value = first === undefined ? '' : `${first.name}: ${formatDifference(first.difference)}`;
      return ['', part.part, ...formatSeparation(part), formatPercent(part.share, 1), value];
    }),
  ]);
  const table = formatTable(
    [
      { title: 'source', keep: 'end' },
      { title: 'statistics' },
      { title: 'AUROC', align: 'right' },
      { title: 'hardest' },
      { title: 'share', align: 'right' },
      { title: 'largest difference', keep: 'start' },
    ],
    rows,
    width,
  );
  return `${table}${STATISTICS_NOTE}\n`;
}

type Separation = Pick<SourceExplanation['contrasts'][number], 'auroc' | 'hardest' | 'hardestAuroc'>;

function formatSeparation({ auroc, hardest, hardestAuroc }: Separation): string[] {
  const name = hardestAuroc === 1 ? '' : ` ${hardest}`;
  return [formatFigure(auroc), `${formatFigure(hardestAuroc)}${name}`];
}

function formatShare(value: number | null): string {
  return value === null ? '-' : formatPercent(value, 1);
}

function formatFrequency(value: number): string {
  return String(Number(value.toFixed(3)));
}

function formatDifference(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(1)}`;
}
