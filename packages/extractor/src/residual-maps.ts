/** Taps [dy, dx, weight] of one high-pass filter in a 3 × 3 window, applied as correlation. */
export type ResidualFilter = readonly (readonly [dy: number, dx: number, weight: number])[];

/** First differences in x and y, second differences in x and y, second order in both, diagonal difference. */
export const RESIDUAL_FILTERS: readonly ResidualFilter[] = [
  [
    [1, 0, -1],
    [1, 1, 1],
  ],
  [
    [0, 1, -1],
    [1, 1, 1],
  ],
  [
    [1, 0, 1],
    [1, 1, -2],
    [1, 2, 1],
  ],
  [
    [0, 1, 1],
    [1, 1, -2],
    [2, 1, 1],
  ],
  [
    [0, 0, -1],
    [0, 1, 2],
    [0, 2, -1],
    [1, 0, 2],
    [1, 1, -4],
    [1, 2, 2],
    [2, 0, -1],
    [2, 1, 2],
    [2, 2, -1],
  ],
  [
    [0, 0, -1],
    [1, 1, 1],
  ],
];

/** Red and green, red and blue, green and blue. */
export const COLOR_PAIRS = [
  [0, 1],
  [0, 2],
  [1, 2],
] as const;

/** The largest magnitude that a filter gives on bytes: 8 · 255. */
export const LARGEST_RESIDUAL = 2040;

/** How many of the filters, from the first, patterns are counted of, and how many add up differences along one axis. */
export const PATTERN_FILTER_COUNT = 5;
export const SEQUENCE_FILTER_COUNT = 4;

/** Differences that each filter adds up. */
export const FILTER_DIFFERENCES = [1, 1, 2, 2, 4, 1] as const;

/**
 * Filters the rows of one plane.
 *
 * A kernel: arguments are not checked.
 *
 * @param plane (rows + 2) × (width + 2) pixels; not modified.
 * @param width columns of the residual.
 * @param rows rows of the residual.
 * @param residual rows × width, overwritten; what lies behind these rows is set to zero.
 */
export function filterPlane(
  plane: Float64Array,
  width: number,
  rows: number,
  filter: ResidualFilter,
  residual: Float64Array,
): void {
  residual.fill(0);
  for (let y = 0; y < rows; y++) {
    const start = y * width;
    for (const [dy, dx, weight] of filter) {
      const shift = (y + dy) * (width + 2) + dx - start;
      for (let p = start; p < start + width; p++) residual[p] += weight * plane[p + shift];
    }
  }
}
