/** Successive dy that one pass of the kernel sums. */
export const LAGS_PER_PASS = 3;

/** All lags of a map with itself are summed up to this distance in x and in y. */
const REACH = 5;

/**
 * Lags of a map with itself. Sums are kept in a table of (reach + 1) × (2 · reach + 1), dy from 0, dx from -reach.
 *
 * `passes`: lags (dy, dx), (dy + 1, dx), (dy + 2, dx); the first `first` of them do not count: lag (0, dx) is the opposite of
 * (0, -dx).
 */
export const COLOR_LAGS = {
  reach: REACH,
  tableSize: (REACH + 1) * (2 * REACH + 1),
  passes: Array.from({ length: 2 * REACH + 1 }, (_, i) => i - REACH).flatMap((dx) =>
    [0, LAGS_PER_PASS].map((dy) => ({ dy, dx, first: dy === 0 && dx < 0 ? 1 : 0 })),
  ),
} as const;

/** Position of a lag in the table; a lag and its opposite have the same sum and the same position. */
export function lagIndex(reach: number, dy: number, dx: number): number {
  const turned = dy < 0 || (dy === 0 && dx < 0);
  return (turned ? -dy : dy) * (2 * reach + 1) + (turned ? -dx : dx) + reach;
}

export const CROSS_REACH = 2;

/** Lags between two colors, dy and dx in -2 … 2: (0, 0) is the middle one. */
export const CROSS_TABLE_SIZE = (2 * CROSS_REACH + 1) ** 2;

/** [dy, dx] of the table of lags between two colors, in raster order; the opposite of lag i is lag 24 - i. */
export const CROSS_LAGS: readonly (readonly [dy: number, dx: number])[] = Array.from(
  { length: CROSS_TABLE_SIZE },
  (_, i) => [Math.floor(i / (2 * CROSS_REACH + 1)) - CROSS_REACH, (i % (2 * CROSS_REACH + 1)) - CROSS_REACH],
);
