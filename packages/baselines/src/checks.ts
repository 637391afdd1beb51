import type { FeatureSet } from '@ganscout/data-model';

/** Products of rows up to this squared length stay finite in float32. */
const LARGEST_SQUARED_LENGTH = 2 ** 120;

/**
 * Checks the shape and the values of a feature set.
 *
 * @param caller begins the message.
 * @throws {TypeError} if `data` is not N × D. @throws {RangeError} if a value is not finite, or a row is longer than 2^60.
 */
export function checkFeatures(caller: string, { ids, dims, data }: FeatureSet): void {
  if (data.length !== ids.length * dims) {
    throw new TypeError(
      `${caller}: data must hold ${ids.length} rows × ${dims} features, got ${data.length} values`,
    );
  }
  for (let row = 0; row < ids.length; row++) {
    let squared = 0;
    for (let at = row * dims; at < (row + 1) * dims; at++) squared += data[at] * data[at];
    if (Number.isNaN(squared) || squared === Number.POSITIVE_INFINITY) {
      const value = data.subarray(row * dims, (row + 1) * dims).find((feature) => !Number.isFinite(feature));
      throw new RangeError(
        `${caller}: every feature must be finite, got ${value} in row ${row} (${ids[row]})`,
      );
    }
    if (squared > LARGEST_SQUARED_LENGTH) {
      throw new RangeError(
        `${caller}: a row's length must be at most 2^60, got ${Math.sqrt(squared)} in row ${row} (${ids[row]})`,
      );
    }
  }
}

/** Checks an option. @throws {RangeError} if it is not an integer in [least, most]. */
export function checkInteger(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `in [${least}, ${most}]`;
    throw new RangeError(`${name} must be an integer ${range}, got ${value}`);
  }
}
