import type { ImageId } from '@ganscout/data-model';
import { fileId } from '@ganscout/images';
import { readEntryJson } from './case-files.js';
import type { CaseState } from './case-state.js';

/** File of the first entry with the ids of the labelled images. */
export const KNOWN_IDS = 'known-ids.json';

/** Digests of all files that the case has images of, labelled ones too. */
export function presentIds({ directory, ids }: CaseState): ReadonlySet<string> {
  const known = readEntryJson(directory, 1, KNOWN_IDS) as ImageId[];
  const present = new Set<string>();
  for (const list of [known, ids]) for (const id of list) present.add(fileId(id));
  return present;
}
