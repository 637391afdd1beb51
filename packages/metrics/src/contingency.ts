import { encodeLabels, type LabelCodes, orderByCode } from './label-codes.js';

/** How often each true source (row) and each label (column) meet; only pairs that occur have a cell. */
export interface ContingencyTable {
  /** Number of images, each counted as often as it weighs. */
  readonly total: number;
  /** Distinct true sources, ascending. */
  readonly rowLabels: Int32Array;
  /** Distinct labels, ascending. */
  readonly columnLabels: Int32Array;
  readonly rowSums: Float64Array;
  readonly columnSums: Float64Array;
  /** Index into `rowLabels` of each cell; cells ascend by row, then by column. */
  readonly cellRows: Int32Array;
  /** Index into `columnLabels` of each cell. */
  readonly cellColumns: Int32Array;
  /** Count of each cell, greater than 0. */
  readonly cellCounts: Float64Array;
}

/**
 * Counts how often each pair of true source and label occurs.
 *
 * Every integer is a label like any other, -1 too: leave out the rows that shall not count.
 *
 * @param truth N true sources; not modified.
 * @param labels N labels; not modified.
 * @param weights N counts greater than 0, how often each row counts; 1 if left out.
 * @throws {TypeError} if the lengths differ.
 *
 * Cost: O(N) time and memory (for ranges of labels of the order of N), however many cells there could be.
 */
export function contingencyTable(
  truth: Int32Array,
  labels: Int32Array,
  weights?: ArrayLike<number>,
): ContingencyTable {
  checkLengths(truth, labels, weights);
  const rows = encodeLabels(truth);
  const columns = encodeLabels(labels);
  const rowCount = rows.distinct.length;
  const columnCount = columns.distinct.length;
  const isDense = rowCount * columnCount <= Math.max(1024, labels.length);
  const countCells = isDense ? countDense : countSorted;
  const { cellRows, cellColumns, cellCounts } = countCells(rows, columns, weights);
  const rowSums = new Float64Array(rowCount);
  const columnSums = new Float64Array(columnCount);
  let total = 0;
  for (let cell = 0; cell < cellCounts.length; cell++) {
    rowSums[cellRows[cell]] += cellCounts[cell];
    columnSums[cellColumns[cell]] += cellCounts[cell];
    total += cellCounts[cell];
  }
  const rowLabels = rows.distinct;
  const columnLabels = columns.distinct;
  return { total, rowLabels, columnLabels, rowSums, columnSums, cellRows, cellColumns, cellCounts };
}

/** Largest count of each column and the row that has it (index into `rowLabels`); ties go to the lower row. */
export function columnMajorities(table: ContingencyTable): { rows: Int32Array; counts: Float64Array } {
  const rows = new Int32Array(table.columnSums.length).fill(-1);
  const counts = new Float64Array(table.columnSums.length);
  for (let cell = 0; cell < table.cellCounts.length; cell++) {
    const column = table.cellColumns[cell];
    if (table.cellCounts[cell] > counts[column]) {
      counts[column] = table.cellCounts[cell];
      rows[column] = table.cellRows[cell];
    }
  }
  return { rows, counts };
}

type Cells = Pick<ContingencyTable, 'cellRows' | 'cellColumns' | 'cellCounts'>;

/** For few possible cells: one counter each. */
function countDense(rows: LabelCodes, columns: LabelCodes, weights?: ArrayLike<number>): Cells {
  const columnCount = columns.distinct.length;
  const counts = new Float64Array(rows.distinct.length * columnCount);
  for (let i = 0; i < rows.codes.length; i++) {
    counts[rows.codes[i] * columnCount + columns.codes[i]] += weights === undefined ? 1 : weights[i];
  }
  const cells = new Int32Array(counts.length);
  let size = 0;
  for (let cell = 0; cell < counts.length; cell++) if (counts[cell] > 0) cells[size++] = cell;
  const occurring = cells.subarray(0, size);
  return {
    cellRows: occurring.map((cell) => Math.floor(cell / columnCount)),
    cellColumns: occurring.map((cell) => cell % columnCount),
    cellCounts: counts.filter((count) => count > 0),
  };
}

/** For any number of possible cells: the images sorted by cell, then the runs counted. */
function countSorted(rows: LabelCodes, columns: LabelCodes, weights?: ArrayLike<number>): Cells {
  const byColumn = orderByCode(columns.codes, columns.distinct.length);
  const { order } = orderByCode(rows.codes, rows.distinct.length, byColumn.order);
  const cellRows = new Int32Array(order.length);
  const cellColumns = new Int32Array(order.length);
  const cellCounts = new Float64Array(order.length);
  let size = 0;
  for (let position = 0; position < order.length; position++) {
    const i = order[position];
    const isNew =
      size === 0 || rows.codes[i] !== cellRows[size - 1] || columns.codes[i] !== cellColumns[size - 1];
    if (isNew) {
      cellRows[size] = rows.codes[i];
      cellColumns[size] = columns.codes[i];
      size++;
    }
    cellCounts[size - 1] += weights === undefined ? 1 : weights[i];
  }
  return {
    cellRows: cellRows.slice(0, size),
    cellColumns: cellColumns.slice(0, size),
    cellCounts: cellCounts.slice(0, size),
  };
}

function checkLengths(truth: Int32Array, labels: Int32Array, weights?: ArrayLike<number>): void {
  if (truth.length !== labels.length) {
    throw new TypeError(
      `contingencyTable: truth and labels must have the same length, got ${truth.length} and ${labels.length}`,
    );
  }
  if (weights !== undefined && weights.length !== labels.length) {
    throw new TypeError(`contingencyTable: weights must have ${labels.length} values, got ${weights.length}`);
  }
}
