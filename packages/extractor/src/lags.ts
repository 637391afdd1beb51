import { LAGS_PER_PASS, type LagPass } from './autocorrelation-kernel.js';

/** A pass of the kernel, and the first of its six lags that counts: those before it have been summed by another pass. */
export interface PlannedPass extends LagPass {
  readonly first: number;
}

/** Which lags of a map are summed. Sums are kept in a table of (reach + 1) × (2 · reach + 1), dy from 0, dx from -reach. */
export interface LagPlan {
  readonly reach: number;
  readonly tableSize: number;
  readonly passes: readonly PlannedPass[];
}

/** Position of a lag in the table; a lag and its opposite have the same sum and the same position. */
export function lagIndex(reach: number, dy: number, dx: number): number {
  const turned = dy < 0 || (dy === 0 && dx < 0);
  return (turned ? -dy : dy) * (2 * reach + 1) + (turned ? -dx : dx) + reach;
}

/** All lags of at most 5 pixels in x and in y. */
export const COLOR_LAGS = planLags(5);

const CROSS_REACH = 2;

/** Lags between two colors, dy and dx in -2 … 2: (0, 0) is the middle one. */
export const CROSS_TABLE_SIZE = (2 * CROSS_REACH + 1) ** 2;

/** [dy, dx] of the table of lags between two colors, in raster order; the opposite of lag i is lag 24 - i. */
export const CROSS_LAGS: readonly (readonly [dy: number, dx: number])[] = Array.from(
  { length: CROSS_TABLE_SIZE },
  (_, i) => [Math.floor(i / (2 * CROSS_REACH + 1)) - CROSS_REACH, (i % (2 * CROSS_REACH + 1)) - CROSS_REACH],
);

function planLags(reach: number): LagPlan {
  const passes: PlannedPass[] = [];
  for (let dx = -reach; dx <= reach; dx++) {
    // Lag (0, dx) is the opposite of (0, -dx), so columns dx < 0 begin at 1.
    const dys: number[] = [];
    for (let dy = dx < 0 ? 1 : 0; dy <= reach; dy++) dys.push(dy);
    let next = 0;
    while (next < dys.length) {
      const pass = planPass(dys, next, dx);
      passes.push(pass);
      next += LAGS_PER_PASS - pass.first;
    }
  }
  return { reach, tableSize: (reach + 1) * (2 * reach + 1), passes };
}

/** Lays six distances, spaced as those at `next`, from there on; or from earlier, so as not to go beyond the last. */
function planPass(dys: readonly number[], next: number, dx: number): PlannedPass {
  const step = next + 1 < dys.length ? dys[next + 1] - dys[next] : dys[next] - dys[next - 1];
  const dy = Math.min(dys[next], dys[dys.length - 1] - (LAGS_PER_PASS - 1) * step);
  return { dx, dy, step, first: (dys[next] - dy) / step };
}
