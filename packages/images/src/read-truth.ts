import { dirname, resolve } from 'node:path';
import type { ImageRecord } from './image-record.js';
import { InputError } from './input-error.js';
import type { NamedFile } from './listing.js';
import { readMetadata } from './read-metadata.js';

/** True sources of files, for scoring. */
export interface Truth {
  /** Absolute path of the table. */
  readonly file: string;
  readonly entries: readonly NamedFile[];
}

/** Truth in the order of some records. */
export interface MatchedTruth {
  /** Source of each record, or null if the truth says nothing of it. */
  readonly sources: readonly (string | null)[];
  /** Group of each record, or null if the truth says nothing of it. */
  readonly groups: readonly (string | null)[];
  /** Records with a source. */
  readonly matched: number;
  /** Paths of entries that no record matches, or that records of several files match by their ends. */
  readonly unmatched: readonly string[];
}

/**
 * Reads true sources from a table (.csv or .jsonl): columns `path` or `file_name`, `source` or `label`, and, if known,
 * `group`.
 *
 * @throws {InputError} if it cannot be read or lacks such a column.
 */
export async function readTruth(location: string, baseDirectory: string): Promise<Truth> {
  const file = resolve(baseDirectory, location);
  const { rows, labelColumn } = await readMetadata(file, location);
  if (labelColumn === null) throw new InputError(`${location}: there must be a column "source"`);
  return { file, entries: rows };
}

/**
 * Finds the true source of each record by its path, in this order: the path as given on input; the same absolute
 * path, the truth's being relative to its own table; the end of the absolute path, from a `/` on, if the files of all
 * records that end so are one.
 *
 * Of entries with the same path the last one counts.
 */
export function matchTruth({ file, entries }: Truth, records: readonly ImageRecord[]): MatchedTruth {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  const byFile = new Map(entries.map((entry) => [resolve(dirname(file), entry.path), entry]));
  const found = records.map((record) => byPath.get(record.path) ?? byFile.get(record.file));
  const ends = records.map((record, i) =>
    found[i] === undefined ? findByEnd(record.file, byPath) : undefined,
  );
  const filesOf = new Map<NamedFile, Set<string>>();
  ends.forEach((entry, i) => {
    if (entry === undefined) return;
    const files = filesOf.get(entry) ?? new Set();
    filesOf.set(entry, files.add((records[i] as ImageRecord).file));
  });
  const matches = records.map((_, i) => {
    const end = ends[i];
    return found[i] ?? (end !== undefined && filesOf.get(end)?.size === 1 ? end : undefined);
  });
  const used = new Set(matches);
  const sources = matches.map((entry) => entry?.source ?? null);
  return {
    sources,
    groups: matches.map((entry) => entry?.group ?? null),
    matched: sources.filter((source) => source !== null).length,
    unmatched: [...byPath.values()].filter((entry) => !used.has(entry)).map(({ path }) => path),
  };
}

function findByEnd(file: string, byPath: ReadonlyMap<string, NamedFile>): NamedFile | undefined {
  for (let slash = file.indexOf('/'); slash !== -1; slash = file.indexOf('/', slash + 1)) {
    const entry = byPath.get(file.slice(slash + 1));
    if (entry !== undefined) return entry;
  }
  return undefined;
}
