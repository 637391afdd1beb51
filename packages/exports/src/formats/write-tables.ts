import { join } from 'node:path';
import {
  assignmentTable,
  type CaseState,
  type CaseTable,
  type CaseView,
  historyTable,
  openCaseView,
  sourceTable,
} from '@ganscout/cases';
import { type FileContent, writeDurably, writeDurablyFrom } from '@ganscout/storage';
import { countRows } from '../counted-rows.js';
import type { CaseExport, ExportSettings } from '../export-settings.js';
import { allRows, readBlocks } from '../feature-blocks.js';
import { formatTable } from '../format-table.js';
import { beginParquet, formatParquet, type ParquetCell, type ParquetType } from '../parquet-parts.js';

type TableFormat = 'csv' | 'jsonl' | 'parquet';

/**
 * Writes assignments, sources and history as tables; with `features` those of the images as a Parquet table more, whose rows
 * name the images.
 *
 * Cost: O(images); no table is ever in memory as a whole.
 */
export async function writeTables(
  state: CaseState,
  format: TableFormat,
  { output, features = false }: ExportSettings,
): Promise<CaseExport> {
  const tables = {
    assignments: assignmentTable(state),
    sources: sourceTable(state),
    history: historyTable(state),
  };
  const files: Record<string, number> = {};
  for (const [name, { columns, rows }] of Object.entries(tables)) {
    const file = `${name}.${format}`;
    const counted = countRows(rows);
    writeDurably(join(output, file), contentOf({ columns, rows: counted }, format));
    files[file] = counted.count();
  }
  if (format === 'parquet' && features) {
    const view = await openCaseView(state.directory);
    await writeDurablyFrom(join(output, 'features.parquet'), featureParts(view));
    files['features.parquet'] = view.images.length;
  }
  return { files, leftOut: [], notes: [], failed: 0 };
}

function contentOf(table: CaseTable, format: TableFormat): FileContent {
  return format === 'parquet' ? formatParquet(table) : formatTable(table, format);
}

const FEATURE_COLUMNS: Readonly<Record<string, ParquetType>> = {
  image_id: 'text',
  source: 'text',
  features: 'vector',
};

async function* featureParts(view: CaseView): AsyncIterable<Uint8Array> {
  const { labels, sources, images } = view;
  yield* vectorParts(view, FEATURE_COLUMNS, (row) => [
    images[row]?.id ?? '',
    sources[(labels[row] as number) - 1]?.id ?? '',
  ]);
}

/**
 * The rows of all images with their features as the last value of each; as a Parquet file in parts.
 *
 * @param columns the last of which is a vector. @param cells all values of a row but that.
 */
export async function* vectorParts(
  view: CaseView,
  columns: Readonly<Record<string, ParquetType>>,
  cells: (row: number) => ParquetCell[],
): AsyncIterable<Uint8Array> {
  const file = beginParquet(columns);
  let row = 0;
  for await (const { ids, data, dims } of readBlocks(view.readRows, allRows(view.images.length))) {
    if (ids.length === 0) continue;
    const first = row;
    yield file.add(
      ids.map(
        (_, i) => [...cells(first + i), data.subarray(i * dims, (i + 1) * dims)] satisfies ParquetCell[],
      ),
    );
    row += ids.length;
  }
  yield file.finish();
}
