import { createRandom, permutation } from './random.js';

/** How the order of an epoch is drawn. */
export interface BalancedEpochOptions {
  readonly seed: number;
  /** From 0. */
  readonly epoch: number;
  /** Rows of a batch: the epoch is a multiple of it long. */
  readonly batchSize: number;
  /** Least rows of each source in an epoch; by default as many as the largest source has. */
  readonly rowsPerSource?: number;
}

/** The order in which an epoch goes through its rows. */
export interface BalancedEpoch {
  /** M rows, M a multiple of the batch size and of the number of sources. */
  readonly rows: Int32Array;
  /** M, how often the row has come before in this epoch: another crop is drawn each time. */
  readonly draws: Int32Array;
}

/**
 * Draws the order of an epoch in which each source comes equally often.
 *
 * Each source has one endless order: its rows, shuffled anew whenever all have come. Epoch e takes the part of it that
 * begins where epoch e - 1 ends, so that over any number of epochs no row of a source comes more than once more often
 * than another; a source with more rows than an epoch takes goes on with the others in the next one. The sources take
 * turns in an order that is shuffled for each turn, so that every batch is about as balanced as the epoch.
 *
 * The order depends on the arguments alone: a resumed training asks for its epoch by number.
 *
 * @param labels N, each in [0, k); not modified.
 * @param sources k names, at least one, for the error.
 * @param rows rows to draw from, each in [0, N), different ones; not modified.
 * @throws {RangeError} if a source has no row (it is named), a row or label is out of range, or an option is.
 *
 * Cost: O(M + N).
 */
export function balancedEpoch(
  labels: Int32Array,
  sources: readonly string[],
  rows: Int32Array,
  { seed, epoch, batchSize, rowsPerSource }: BalancedEpochOptions,
): BalancedEpoch {
  checkInteger('epoch', epoch, 0);
  checkInteger('batchSize', batchSize, 1);
  if (rowsPerSource !== undefined) checkInteger('rowsPerSource', rowsPerSource, 1);
  const rowsOf = rowsBySource(labels, sources, rows);
  const largest = rowsOf.reduce((most, own) => Math.max(most, own.length), 0);
  const unit = batchSize / greatestCommonDivisor(batchSize, sources.length);
  const turns = Math.ceil((rowsPerSource ?? largest) / unit) * unit;
  const orders = rowsOf.map((own, source) => partOfEndlessOrder(own, epoch * turns, turns, seed, source));
  const random = createRandom(seed, `balanced-epoch/turns/${epoch}`);
  const taken = new Int32Array(turns * sources.length);
  for (let turn = 0; turn < turns; turn++) {
    permutation(random, sources.length).forEach((source, i) => {
      taken[turn * sources.length + i] = orders[source]![turn]!;
    });
  }
  return { rows: taken, draws: countEarlier(taken, labels.length) };
}

/** Rows `from` to `from + count` of the endless order of one source. */
function partOfEndlessOrder(
  rows: readonly number[],
  from: number,
  count: number,
  seed: number,
  source: number,
): Int32Array {
  const part = new Int32Array(count);
  let order: Int32Array = new Int32Array(0);
  for (let i = 0; i < count; i++) {
    const place = (from + i) % rows.length;
    if (i === 0 || place === 0) {
      const pass = Math.floor((from + i) / rows.length);
      order = permutation(createRandom(seed, `balanced-epoch/rows/${source}/${pass}`), rows.length);
    }
    part[i] = rows[order[place]!]!;
  }
  return part;
}

function countEarlier(rows: Int32Array, rowCount: number): Int32Array {
  const seen = new Int32Array(rowCount);
  return rows.map((row) => seen[row]!++);
}

function rowsBySource(labels: Int32Array, sources: readonly string[], rows: Int32Array): number[][] {
  const rowsOf: number[][] = sources.map(() => []);
  for (const row of rows) {
    const own = rowsOf[labels[row] ?? -1];
    if (own === undefined) {
      throw new RangeError(
        `balancedEpoch: rows must be in [0, ${labels.length}) with labels in [0, ${sources.length}), got row ${row} with label ${labels[row]}`,
      );
    }
    own.push(row);
  }
  const empty = sources.filter((_, source) => rowsOf[source]!.length === 0);
  if (empty.length > 0 || sources.length === 0) {
    throw new RangeError(
      `balancedEpoch: every source needs a row, got none of ${empty.map((name) => `"${name}"`).join(', ') || 'any source'}`,
    );
  }
  return rowsOf;
}

function checkInteger(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(`balancedEpoch: ${name} must be an integer of at least ${least}, got ${value}`);
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
