import { concatenateRows, type FeatureSet, selectRows } from '@ganscout/data-model';
import { type Exemplars, mapSpaces, type SpaceFeatures } from '@ganscout/pipeline';

/** Some rows in every space. @param rows which, in the order wanted. */
export function selectSpaceRows(features: SpaceFeatures, rows: ArrayLike<number>): SpaceFeatures {
  return mapSpaces(features, (set) => selectRows(set, rows));
}

/** The rows of both in every space. @throws {TypeError} if a space of the first is not one of the second. */
export function concatenateSpaces(first: SpaceFeatures, second: SpaceFeatures): SpaceFeatures {
  return mapSpaces(first, (set, name) => concatenateRows(set, second.get(name) as FeatureSet));
}

/** The exemplars of both; of which source they are is not changed. */
export function joinExemplars(first: Exemplars, second: Exemplars): Exemplars {
  return {
    ids: [...first.ids, ...second.ids],
    labels: Int32Array.from([...first.labels, ...second.labels]),
    groups: Int32Array.from([...first.groups, ...second.groups]),
    labelled: Uint8Array.from([...first.labelled, ...second.labelled]),
    features: concatenateSpaces(first.features, second.features),
  };
}
