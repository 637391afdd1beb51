import { bodyOf, type EntryBody } from '../case-entry.js';
import { readEntryArray } from '../case-files.js';
import type { CaseState } from '../case-state.js';
import { type Drift, measureDrift } from './drift.js';

/** Says how far the images that came since the last training differ from those it was made from. Cost: follows the former. */
export function measureCaseDrift({ directory, entries, generationEntry, labels }: CaseState): Drift {
  const { discovery, unassigned } = trainedOn(entries, generationEntry);
  const added = entries.filter(({ number, kind }) => number > generationEntry && kind === 'added');
  const counts = added.map(({ number }) => readEntryArray(directory, number, 'labels.npy').length);
  const imagesAdded = counts.reduce((sum, count) => sum + count, 0);
  const acceptedPValues: number[] = [];
  let falseRejectRate = UNUSED_RATE;
  let row = labels.length - imagesAdded;
  for (const { number, body } of added) {
    const rate = bodyOf({ body }).falseRejectRate as number;
    for (const pValue of readEntryArray(directory, number, 'p-value.npy')) {
      // Those that were clustered were rejected first: their p-values are no sign of drift.
      if (labels[row] !== 0 && pValue > rate) acceptedPValues.push(pValue);
      row += 1;
    }
    falseRejectRate = rate;
  }
  const bufferedAdded = labels.subarray(labels.length - imagesAdded).filter((label) => label === 0).length;
  return measureDrift({
    imagesAtTraining: discovery,
    unassignedAtTraining: discovery === 0 ? 0 : unassigned / discovery,
    imagesAdded,
    bufferedAdded,
    acceptedPValues,
    falseRejectRate,
  });
}

/** Where nothing was added no p-value is compared with it. */
const UNUSED_RATE = 0.05;

function trainedOn(
  entries: CaseState['entries'],
  generationEntry: number,
): NonNullable<EntryBody['trainedOn']> {
  const entry = entries[generationEntry - 1] as CaseState['entries'][number];
  return bodyOf(entry).trainedOn as NonNullable<EntryBody['trainedOn']>;
}
