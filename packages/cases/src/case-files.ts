import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeNpy, type NpyArray, readNpy } from '@ganscout/data-model';
import { RUN_FILES } from '@ganscout/pipeline';

/** Names inside a case directory. */
export const CASE_FILES = {
  /** An add that has not come to its end. */
  pending: 'case/pending.json',
  /** Lists of the files that arrived in a watched folder. */
  arrivals: 'case/arrivals',
  /** The page that people read; nothing vouches for it, as it can be made again at any time. */
  report: 'report.html',
} as const;

/** Folder of an entry's files inside the case directory, `case/0007`. */
export function entryFolder(entry: number): string {
  return `case/${String(entry).padStart(4, '0')}`;
}

/** Folder of a generation inside the case directory: that of the run itself is `''`, of a retraining `case/generation-02`. */
export function generationFolder(generation: number): string {
  return generation === 1 ? '' : `case/generation-${String(generation).padStart(2, '0')}`;
}

/** The configuration of a generation and the records of its stages, which name the digests of their files. */
export function filesOfGeneration(directory: string, generation: number): string[] {
  const home = generationFolder(generation);
  const inside = (path: string) => (home === '' ? path : `${home}/${path}`);
  const sorted = (folder: string) => readdirSync(join(directory, folder)).sort();
  const rounds = sorted(home).filter((name) => /^round-\d+$/.test(name));
  const stages = rounds.flatMap((round) =>
    sorted(inside(round)).map((stage) => inside(`${round}/${stage}/stage.json`)),
  );
  return [inside(RUN_FILES.config), ...stages];
}

/** A column of numbers as the bytes of an `.npy` file. */
export function npyBytes(data: NpyArray['data'], columns?: number): Uint8Array {
  const shape = columns === undefined ? [data.length] : [data.length / columns, columns];
  return encodeNpy({ shape, data });
}

/** The files that say which images changed their source: row, source before and source now of each, and why. */
export function moveFiles(
  { rows, from, to }: { readonly [part in 'rows' | 'from' | 'to']: ArrayLike<number> },
  reasons: Uint8Array,
): [string, Uint8Array][] {
  const triples = Array.from(rows).flatMap((row, i) => [row, from[i] as number, to[i] as number]);
  return [
    ['moved.npy', npyBytes(Int32Array.from(triples), 3)],
    ['moved-reasons.npy', npyBytes(reasons)],
  ];
}

/** Reads the numbers of an `.npy` file of an entry. */
export function readEntryArray(directory: string, entry: number, name: string): NpyArray['data'] {
  return readEntryMatrix(directory, entry, name).data;
}

/** Reads a JSON file of an entry. */
export function readEntryJson(directory: string, entry: number, name: string): unknown {
  return JSON.parse(readFileSync(join(directory, entryFolder(entry), name), 'utf8'));
}

/** Reads a matrix of an entry with its shape. */
export function readEntryMatrix(directory: string, entry: number, name: string): NpyArray {
  return readNpy(readFileSync(join(directory, entryFolder(entry), name)));
}
