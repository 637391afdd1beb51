import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ImageId } from '@ganscout/data-model';
import { fileId, type ImageRecord, InputError } from '@ganscout/images';
import { digestOfFile } from '@ganscout/storage';
import type { CaseInputs } from '../case-records.js';
import type { CaseState } from '../case-state.js';

/** An input of a case, whatever became of it. */
export interface CaseInput {
  readonly record: ImageRecord;
  readonly set: 'known' | 'discovery';
  /** Entry that it came with; 1 for those of the run. */
  readonly entry: number;
}

/** An image of a case and every input that holds it. */
export interface FoundImage {
  readonly id: ImageId;
  /** Its row in the case; null for a labelled image of the known set. */
  readonly row: number | null;
  /** Its inputs, copies too, in the order in which they came. */
  readonly inputs: readonly CaseInput[];
}

/** Characters of an id that are enough if no other begins alike. */
const SHORTEST_PREFIX = 8;
/** Ids that an error lists. */
const MOST_LISTED = 5;

/** The inputs of a case one by one, in the order in which they came. */
export function listInputs(sets: readonly CaseInputs[]): CaseInput[] {
  return sets.flatMap(({ entry, known, discovery }) => [
    ...known.map((record) => ({ record, set: 'known' as const, entry })),
    ...discovery.map((record) => ({ record, set: 'discovery' as const, entry })),
  ]);
}

/** The path of each image by its id, that of its first record. */
export function pathsById(records: Iterable<Pick<ImageRecord, 'id' | 'path'>>): ReadonlyMap<ImageId, string> {
  const paths = new Map<ImageId, string>();
  for (const { id, path } of records) if (!paths.has(id)) paths.set(id, path);
  return paths;
}

/** Finds an image. @param text what a person gave. @param baseDirectory what a relative path is relative to. */
export type ImageFinder = (text: string, baseDirectory: string) => FoundImage;

/**
 * Makes the function that finds images by their id, the beginning of their id, their path as a table of inputs gives it, or a
 * file with the same bytes.
 *
 * A text is taken for an id first, then for a path, then for a file, then for the beginning of an id. The function throws an
 * `InputError` if the case has no such image, or several are meant.
 *
 * Cost: O(inputs) once; then a digest if only the bytes of a file can tell, and O(inputs) for the beginning of an id.
 */
export function createImageFinder(
  { ids }: Pick<CaseState, 'ids'>,
  inputs: readonly CaseInput[],
): ImageFinder {
  const rowOf = new Map(ids.map((id, row) => [id, row]));
  const usable = inputs.filter(({ record }) => record.id !== '');
  const byId = groupBy(usable, ({ record }) => record.id);
  const byBytes = groupBy(usable, ({ record }) => fileId(record.id));
  const byPath = groupBy(inputs, ({ record }) => record.path);
  const byFile = groupBy(inputs, ({ record }) => record.file);
  return (text, baseDirectory) => {
    const file = resolve(baseDirectory, text);
    const found =
      byId.get(text) ??
      byPath.get(text) ??
      byFile.get(file) ??
      byBytes.get(digestOfPlainFile(file) ?? '') ??
      ofPrefix(usable, text);
    const own = [...new Set(found.map(({ record }) => record.id))];
    if (own.length > 1) throw new InputError(describeSeveral(text, own));
    const [{ record } = { record: null }] = found;
    if (record === null) throw new InputError(describeMiss(text));
    const all = byId.get(record.id) ?? [];
    const row = rowOf.get(record.id) ?? null;
    const isLabelled = all.some((input) => input.set === 'known' && input.record.status === 'ok');
    if (row === null && !isLabelled) {
      throw new InputError(
        `${JSON.stringify(text)} is an input of the case that was not used: ${record.status}, ${record.reason}`,
      );
    }
    return { id: record.id, row, inputs: all };
  };
}

function groupBy<Key>(
  inputs: readonly CaseInput[],
  keyOf: (input: CaseInput) => Key,
): ReadonlyMap<Key, readonly CaseInput[]> {
  const groups = new Map<Key, CaseInput[]>();
  for (const input of inputs) {
    const key = keyOf(input);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [input]);
    else group.push(input);
  }
  return groups;
}

/** Null if the text names no file; what is no regular file is not opened, as it may never end. */
function digestOfPlainFile(file: string): string | null {
  if (file.includes('\0')) return null;
  try {
    return statSync(file).isFile() ? digestOfFile(file) : null;
  } catch {
    return null;
  }
}

function ofPrefix(inputs: readonly CaseInput[], text: string): readonly CaseInput[] {
  return text.length < SHORTEST_PREFIX ? [] : inputs.filter(({ record }) => record.id.startsWith(text));
}

function describeMiss(text: string): string {
  return (
    `the case has no image ${JSON.stringify(text)}; give a path as inputs.csv has it, a file, ` +
    `or an id or at least its first ${SHORTEST_PREFIX} characters`
  );
}

function describeSeveral(text: string, ids: readonly ImageId[]): string {
  const left = ids.length - MOST_LISTED;
  const listed = ids.slice(0, MOST_LISTED).join(', ');
  return `${JSON.stringify(text)} may be ${ids.length} images of the case; give one of ${listed}${left > 0 ? ` or ${left} more` : ''}`;
}
