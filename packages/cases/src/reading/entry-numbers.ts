import type { NpyArray } from '@ganscout/data-model';
import type { AuditEntry } from '@ganscout/storage';
import { entryFolder, readEntryArray } from '../case-files.js';

/** Reads the numbers of a file of an entry by its name; null if the entry has no such file. */
export type ReadNumbers = (name: string) => NpyArray['data'] | null;

/** What reads the files of an entry that hold numbers. */
export function numbersOf(
  directory: string,
  { number, files }: Pick<AuditEntry, 'number' | 'files'>,
): ReadNumbers {
  return (name) =>
    `${entryFolder(number)}/${name}` in files ? readEntryArray(directory, number, name) : null;
}

/** The images that an entry moved, k × 3: row, source before, source after. */
export function readMoves(read: ReadNumbers): Int32Array {
  return (read('moved.npy') ?? new Int32Array(0)) as Int32Array;
}
