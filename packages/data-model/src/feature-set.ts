/** SHA-256 of a file's bytes in lower-case hexadecimal; a patch of it appends `#x,y,width,height` in pixels. */
export type ImageId = string;

/** Which numbers these are. Rows of two feature sets are comparable only if their spaces are equal. */
export interface FeatureSpace {
  /** What computed them, e.g. `residual-statistics` or `network`. */
  readonly extractor: string;
  /** Layer of the extractor, or `''`. */
  readonly layer: string;
  /** Round whose training shaped the numbers, from 1; 0 if no training did. */
  readonly round: number;
  /** What was applied afterwards, e.g. `standardized` or `content-whitened`, or `''`. */
  readonly transform: string;
}

/** N images × D features, row-major: feature j of image i is `data[i * dims + j]`. */
export interface FeatureSet {
  readonly ids: readonly ImageId[];
  readonly dims: number;
  readonly data: Float32Array;
  readonly space: FeatureSpace;
}

/**
 * Makes a feature set after checking its shape and values.
 *
 * @param data N × D, row-major; kept, not copied.
 * @throws {TypeError} if `data` is not ids.length × dims long.
 * @throws {RangeError} if dims is not a positive integer, or a value is NaN or infinite (row and column named).
 *
 * Cost: one pass over the values.
 */
export function createFeatureSet(
  ids: readonly ImageId[],
  dims: number,
  data: Float32Array,
  space: FeatureSpace,
): FeatureSet {
  if (!Number.isInteger(dims) || dims < 1) {
    throw new RangeError(`createFeatureSet: dims must be a positive integer, got ${dims}`);
  }
  if (data.length !== ids.length * dims) {
    throw new TypeError(
      `createFeatureSet: data must hold ${ids.length} rows × ${dims} features = ${ids.length * dims} values, got ${data.length}`,
    );
  }
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) {
      const row = Math.floor(i / dims);
      throw new RangeError(
        `createFeatureSet: every feature must be finite, got ${data[i]} in row ${row} (${ids[row]}), feature ${i % dims}`,
      );
    }
  }
  return { ids, dims, data, space };
}

/** Returns the given rows, in the given order, as a new feature set. @throws {RangeError} if a row is out of range. */
export function selectRows(features: FeatureSet, rows: ArrayLike<number>): FeatureSet {
  const { dims } = features;
  const ids: ImageId[] = [];
  const data = new Float32Array(rows.length * dims);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    const id = features.ids[row];
    if (id === undefined) {
      throw new RangeError(`selectRows: row must be in [0, ${features.ids.length}), got ${row}`);
    }
    ids.push(id);
    data.set(features.data.subarray(row * dims, (row + 1) * dims), i * dims);
  }
  return { ids, dims, data, space: features.space };
}

/** Returns the rows of `first`, then those of `second`. @throws {TypeError} if their spaces or dims differ. */
export function concatenateRows(first: FeatureSet, second: FeatureSet): FeatureSet {
  if (first.dims !== second.dims || !isSameSpace(first.space, second.space)) {
    throw new TypeError(
      `concatenateRows: both must be in one space, got ${describeSpace(first.space)} with ${first.dims} dims and ${describeSpace(second.space)} with ${second.dims}`,
    );
  }
  const data = joinValues(first.data, second.data);
  return { ids: first.ids.concat(second.ids), dims: first.dims, data, space: first.space };
}

/**
 * Returns the values of `first`, then those of `second`: a view where the second lie right behind the first in one buffer,
 * else a copy.
 */
export function joinValues(first: Float32Array, second: Float32Array): Float32Array {
  const isBehind =
    first.buffer === second.buffer && first.byteOffset + first.byteLength === second.byteOffset;
  const length = first.length + second.length;
  if (isBehind) return new Float32Array(first.buffer, first.byteOffset, length);
  const data = new Float32Array(length);
  data.set(first);
  data.set(second, first.length);
  return data;
}

/**
 * Returns the features of several spaces side by side.
 *
 * @param sets at least one, all with the same ids in the same order.
 * @throws {TypeError} if the ids differ.
 */
export function joinColumns(sets: readonly FeatureSet[]): FeatureSet {
  const first = sets[0];
  if (first === undefined) throw new TypeError('joinColumns: at least one feature set is needed');
  if (sets.length === 1) return first;
  const dims = sets.reduce((sum, set) => sum + set.dims, 0);
  const data = new Float32Array(first.ids.length * dims);
  let offset = 0;
  for (const set of sets) {
    const differs = set.ids.length !== first.ids.length || set.ids.some((id, i) => id !== first.ids[i]);
    if (differs)
      throw new TypeError('joinColumns: all feature sets must hold the same images in the same order');
    for (let i = 0; i < first.ids.length; i++) {
      data.set(set.data.subarray(i * set.dims, (i + 1) * set.dims), i * dims + offset);
    }
    offset += set.dims;
  }
  const join = (key: 'extractor' | 'layer' | 'transform') => sets.map((set) => set.space[key]).join('+');
  const round = Math.max(...sets.map((set) => set.space.round));
  const space = { extractor: join('extractor'), layer: join('layer'), round, transform: join('transform') };
  return { ids: first.ids, dims, data, space };
}

/** Whether rows of the two spaces may be compared. */
export function isSameSpace(a: FeatureSpace, b: FeatureSpace): boolean {
  return (
    a.extractor === b.extractor && a.layer === b.layer && a.round === b.round && a.transform === b.transform
  );
}

/** Names a space for people, e.g. `network/embedding of round 2, standardized`. */
export function describeSpace({ extractor, layer, round, transform }: FeatureSpace): string {
  const place = layer === '' ? extractor : `${extractor}/${layer}`;
  const training = round === 0 ? '' : ` of round ${round}`;
  return `${place}${training}${transform === '' ? '' : `, ${transform}`}`;
}
