import { realpath } from 'node:fs/promises';
import { basename, dirname, extname, posix } from 'node:path';
import { parseCsv } from './csv.js';
import { InputError } from './input-error.js';
import { findNamedFiles, finishListing, type ListedFile, type Listing, type NamedFile } from './listing.js';
import { readText, splitLines } from './text-lines.js';
import { isInside, walkFolder } from './walk-folder.js';

/** Names of the table in a Hugging Face image folder, the first one present is read; `manifest.csv` is read like it. */
export const METADATA_NAMES = ['metadata.csv', 'metadata.jsonl', 'manifest.csv'] as const;

/** A table that names files, and what it says of them. */
export interface Metadata {
  readonly rows: readonly NamedFile[];
  /** Column that holds the sources, or null if there is none. */
  readonly labelColumn: string | null;
}

/**
 * Reads a table with a file a row: comma-separated values, or one JSON object a line (`.jsonl`).
 *
 * Columns: `file_name` or else `path`; the source in `labelColumn` if given, else `source`, else `label`; the group in
 * `group`. An empty value is no source, or no group.
 *
 * @throws {InputError} if the text cannot be parsed, has no column of file names, or lacks the column asked for.
 */
export async function readMetadata(file: string, location: string, labelColumn?: string): Promise<Metadata> {
  const text = await readText(file, location);
  const { columns, rows } =
    extname(file).toLowerCase() === '.jsonl' ? parseLines(text, location) : parseTable(text, location);
  const fileColumn = ['file_name', 'path'].find((name) => columns.includes(name));
  const wanted = labelColumn === undefined ? ['source', 'label'] : [labelColumn];
  const label = wanted.find((name) => columns.includes(name)) ?? null;
  if (fileColumn === undefined || (labelColumn !== undefined && label === null)) {
    const missing = fileColumn === undefined ? 'file_name' : labelColumn;
    throw new InputError(
      `${location}: there must be a column "${missing}", the columns are ${columns.join(', ')}`,
    );
  }
  return {
    labelColumn: label,
    rows: rows.map((row, i) => {
      const path = row.get(fileColumn) ?? '';
      if (path === '')
        throw new InputError(`${location}: row ${i + 1} must have a value in the column "${fileColumn}"`);
      return { path, source: label === null ? null : valueIn(row, label), group: valueIn(row, 'group') };
    }),
  };
}

/**
 * Lists the rows of a table; files beside it that have no row are not inputs.
 *
 * @param file absolute path of `location`.
 */
export async function listMetadataRows(
  location: string,
  file: string,
  labelColumn?: string,
): Promise<Listing> {
  const metadata = await readMetadata(file, location, labelColumn);
  const entries = await findNamedFiles(metadata.rows, dirname(file), location);
  return finishListing(location, {
    entries,
    labelSource: describeLabels(file, metadata),
    unmatchedFiles: withoutSource(metadata),
    unmatchedRows: entries.filter(({ problem }) => problem !== '').map(({ path }) => path),
  });
}

/**
 * Lists a folder with a table in it: a file with a row has its source, a file without one has none, and a row
 * without a file, or with one outside of the folder, is an entry with its problem. Paths are those of the rows, relative to
 * the folder.
 *
 * @param file absolute path of the table.
 */
export async function listMetadataFolder(
  location: string,
  file: string,
  labelColumn?: string,
): Promise<Listing> {
  const name = basename(file);
  const folder = dirname(file);
  const metadata = await readMetadata(file, `${location}/${name}`, labelColumn);
  const contents = await walkFolder(folder, location);
  const problems = new Map(contents.files.map(({ path, problem }) => [path, problem]));
  const named = await findNamedFiles(metadata.rows, folder, name);
  const root = await realpath(folder);
  const entries: ListedFile[] = [];
  for (const entry of named) {
    const problem = problems.get(posix.normalize(entry.path)) ?? (await findWayOut(entry, root, name));
    entries.push({ ...entry, problem });
  }
  const withRow = new Set(metadata.rows.map(({ path }) => posix.normalize(path)));
  const withoutRow = contents.files.filter(({ path }) => !withRow.has(path));
  const others = await findNamedFiles(
    withoutRow.map(({ path }) => ({ path, source: null, group: null })),
    folder,
    location,
  );
  entries.push(
    ...others.map((entry, i) => ({ ...entry, problem: (withoutRow[i] as { problem: string }).problem })),
  );
  return finishListing(location, {
    entries,
    labelSource: describeLabels(file, metadata),
    unmatchedFiles: [...withoutSource(metadata), ...withoutRow.map(({ path }) => path)],
    unmatchedRows: named
      .filter(({ path, problem }) => problem !== '' && !problems.has(posix.normalize(path)))
      .map(({ path }) => path),
    ignored: contents.ignored.filter((path) => path !== name),
  });
}

/** A table that came with its folder may not name what is outside: whoever made the folder may not be who reads it. */
async function findWayOut({ file, problem }: ListedFile, root: string, table: string): Promise<string> {
  if (problem !== '' || isInside(await realpath(file).catch(() => file), root)) return problem;
  return `named in ${table}, but it is outside of the folder, not followed; give the table itself as the location to read it`;
}

type Rows = readonly ReadonlyMap<string, string>[];

function describeLabels(file: string, { labelColumn }: Metadata): string {
  return labelColumn === null ? 'none' : `${basename(file)}, column "${labelColumn}"`;
}

/** Paths of the rows that leave their source empty. */
function withoutSource({ rows, labelColumn }: Metadata): string[] {
  return labelColumn === null ? [] : rows.filter(({ source }) => source === null).map(({ path }) => path);
}

function valueIn(row: ReadonlyMap<string, string>, column: string): string | null {
  const value = row.get(column) ?? '';
  return value === '' ? null : value;
}

function parseTable(text: string, location: string): { columns: readonly string[]; rows: Rows } {
  try {
    const { columns, rows } = parseCsv(text);
    return { columns, rows: rows.map((row) => new Map(columns.map((name, i) => [name, row[i] as string]))) };
  } catch (error) {
    throw new InputError(`${location}: ${(error as Error).message}`);
  }
}

function parseLines(text: string, location: string): { columns: readonly string[]; rows: Rows } {
  const columns = new Set<string>();
  const rows = splitLines(text).map((line) => {
    let row: unknown;
    try {
      row = JSON.parse(line.text);
    } catch (error) {
      throw new InputError(`${location}:${line.number}: ${(error as Error).message}`);
    }
    if (typeof row !== 'object' || row === null || Array.isArray(row)) {
      throw new InputError(
        `${location}:${line.number}: a line must be a JSON object, got ${line.text.slice(0, 60)}`,
      );
    }
    const values = Object.entries(row).filter(
      ([, value]) => typeof value === 'string' || typeof value === 'number',
    );
    for (const [name] of values) columns.add(name);
    return new Map(values.map(([name, value]) => [name, String(value)]));
  });
  return { columns: [...columns], rows };
}
