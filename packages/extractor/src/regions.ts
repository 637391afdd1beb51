import type { DescriptorOptions } from './options-descriptor.js';

/** A rectangle of residual pixels: rows [top, bottom), columns [left, right). */
export interface Region {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** A run of columns or rows [from, to) whose pixels and their partners `shift` further lie in the same regions. */
export interface Run {
  readonly from: number;
  readonly to: number;
  /** Numbers of the regions that hold [from, to) and [from + shift, to + shift). */
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
export function columnRuns(regions: readonly Region[], width: number, dx: number): Run[] {
  return splitAxis(
    regions.map(({ left, right }) => [left, right]),
    width,
    dx,
  );
}

/** Splits the rows y in [0, height) with y + dy in [0, height) into runs, as {@link columnRuns}. */
export function rowRuns(regions: readonly Region[], height: number, dy: number): Run[] {
  return splitAxis(
    regions.map(({ top, bottom }) => [top, bottom]),
    height,
    dy,
  );
}

/** @param spans of each region along the axis. */
function splitAxis(spans: readonly (readonly [number, number])[], size: number, shift: number): Run[] {
  const first = Math.max(0, -shift);
  const last = Math.min(size, size - shift);
  const cuts = new Set([first, last]);
  for (const [low, high] of spans) for (const x of [low, high, low - shift, high - shift]) cuts.add(x);
  const edges = [...cuts].filter((x) => x >= first && x <= last).sort((a, b) => a - b);
  const runs: Run[] = [];
  for (let i = 0; i + 1 < edges.length; i++) {
    const [from, to] = [edges[i], edges[i + 1]];
    const lowest = Math.min(from, from + shift);
    const highest = Math.max(to, to + shift);
    const members = spans.flatMap(([low, high], r) => (low <= lowest && highest <= high ? [r] : []));
    if (members.length > 0) runs.push({ from, to, regions: members });
  }
  return runs;
}
