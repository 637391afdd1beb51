import { createRandom, quantile, type Random } from '@ganscout/numeric';
import { encodeLabels, orderByCode } from './label-codes.js';

/** A percentile interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** How to resample. */
export interface BootstrapOptions {
  /** Integer in [0, 2^53). */
  readonly seed: number;
  /** Number of resamples, from 2; 200 if left out. */
  readonly resamples?: number | undefined;
  /** Share of resamples inside the interval, in (0, 1); 0.95 if left out. */
  readonly confidence?: number | undefined;
  /** Group of each row, any integers: whole groups are drawn instead of rows. */
  readonly groups?: Int32Array | undefined;
}

/**
 * Percentile bootstrap interval of a statistic: rows are drawn with replacement, N at a time, or as many whole
 * groups as there are; the interval runs between the quantiles of the statistic over the resamples.
 *
 * Rows of one group (patches of one image, frames of one video) are not independent: drawn alone they would give
 * too narrow an interval. A repeated image agrees with itself, so figures that grow with the number of clusters
 * per image (purity, NMI of tiny clusters) have intervals a little too high.
 *
 * @param statistic called with the drawn rows, some repeated (do not keep the array); null or NaN if undefined there.
 * @returns null if N = 0 or fewer than half of the resamples have a value.
 * @throws {RangeError} if an option is out of range. @throws {TypeError} if `groups` is not N long.
 *
 * Cost: `resamples` calls of the statistic. Source: B. Efron, R. Tibshirani, "An introduction to the bootstrap",
 * 1993, section 13.3; for groups, A. Davison, D. Hinkley, 1997, section 3.8.
 */
export function bootstrapInterval(
  statistic: (rows: Int32Array) => number | null,
  rowCount: number,
  options: BootstrapOptions,
): Interval | null {
  return bootstrapIntervals((rows) => ({ value: statistic(rows) }), rowCount, options).value ?? null;
}

/** As `bootstrapInterval` for several statistics of the same resamples; those without an interval are left out. */
export function bootstrapIntervals<Name extends string>(
  statistics: (rows: Int32Array) => Readonly<Record<Name, number | null>>,
  rowCount: number,
  options: BootstrapOptions,
): Partial<Record<Name, Interval>> {
  const { resamples, confidence, groups } = checkOptions(rowCount, options);
  const intervals: Partial<Record<Name, Interval>> = {};
  if (rowCount === 0) return intervals;
  const random = createRandom(options.seed, 'metrics/bootstrap');
  const draw = groups === undefined ? rowDrawer(random, rowCount) : groupDrawer(random, groups);
  const values = new Map<Name, number[]>();
  for (let resample = 0; resample < resamples; resample++) {
    const figures = statistics(draw());
    for (const name of Object.keys(figures) as Name[]) {
      const value = figures[name];
      const list = values.get(name) ?? [];
      values.set(name, list);
      if (value !== null && !Number.isNaN(value)) list.push(value);
    }
  }
  const tail = (1 - confidence) / 2;
  for (const [name, list] of values) {
    if (2 * list.length < resamples) continue;
    intervals[name] = { low: quantile(list, tail), high: quantile(list, 1 - tail) };
  }
  return intervals;
}

/** Fills in and checks the options. */
export function checkOptions(
  rowCount: number,
  { resamples = 200, confidence = 0.95, groups }: BootstrapOptions,
) {
  if (!Number.isInteger(resamples) || resamples < 2) {
    throw new RangeError(`bootstrapInterval: resamples must be an integer from 2, got ${resamples}`);
  }
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`bootstrapInterval: confidence must be in (0, 1), got ${confidence}`);
  }
  if (groups !== undefined && groups.length !== rowCount) {
    throw new TypeError(`bootstrapInterval: groups must have ${rowCount} values, got ${groups.length}`);
  }
  return { resamples, confidence, groups };
}

function rowDrawer(random: Random, rowCount: number): () => Int32Array {
  const rows = new Int32Array(rowCount);
  return () => {
    for (let i = 0; i < rowCount; i++) rows[i] = random.integer(rowCount);
    return rows;
  };
}

function groupDrawer(random: Random, groups: Int32Array): () => Int32Array {
  const { codes, distinct } = encodeLabels(groups);
  const { order, starts } = orderByCode(codes, distinct.length);
  const drawn = new Int32Array(distinct.length);
  return () => {
    let length = 0;
    for (let i = 0; i < drawn.length; i++) {
      drawn[i] = random.integer(drawn.length);
      length += starts[drawn[i] + 1] - starts[drawn[i]];
    }
    const rows = new Int32Array(length);
    let offset = 0;
    for (const group of drawn) {
      rows.set(order.subarray(starts[group], starts[group + 1]), offset);
      offset += starts[group + 1] - starts[group];
    }
    return rows;
  };
}
