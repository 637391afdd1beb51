import type { Region } from './regions.js';

/** A band of rows of an image's residuals under work. */
export interface Band {
  /** First row in the residual map. */
  readonly start: number;
  readonly rows: number;
}

/** A band cut into groups of rows that belong to the same regions, at each distance to the partner's row. */
export interface RowGroups {
  /** First row of each group in the band, ascending, and the end of the last. */
  readonly cuts: Int32Array;
  /** Group that each region's rows begin with. */
  readonly first: Int32Array;
  /** (reach + 1) × regions: group before which the rows end whose partners dy further down are in the region. */
  readonly last: Int32Array;
}

/** Cuts a band where a region begins, and where it ends for partners at most `reach` rows further down. */
export function groupRows(regions: readonly Region[], { start, rows }: Band, reach: number): RowGroups {
  const within = (row: number) => Math.min(Math.max(row - start, 0), rows);
  const places = new Set([0, rows]);
  for (const { top, bottom } of regions) {
    places.add(within(top));
    for (let dy = 0; dy <= reach; dy++) places.add(within(bottom - dy));
  }
  const cuts = Int32Array.from(places).sort();
  const groupOf = new Map(Array.from(cuts, (row, group) => [row, group]));
  const groupAt = (row: number) => groupOf.get(within(row)) as number;
  const last = new Int32Array((reach + 1) * regions.length);
  for (let i = 0; i < last.length; i++) {
    last[i] = groupAt(regions[i % regions.length].bottom - Math.floor(i / regions.length));
  }
  return { cuts, first: Int32Array.from(regions, ({ top }) => groupAt(top)), last };
}
