import { createFeatureSet, type FeatureSet, type ImageId, selectRows } from '@ganscout/data-model';
import { joinSpaces, type RunModel } from '@ganscout/pipeline';
import { readEntryArray } from '../case-files.js';
import { type CaseModel, GENERATION_ROWS, openCaseModel } from '../case-model.js';
import type { CaseState } from '../case-state.js';
import { readStoredKnown, readStoredRows, type StoredRows } from '../stored-case-rows.js';
import type { CaseView } from './viewed-case.js';

/** Rows that stages of a generation kept. */
interface KeptRows {
  readonly features: FeatureSet;
  /** For each image its row in them; -1 for one that the generation did not have. */
  readonly placeOf: Int32Array;
}

/** Images whose features can be read. */
interface Readable {
  readonly ids: readonly ImageId[];
  /** Null if stages kept none. */
  readonly kept: (run: RunModel) => KeptRows | null;
  /** Makes features anew. @param rows ascending. */
  readonly make: (model: CaseModel, rows: Int32Array) => Promise<StoredRows>;
}

/**
 * Opens the features of a case's images in the spaces of its last out-of-distribution test.
 *
 * What the stages of the present generation kept is read once and held; features of images that it did not have are made from
 * what is kept of them, or from the images where a backbone was trained.
 *
 * @param labelled ids of the labelled images of the known set.
 */
export function openViewedFeatures(
  state: CaseState,
  labelled: readonly ImageId[],
): Pick<CaseView, 'readRows' | 'readKnownRows'> {
  const spacesOf = ({ run }: CaseModel) => run.options.ood.space;
  return {
    readRows: openRows(state, {
      ids: state.ids,
      kept: (run) => keptOf(run, 'discovery', state.ids, rowsOfGeneration(state)),
      make: (model, rows) => readStoredRows(state, model, rows, spacesOf(model)),
    }),
    readKnownRows: openRows(state, {
      ids: labelled,
      // Later generations may do without some of them, and have others beside them.
      kept: (run) =>
        state.generation === 1 ? keptOf(run, 'known', labelled, rowsUpTo(labelled.length)) : null,
      make: (model, rows) =>
        readStoredKnown(
          state,
          model,
          Array.from(rows, (row) => labelled[row] as ImageId),
          spacesOf(model),
        ),
    }),
  };
}

function openRows(state: CaseState, { ids, kept: readKept, make }: Readable): CaseView['readRows'] {
  let kept: KeptRows | null = null;
  return async (rows) => {
    const wanted = rows ?? rowsUpTo(ids.length);
    const wrong = wanted.find((row) => row < 0 || row >= ids.length);
    if (wrong !== undefined)
      throw new RangeError(`readRows: a row must be in [0, ${ids.length}), got ${wrong}`);
    const model = openCaseModel(state);
    try {
      kept ??= readKept(model.run);
      const placeOf = (row: number) => kept?.placeOf[row] ?? -1;
      const missing = Int32Array.from(new Set(wanted.filter((row) => placeOf(row) === -1))).sort();
      if (kept !== null && missing.length === 0) {
        const isAll = rows === null && kept.features.ids.length === ids.length;
        return isAll ? kept.features : selectRows(kept.features, wanted.map(placeOf));
      }
      const made = joinSpaces((await make(model, missing)).features, model.run.options.ood.space);
      return gather(ids, wanted, kept, { features: made, rows: missing });
    } finally {
      await model.run.close();
    }
  };
}

/** Puts rows together of which some were kept and the others made. */
function gather(
  ids: readonly ImageId[],
  wanted: Int32Array,
  kept: KeptRows | null,
  made: { readonly features: FeatureSet; readonly rows: Int32Array },
): FeatureSet {
  const { dims, space } = made.features;
  const placeIn = new Map(Array.from(made.rows, (row, place) => [row, place]));
  const data = new Float32Array(wanted.length * dims);
  wanted.forEach((row, i) => {
    const place = placeIn.get(row);
    const from = place === undefined ? (kept as KeptRows).features : made.features;
    const at = place ?? (kept?.placeOf[row] as number);
    data.set(from.data.subarray(at * dims, (at + 1) * dims), i * dims);
  });
  const own = Array.from(wanted, (row) => ids[row] as ImageId);
  return createFeatureSet(own, dims, data, space);
}

/** @param rows of `ids`, of each image that the generation had, in its order. */
function keptOf(
  run: RunModel,
  set: 'known' | 'discovery',
  ids: readonly ImageId[],
  rows: Int32Array,
): KeptRows | null {
  const own = Array.from(rows, (row) => ids[row] as ImageId);
  const spaces = run.options.ood.space;
  const features = run.readKept({ set, ids: own }, spaces);
  if (features === null) return null;
  const placeOf = new Int32Array(ids.length).fill(-1);
  rows.forEach((row, place) => {
    placeOf[row] = place;
  });
  return { features: joinSpaces(features, spaces), placeOf };
}

/** Row of the case of each discovery image that the present generation had. */
export function rowsOfGeneration({
  directory,
  entries,
  ids,
  generation,
  generationEntry,
}: CaseState): Int32Array {
  if (generation > 1) return readEntryArray(directory, generationEntry, GENERATION_ROWS) as Int32Array;
  const isOpened = entries.length > 0;
  return rowsUpTo(isOpened ? readEntryArray(directory, 1, 'labels.npy').length : ids.length);
}

function rowsUpTo(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, row) => row);
}
