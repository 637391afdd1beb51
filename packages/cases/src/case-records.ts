import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageRecord } from '@ganscout/images';
import {
  type DescribedImages,
  openDescribedImages,
  type ResolvedConfig,
  RUN_FILES,
  readInputs,
} from '@ganscout/pipeline';
import { bodyOf } from './case-entry.js';
import { entryFolder } from './case-files.js';
import type { CaseState } from './case-state.js';

/** What came to a case at one time: its run's inputs, or those of an add. */
export interface CaseInputs {
  /** Entry that brought them. */
  readonly entry: number;
  /** Every input, whatever its status; none labelled but in the run. */
  readonly known: readonly ImageRecord[];
  readonly discovery: readonly ImageRecord[];
  /** Folder of their descriptions inside the case; null where there are none. */
  readonly described: string | null;
}

/** All inputs of a case in the order in which they came. Cost: O(inputs). */
export function readCaseInputs({ directory, entries }: CaseState): CaseInputs[] {
  const read = (path: string) => readInputs(readFileSync(join(directory, path), 'utf8'));
  const run = { entry: 1, ...read(RUN_FILES.inputs), described: '' };
  const added = entries.filter(({ kind }) => kind === 'added');
  return [
    run,
    ...added.map((entry) => {
      const { discovery } = read(`${entryFolder(entry.number)}/images.csv`);
      return { entry: entry.number, known: [], discovery, described: bodyOf(entry).described ?? null };
    }),
  ];
}

/** Opens the descriptions of a case's images, one set for each time that some came; they stay on disk. */
export function openCaseDescriptions(
  { directory }: CaseState,
  config: ResolvedConfig,
  inputs: readonly CaseInputs[],
): DescribedImages[] {
  return inputs.flatMap(({ known, discovery, described }) =>
    described === null ? [] : [openDescribedImages(join(directory, described), config, { known, discovery })],
  );
}
