import { createFeatureSet, type FeatureSpace, type ImageId, joinValues } from '@ganscout/data-model';
import { type RowSource, rowsOf } from '@ganscout/extractor';
import type { SpaceRows } from './spaces.js';

/** Rows of both sets as they came in, before any transform. Descriptors stay on disk and are read in batches. */
export interface StoredRows {
  readonly knownIds: readonly ImageId[];
  readonly discoveryIds: readonly ImageId[];
  readonly space: FeatureSpace;
  /** The known rows, then those of the discovery set. */
  readonly source: RowSource;
}

/** Rows that are in memory, as stored ones; not copied if the sets follow each other in one buffer. */
export function storedInMemory({ known, discovery }: SpaceRows): StoredRows {
  return {
    knownIds: known.ids,
    discoveryIds: discovery.ids,
    space: known.space,
    source: rowsOf(joinValues(known.data, discovery.data), known.dims),
  };
}

/** Reads all rows into memory. @throws {TypeError} if there is not a row for each id. @throws {RangeError} if a value is not finite. */
export function loadRows({ knownIds, discoveryIds, space, source }: StoredRows): SpaceRows {
  const { rows, dims } = source;
  const data = source.read(0, rows);
  const split = knownIds.length * dims;
  return {
    known: createFeatureSet(knownIds, dims, data.subarray(0, split), space),
    discovery: createFeatureSet(discoveryIds, dims, data.subarray(split), space),
  };
}
