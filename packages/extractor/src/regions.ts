import type { DescriptorOptions } from './options-descriptor.js';

/** A rectangle of residual pixels: rows [top, bottom), columns [left, right). */
export interface Region {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** A run of columns [from, to) whose pixels and their partners `dx` to the right lie in the same regions. */
export interface ColumnRun {
  readonly from: number;
  readonly to: number;
  /** Numbers of the regions that hold the columns [from, to) and [from + dx, to + dx). */
  readonly regions: readonly number[];
}

/** Fewer residual pixels a side than this would leave whole lags or phases of a crop without a pixel. */
const MINIMUM_REGION_SIDE = 6;

/** Number of crops that the options ask for. */
export function cropCount({ grid, cropTiles, cropStep }: DescriptorOptions): number {
  return (Math.floor((grid - cropTiles) / cropStep) + 1) ** 2;
}

/**
 * Lays the whole map and the crops out, the whole first, crops row by row.
 *
 * Tile i of G begins at floor(i · size / G). A crop is a square of `cropTiles` tiles; crops begin every `cropStep` tiles.
 *
 * @throws {RangeError} if a crop is less than 6 residual pixels a side.
 */
export function layRegions(height: number, width: number, options: DescriptorOptions): Region[] {
  const { grid, cropTiles, cropStep } = options;
  const edge = (size: number, tile: number) => Math.floor((tile * size) / grid);
  const regions: Region[] = [{ top: 0, bottom: height, left: 0, right: width }];
  for (let i = 0; i + cropTiles <= grid; i += cropStep) {
    for (let j = 0; j + cropTiles <= grid; j += cropStep) {
      const [top, bottom] = [edge(height, i), edge(height, i + cropTiles)];
      const [left, right] = [edge(width, j), edge(width, j + cropTiles)];
      if (Math.min(bottom - top, right - left) < MINIMUM_REGION_SIDE) {
        throw new RangeError(
          `describeImage: a crop must be at least ${MINIMUM_REGION_SIDE} residual pixels a side, got ${right - left} × ${bottom - top} with grid ${grid} and cropTiles ${cropTiles} on ${width} × ${height}`,
        );
      }
      regions.push({ top, bottom, left, right });
    }
  }
  return regions;
}

/** Splits the columns x in [0, width) with x + dx in [0, width) into runs; a run in no region is left out. */
export function columnRuns(regions: readonly Region[], width: number, dx: number): ColumnRun[] {
  const first = Math.max(0, -dx);
  const last = Math.min(width, width - dx);
  const cuts = new Set([first, last]);
  for (const { left, right } of regions) for (const x of [left, right, left - dx, right - dx]) cuts.add(x);
  const edges = [...cuts].filter((x) => x >= first && x <= last).sort((a, b) => a - b);
  const runs: ColumnRun[] = [];
  for (let i = 0; i + 1 < edges.length; i++) {
    const [from, to] = [edges[i], edges[i + 1]];
    const low = Math.min(from, from + dx);
    const high = Math.max(to, to + dx);
    const members = regions.flatMap(({ left, right }, r) => (left <= low && high <= right ? [r] : []));
    if (members.length > 0) runs.push({ from, to, regions: members });
  }
  return runs;
}
