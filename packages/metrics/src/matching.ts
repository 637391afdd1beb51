import { type ContingencyTable, contingencyTable } from './contingency.js';

/**
 * Pairs rows with columns so that the sum of the paired weights is largest; no row or column is used twice.
 *
 * All rows are paired if there are no more rows than columns, else all columns. Of several best pairings one is
 * returned, always the same for the same weights.
 *
 * @param weights rows × columns, row-major, finite; not modified.
 * @returns column of each row, or -1.
 * @throws {TypeError} if `weights` is not rows × columns long. @throws {RangeError} if a weight is not finite.
 *
 * Cost: O(a² · b) time for a the smaller and b the larger side, O(a · b) memory.
 * Source: R. Jonker, A. Volgenant, "A shortest augmenting path algorithm for dense and sparse linear assignment
 * problems", Computing 38, 1987. Departs from the source: no column reduction before the augmenting paths.
 */
export function optimalAssignment(weights: Float64Array, rows: number, columns: number): Int32Array {
  if (weights.length !== rows * columns) {
    throw new TypeError(
      `optimalAssignment: weights must be ${rows} × ${columns}, got ${weights.length} values`,
    );
  }
  const wrong = weights.findIndex((weight) => !Number.isFinite(weight));
  if (wrong !== -1) {
    throw new RangeError(
      `optimalAssignment: every weight must be finite, got ${weights[wrong]} at index ${wrong}`,
    );
  }
  if (rows <= columns)
    return assignRows(
      weights.map((weight) => -weight),
      rows,
      columns,
    );
  const costs = new Float64Array(weights.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) costs[c * rows + r] = -weights[r * columns + c];
  }
  const rowOf = assignRows(costs, columns, rows);
  const columnOf = new Int32Array(rows).fill(-1);
  for (let c = 0; c < columns; c++) columnOf[rowOf[c]] = c;
  return columnOf;
}

/**
 * Accuracy by optimal matching: the largest share of images that a one-to-one pairing of labels and true sources
 * gets right. A label without a source (there can be more labels than sources) is wrong for all its images.
 *
 * @param truth N true sources. @param labels N labels; -1 is matched to nothing, its images count as wrong.
 * @returns in [0, 1].
 * @throws {RangeError} if N = 0. @throws {TypeError} if the lengths differ.
 *
 * Cost: O(N + a² · b), O(a · b) memory, for a sources and b labels or the reverse, a ≤ b.
 * Source: H. W. Kuhn, "The Hungarian method for the assignment problem", 1955; as "clustering accuracy" in
 * Y. Yang et al., "Image clustering using local discriminant models and global integration", 2010.
 */
export function matchingAccuracy(truth: Int32Array, labels: Int32Array): number {
  if (truth.length === 0 && labels.length === 0) {
    throw new RangeError('matchingAccuracy: at least one image is needed, got none');
  }
  const table = contingencyTable(truth, labels);
  return matchedCount(table, (label) => label !== -1) / table.total;
}

/** Number of images that the best pairing of true sources and of the labels which `mayMatch` gets right. */
export function matchedCount(table: ContingencyTable, mayMatch: (label: number) => boolean): number {
  const { rowLabels, columnLabels, cellRows, cellColumns, cellCounts } = table;
  const columns = columnLabels.length;
  const weights = new Float64Array(rowLabels.length * columns);
  for (let cell = 0; cell < cellCounts.length; cell++) {
    if (!mayMatch(columnLabels[cellColumns[cell]])) continue;
    weights[cellRows[cell] * columns + cellColumns[cell]] = cellCounts[cell];
  }
  const columnOf = optimalAssignment(weights, rowLabels.length, columns);
  return columnOf.reduce(
    (sum, column, row) => (column === -1 ? sum : sum + weights[row * columns + column]),
    0,
  );
}

/** Cheapest column of each row, for no more rows than columns. */
function assignRows(costs: Float64Array, rows: number, columns: number): Int32Array {
  const columnOf = new Int32Array(rows).fill(-1);
  const rowOf = new Int32Array(columns).fill(-1);
  const rowPrice = new Float64Array(rows);
  const columnPrice = new Float64Array(columns);
  for (let row = 0; row < rows; row++)
    augment(row, { costs, columns, columnOf, rowOf, rowPrice, columnPrice });
  return columnOf;
}

interface Pairing {
  readonly costs: Float64Array;
  readonly columns: number;
  readonly columnOf: Int32Array;
  readonly rowOf: Int32Array;
  /** Dual variables: cost - rowPrice - columnPrice ≥ 0, and 0 for each pair. */
  readonly rowPrice: Float64Array;
  readonly columnPrice: Float64Array;
}

/** Pairs one more row along the shortest augmenting path (Dijkstra over reduced costs); `pairing` is overwritten. */
function augment(start: number, pairing: Pairing): void {
  const { costs, columns, columnOf, rowOf, rowPrice, columnPrice } = pairing;
  const distance = new Float64Array(columns).fill(Number.POSITIVE_INFINITY);
  const cameFrom = new Int32Array(columns);
  const settled = new Uint8Array(columns);
  let row = start;
  let travelled = 0;
  let sink = -1;
  while (sink === -1) {
    let nearest = -1;
    for (let c = 0; c < columns; c++) {
      if (settled[c] === 1) continue;
      const through = travelled + costs[row * columns + c] - rowPrice[row] - columnPrice[c];
      if (through < distance[c]) {
        distance[c] = through;
        cameFrom[c] = row;
      }
      if (nearest === -1 || distance[c] < distance[nearest]) nearest = c;
    }
    settled[nearest] = 1;
    travelled = distance[nearest];
    if (rowOf[nearest] === -1) sink = nearest;
    else row = rowOf[nearest];
  }
  rowPrice[start] += travelled;
  for (let c = 0; c < columns; c++) {
    if (settled[c] === 0 || c === sink) continue;
    rowPrice[rowOf[c]] += travelled - distance[c];
    columnPrice[c] -= travelled - distance[c];
  }
  for (let c = sink, done = false; !done; ) {
    const previous = cameFrom[c];
    const freed = columnOf[previous];
    rowOf[c] = previous;
    columnOf[previous] = c;
    done = previous === start;
    c = freed;
  }
}
