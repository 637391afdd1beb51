import { DESCRIPTOR_DIMS, type Separation } from '@ganscout/extractor';
import { formatCsvRow } from '@ganscout/images';
import type { SourceExplanation } from './explain-sources.js';

/** `peaks.csv`: one row a peak. */
export function formatPeaks(found: SourceExplanation): string {
  const peaks = found.spectra.flatMap(({ source, peaks }) =>
    peaks.map(({ x, y, excess }) => formatCsvRow([source, x, y, rounded(excess)])),
  );
  return formatCsvRow(['source', 'x', 'y', 'excess_db']) + peaks.join('');
}

/** `statistics.csv`: for each source one row of all values, and one a part of the descriptor. */
export function formatStatistics(found: SourceExplanation): string {
  const header = ['source', 'images', 'part', 'values', 'auroc', 'hardest', 'hardest_auroc', 'share'];
  const largest = [1, 2, 3].flatMap((i) => [`statistic_${i}`, `difference_${i}`]);
  const separation = ({ auroc, hardest, hardestAuroc }: Separation) => [
    rounded(auroc),
    hardest,
    rounded(hardestAuroc),
  ];
  const rows = found.contrasts.flatMap((contrast) => {
    const { source, imageCount, parts } = contrast;
    const unnamed = ['', '', '', '', '', ''];
    return [
      formatCsvRow([source, imageCount, 'all', DESCRIPTOR_DIMS, ...separation(contrast), 1, ...unnamed]),
      ...parts.map((part) =>
        formatCsvRow([
          ...[source, imageCount, part.part, part.valueCount, ...separation(part), rounded(part.share)],
          ...part.largest.flatMap(({ name, difference }) => [name, rounded(difference)]),
        ]),
      ),
    ];
  });
  return formatCsvRow([...header, ...largest]) + rows.join('');
}

function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
