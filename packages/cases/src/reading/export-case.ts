import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { holdsRun, RunExistsError } from '@ganscout/pipeline';
import { AUDIT_FILES, writeDurably } from '@ganscout/storage';
import { readCase } from '../case-state.js';
import { type Cell, type ExportFormat, type ExportTable, formatExport } from './export-case-cells.js';
import { assignmentTable, historyTable, sourceTable } from './export-case-tables.js';

/** Where and how a case is exported. */
export interface ExportSettings {
  readonly output: string;
  readonly format: ExportFormat;
  /** Whether files of an earlier export may be replaced. */
  readonly force: boolean;
}

/** What an export wrote. */
export interface CaseExport {
  /** Rows of each file by its name. */
  readonly files: Readonly<Record<string, number>>;
}

/** What the cells of the tables are; written beside them. */
const CELL_RULES = {
  csv: 'text that a spreadsheet would run or that holds control characters is written as a string of JSON, in its quotes',
  jsonl: 'one JSON object a line',
} as const;

/**
 * Writes assignments, sources and history of a case as tables into a folder of their own, and what was exported as
 * `export.json`, last.
 *
 * @throws {InputError} if there is no case. @throws {RunExistsError} if the folder holds a run, or other files and `force` is
 *   not given.
 *
 * Cost: O(images); a table is never in memory as a whole.
 */
export function exportCase(directory: string, { output, format, force }: ExportSettings): CaseExport {
  const state = readCase(directory);
  demandPlace(output, force);
  const tables = {
    assignments: assignmentTable(state),
    sources: sourceTable(state),
    history: historyTable(state),
  };
  const files: Record<string, number> = {};
  for (const [name, table] of Object.entries(tables)) {
    const file = `${name}.${format}`;
    const counted = countRows(table);
    writeDurably(join(output, file), formatExport(counted, format));
    files[file] = counted.rowCount();
  }
  const last = state.entries.at(-1);
  const about = {
    version: 1,
    case: directory,
    entry: last?.number ?? 0,
    hash: last?.hash ?? '',
    cells: CELL_RULES[format],
    rows: files,
  };
  writeDurably(join(output, 'export.json'), `${JSON.stringify(about, null, 2)}\n`);
  return { files };
}

/** Nothing of a case or a run is ever written over: its tables have the same names. */
function demandPlace(output: string, force: boolean): void {
  if (!existsSync(output)) return;
  if (!statSync(output).isDirectory()) {
    throw new RunExistsError(output, `${output} is a file; name a folder for the export`);
  }
  if (holdsRun(output) || existsSync(join(output, AUDIT_FILES.log))) {
    throw new RunExistsError(output, `${output} holds a run; export into a folder of its own`);
  }
  if (!force && readdirSync(output).length > 0) {
    throw new RunExistsError(
      output,
      `${output} is not empty; name another folder, or replace an earlier export (--force)`,
    );
  }
}

function countRows({ columns, rows }: ExportTable): ExportTable & { readonly rowCount: () => number } {
  let count = 0;
  function* counted(): Iterable<readonly Cell[]> {
    for (const row of rows) {
      count += 1;
      yield row;
    }
  }
  return { columns, rows: counted(), rowCount: () => count };
}
