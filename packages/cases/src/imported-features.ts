import {
  concatenateRows,
  createFeatureSet,
  type FeatureSet,
  type ImageId,
  selectRows,
} from '@ganscout/data-model';
import { InputError } from '@ganscout/images';
import { type ResolvedConfig, readFeatures } from '@ganscout/pipeline';
import { readEntryJson, readEntryMatrix } from './case-files.js';
import type { CaseState } from './case-state.js';

/** File of an entry with features that were computed elsewhere, a row for each of its new ids. */
export const IMPORTED_FEATURES = 'features.npy';

/**
 * Reads the features of all discovery images of a case that was made from features computed elsewhere.
 *
 * @throws {InputError} if the run's file cannot be read or holds other images than the run had.
 */
export function readImportedDiscovery(
  { directory, entries, ids }: CaseState,
  { data, directoryOf }: ResolvedConfig,
): FeatureSet {
  const path = data.discoveryFeatures as string;
  const first = readFeatures(path, directoryOf.discoveryFeatures, false).features;
  const other = first.ids.findIndex((id, row) => ids[row] !== id);
  if (other !== -1) {
    throw new InputError(
      `${path} must hold the images that the run had, and has another id in row ${other + 1}`,
    );
  }
  return entries
    .filter(({ kind }) => kind === 'added')
    .reduce((all, { number }) => {
      const { shape, data: values } = readEntryMatrix(directory, number, IMPORTED_FEATURES);
      const own = readEntryJson(directory, number, 'ids.json') as string[];
      return concatenateRows(
        all,
        createFeatureSet(own, shape[1] as number, values as Float32Array, all.space),
      );
    }, first);
}

/**
 * Reads the features of labelled images of a case that was made from features computed elsewhere, in the order of their ids.
 *
 * @throws {InputError} if the run's file cannot be read or lacks one of them.
 */
export function readImportedKnown(
  { data, directoryOf }: ResolvedConfig,
  ids: readonly ImageId[],
): FeatureSet {
  const path = data.knownFeatures as string;
  const { features } = readFeatures(path, directoryOf.knownFeatures, true);
  const rowOf = new Map(features.ids.map((id, row) => [id, row]));
  const missing = ids.find((id) => !rowOf.has(id));
  if (missing !== undefined) {
    throw new InputError(
      `${path} must hold the images that the run had, and has no id ${JSON.stringify(missing)}`,
    );
  }
  return selectRows(
    features,
    Int32Array.from(ids, (id) => rowOf.get(id) as number),
  );
}
