import type { Band } from './band-sums.js';
import type { Moments } from './moments.js';
import {
  COLOR_CODES,
  countColorCodes,
  countSequenceCodes,
  quantizeResiduals,
  SEQUENCE_CODES,
  SEQUENCE_LENGTH,
} from './pattern-kernel.js';
import { columnRuns, type Region, rowRuns } from './regions.js';
import { FILTER_DIFFERENCES, SEQUENCE_FILTER_COUNT } from './residual-maps.js';

/**
 * Adds the patterns of filter f's three maps: those of a pixel, and the sequences that begin in the band.
 *
 * @param filled rows of the maps that are there: three more than the band has, or all to the end.
 * @param into height: of the residual map; moments: one a region, added to.
 */
export function sumPatterns(
  maps: readonly Float64Array[],
  filled: number,
  band: Band,
  f: number,
  into: { regions: readonly Region[]; height: number; moments: readonly Moments[] },
): void {
  const { width } = band;
  const levels = maps.map((map) => {
    const quantized = new Uint8Array(filled * width);
    quantizeResiduals(map, quantized.length, FILTER_DIFFERENCES[f], quantized);
    return quantized;
  }) as [Uint8Array, Uint8Array, Uint8Array];
  for (const { box, members } of listBoxes(into.regions, into.height, band, 0, 0)) {
    const counts = new Int32Array(COLOR_CODES);
    countColorCodes(...levels, width, box, counts);
    for (const r of members) addCounts(into.moments[r].colorCodes, f * COLOR_CODES, counts);
  }
  if (f >= SEQUENCE_FILTER_COUNT) return;
  const reach = SEQUENCE_LENGTH - 1;
  const isAlongRow = f % 2 === 0;
  const [dy, dx] = isAlongRow ? [0, reach] : [reach, 0];
  for (const { box, members } of listBoxes(into.regions, into.height, band, dy, dx)) {
    const counts = new Int32Array(SEQUENCE_CODES);
    for (const map of levels) countSequenceCodes(map, width, box, isAlongRow ? 1 : width, counts);
    for (const r of members) addCounts(into.moments[r].sequenceCodes, f * SEQUENCE_CODES, counts);
  }
}

/** Cuts a band into boxes whose pixels, and their partners dy and dx away, lie in the same regions. */
function listBoxes(
  regions: readonly Region[],
  height: number,
  { start, rows, width }: Band,
  dy: number,
  dx: number,
): { readonly box: Region; readonly members: readonly number[] }[] {
  const columns = columnRuns(regions, width, dx);
  return rowRuns(regions, height, dy).flatMap((row) => {
    const top = Math.max(row.from - start, 0);
    const bottom = Math.min(row.to - start, rows);
    if (bottom <= top) return [];
    return columns.flatMap((column) => {
      const members = column.regions.filter((r) => row.regions.includes(r));
      return members.length === 0
        ? []
        : [{ box: { top, bottom, left: column.from, right: column.to }, members }];
    });
  });
}

function addCounts(into: Float64Array, at: number, counts: Int32Array): void {
  for (const [code, count] of counts.entries()) into[at + code] += count;
}
