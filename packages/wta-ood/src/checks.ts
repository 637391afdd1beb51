import type { FeatureSet } from '@ganscout/data-model';
import type { WtaHash } from './wta-hash.js';

/** @throws {RangeError} if a feature is NaN or infinite. */
export function checkFeatures(caller: string, { ids, dims, data }: FeatureSet): void {
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) {
      const row = Math.floor(i / dims);
      throw new RangeError(
        `${caller}: every feature must be finite, got ${data[i]} in row ${row} (${ids[row]})`,
      );
    }
  }
}

/** @throws {TypeError} on a wrong number of labels or dims. @throws {RangeError} on a label outside [0, sourceCount). */
export function checkLabels(
  caller: string,
  known: FeatureSet,
  labels: Int32Array,
  sourceCount: number,
  { dims, hashCount }: WtaHash,
): void {
  const rows = known.ids.length;
  if (known.dims !== dims) {
    throw new TypeError(`${caller}: features must have the hash's ${dims} dims, got ${known.dims}`);
  }
  if (labels.length !== rows) {
    throw new TypeError(
      `${caller}: labels must hold one value for each of ${rows} images, got ${labels.length}`,
    );
  }
  const wrong = labels.findIndex((label) => label < 0 || label >= sourceCount);
  if (wrong !== -1) {
    throw new RangeError(
      `${caller}: labels must be in [0, ${sourceCount}), got ${labels[wrong]} in row ${wrong}`,
    );
  }
  // Sums of agreements are 32-bit integers.
  if (rows * hashCount >= 2 ** 31) {
    throw new RangeError(`${caller}: images × hashCount must be below 2^31, got ${rows} × ${hashCount}`);
  }
}
