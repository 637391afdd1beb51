import { formatCsvRow } from '@ganscout/images';
import type { NetworkExplanation } from './explain-network.js';

/** `maps.csv`: one row an image. */
export function formatMaps(found: NetworkExplanation): string {
  const header = [
    ...['path', 'source', 'status', 'reason', 'predicted', 'probability', 'explained', 'tiles'],
    ...['peak_x', 'peak_y', 'center_share', 'border_share', 'half_sum_area', 'picture'],
  ];
  const rows = found.images.map(({ path, source, status, reason, explanation, picture }) => {
    const figures = explanation?.figures;
    return formatCsvRow([
      ...[path, source, status, reason, explanation?.predicted ?? null, rounded(explanation?.probability)],
      ...[explanation?.explained ?? null, explanation?.tiles ?? null],
      ...[figures?.peak?.x ?? null, figures?.peak?.y ?? null, rounded(figures?.centerShare)],
      ...[rounded(figures?.borderShare), rounded(figures?.halfSumArea), picture],
    ]);
  });
  return formatCsvRow(header) + rows.join('');
}

/** `maps.json`: everything, with what the numbers mean. */
export function formatMapsJson(found: NetworkExplanation): string {
  const notes = {
    map: 'Grad-CAM (Selvaraju et al., ICCV 2017) of each tile, enlarged bilinearly to its pixels; where tiles overlap, their weighted mean',
    normalization: 'each map over its largest value, so that strengths of different images do not compare',
    shares:
      'of the sum of a map: center, the middle half of both sides (0.25 if even); border, within an eighth (0.4375 if even)',
    halfSumArea: 'smallest share of the pixels that holds half of the sum (0.5 if even)',
  };
  return `${JSON.stringify({ version: 1, notes, ...found }, null, 2)}\n`;
}

function rounded(value: number | null | undefined): number | null {
  return value === null || value === undefined ? null : Number(value.toPrecision(6));
}
