import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createFeatureSet, type FeatureSet, type NpyArray, readNpy } from '@ganscout/data-model';
import { type CsvTable, type ImageRecord, InputError, parseCsv, unopenedRecord } from '@ganscout/images';

/** Features that were computed elsewhere, with a record per row. */
export interface ImportedFeatures {
  readonly features: FeatureSet;
  readonly records: readonly ImageRecord[];
}

/**
 * Reads features from an `.npy` file (N × D, float32 or float64) and the table beside it (`x.csv` for `x.npy`).
 *
 * The table has the columns `id`, `source` and, if images share content, `group`; its rows are in the order of the
 * matrix's.
 *
 * @param needsSource whether every row must name its source.
 * @throws {InputError} if a file cannot be read, the two do not have the same number of rows, an id occurs twice, or
 *   a feature is NaN or infinite; the text names the file and the row.
 */
export function readFeatures(path: string, directory: string, needsSource: boolean): ImportedFeatures {
  const file = resolve(directory, path);
  const table = readTable(tableBeside(file), needsSource);
  const matrix = readMatrix(file);
  const [rows, dims] = matrix.shape as readonly [number, number];
  if (rows !== table.rows.length) {
    throw new InputError(
      `"${path}" has ${rows} rows, the table beside it ${table.rows.length}; there must be one row of each an image`,
    );
  }
  if (rows === 0) throw new InputError(`"${path}" has no row`);
  const records = table.rows.map((row) => recordOf(table.columns, row, file));
  const seen = new Set<string>();
  for (const { id } of records) {
    if (seen.has(id)) throw new InputError(`the table beside "${path}" has the id "${id}" twice`);
    seen.add(id);
  }
  const space = { extractor: 'imported', layer: '', round: 0, transform: '' };
  try {
    const ids = records.map(({ id }) => id);
    return { features: createFeatureSet(ids, dims, inFloat32(matrix), space), records };
  } catch (error) {
    if (error instanceof RangeError) throw new InputError(`"${path}": ${error.message}`);
    throw error;
  }
}

/** The table that names the rows of a file of features. */
export function tableBeside(file: string): string {
  return file.replace(/\.npy$/i, '.csv');
}

function inFloat32({ data }: NpyArray): Float32Array {
  return data instanceof Float32Array ? data : Float32Array.from(data);
}

function readMatrix(file: string): NpyArray {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new InputError(`"${file}" cannot be read: ${(error as Error).message}`);
  }
  try {
    const matrix = readNpy(bytes);
    if (matrix.shape.length === 2) return matrix;
    throw new InputError(`"${file}" must be a matrix (N × D), its shape is (${matrix.shape.join(', ')})`);
  } catch (error) {
    if (error instanceof SyntaxError) throw new InputError(`"${file}": ${error.message}`);
    throw error;
  }
}

function readTable(file: string, needsSource: boolean): CsvTable {
  let table: CsvTable;
  try {
    table = parseCsv(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new InputError(
      `"${file}", the table that names the rows, cannot be read: ${(error as Error).message}`,
    );
  }
  for (const column of needsSource ? ['id', 'source'] : ['id']) {
    if (!table.columns.includes(column)) {
      throw new InputError(
        `"${file}" must have a column "${column}", its columns are ${table.columns.join(', ')}`,
      );
    }
  }
  const source = table.columns.indexOf('source');
  const empty = needsSource ? table.rows.findIndex((row) => row[source] === '') : -1;
  if (empty !== -1)
    throw new InputError(`"${file}" must name a source in every row, row ${empty + 1} has none`);
  return table;
}

function recordOf(columns: readonly string[], row: readonly string[], file: string): ImageRecord {
  const value = (column: string) => row[columns.indexOf(column)] || null;
  const id = value('id') ?? '';
  return unopenedRecord({ id, path: id, file, source: value('source'), group: value('group') });
}
