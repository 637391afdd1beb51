import { matrixProduct } from '@ganscout/autodiff';
import type { NpyArray } from '@ganscout/data-model';
import { createRandom, type Random } from '@ganscout/numeric';
import { type ContentBasis, clippedRows, fitContentBasis, type WhiteningData } from './content-basis.js';
import type { WhiteningOptions } from './options-whitening.js';
import { fitPrincipalComponents } from './principal-components.js';
import {
  BATCH_ROWS,
  type ComputedRows,
  partOfRows,
  pickRows,
  type RowSource,
  rememberRows,
  rowsOf,
} from './row-source.js';
import { inverseSquareRoot, mixCovariances, shrinkCovariance } from './whitening-algebra.js';

/**
 * A fitted transform: soft-clipped standardized features · projection + offset, to unit length; then, if leading
 * components are kept, · turn + turnOffset, to unit length again.
 */
export interface ContentWhitening {
  /** D. */
  readonly mean: Float32Array;
  /** D, positive. */
  readonly deviation: Float32Array;
  /** Standardized features z become clip · tanh(z / clip); null leaves them. */
  readonly clip: number | null;
  /** D × d, row-major: principal components and whitening in one. */
  readonly projection: Float32Array;
  /** d. */
  readonly offset: Float32Array;
  /** Whether rows are scaled to unit length after each product. */
  readonly unitLength: boolean;
  /** d × e, row-major: leading principal components of the whitened images; e = 0 if all are kept. */
  readonly turn: Float32Array;
  /** e. */
  readonly turnOffset: Float32Array;
}

/** Images that are taken to be of one source, whatever their content. */
export interface WithinSources {
  /** n, rows of the images. */
  readonly rows: Int32Array;
  /** n, any integers; images of equal label are of one source. */
  readonly labels: Int32Array;
  /** In [0, 1]: weight of their covariance; that of content has the rest. */
  readonly weight: number;
}

/** Rows whose products are summed in float32; the runtime copies them, and longer sums would lose digits. */
const PRODUCT_ROWS = 65536;
const NOTHING = new Float32Array(0);

/**
 * Fits content whitening: a space in which differences between crops of one image are small.
 *
 * {@link fitContentBasis} and {@link whitenBasis} in one.
 *
 * @param data finite; not modified. @throws as {@link fitContentBasis}.
 */
export async function fitContentWhitening(
  data: WhiteningData,
  options: WhiteningOptions,
  seed: number,
): Promise<ContentWhitening> {
  return whitenBasis(await fitContentBasis(data, options, seed), data.whole, null, options, seed);
}

/**
 * Makes content white in a basis, and with it what varies within sources, if some images are known to share theirs.
 *
 * The covariance W of content, or (1 - w) W + w · tr(W) / tr(V) · V where V is that of images about the mean of their
 * source, is shrunk to (1 - s) W + s · tr(W) / d · I; multiplying by the inverse square root (the symmetric one) makes
 * it white. With `unitLength` each image is then scaled to length 1: strength of texture
 * scales all its statistics, and only their direction tells the source. The leading principal components of the result
 * are kept, and scaled again. If crops never differ nothing is whitened.
 *
 * @param whole N × D, the images of which the basis was made; not modified. Read in batches.
 * @param within null to even out content alone; without two images of one source it counts as null.
 * @param seed of the start of the search for the leading components.
 * @throws {TypeError} if an array does not have whole rows of D, or `within` not one label a row.
 * @throws {RangeError} if `within` names a row that is not there.
 *
 * Cost: O((N + n) · D · d + d³); memory of 64 MB and of 65,536 rows of d at the most.
 * Source: the algebra of within-class covariance normalization, A. Hatch, S. Kajarekar, A. Stolcke, "Within-class
 * covariance normalization for SVM-based speaker recognition", ICSLP 2006.
 * Departs from the source: crops of one image stand in for labelled recordings of one speaker; soft clip, unit length.
 */
export async function whitenBasis(
  basis: ContentBasis,
  whole: Float32Array | RowSource,
  within: WithinSources | null,
  options: Pick<WhiteningOptions, 'shrinkage' | 'leading' | 'unitLength'>,
  seed: number,
): Promise<ContentWhitening> {
  const { mean, deviation, clip, center, directions, content } = basis;
  const dims = mean.length;
  const d = directions.length / dims;
  const uneven =
    within === null
      ? content
      : mixCovariances(
          content,
          await covarianceWithinSources(basis, rowsOf(whole, dims), within),
          within.weight,
        );
  const whitener = Float32Array.from(inverseSquareRoot(shrinkCovariance(uneven, d, options.shrinkage), d));
  const projection = await matrixProduct(directions, [d, dims], whitener, [d, d], { transposeA: true });
  const offset = offsetOf(center, projection);
  const { unitLength, leading } = options;
  const whitening = {
    mean,
    deviation,
    clip,
    projection,
    offset,
    unitLength,
    turn: NOTHING,
    turnOffset: NOTHING,
  };
  const random = createRandom(seed, 'content-whitening/leading');
  return leading === null ? whitening : keepLeading(whitening, rowsOf(whole, dims), leading, random);
}

/** Covariance of images about the mean of their source, in the principal components, times any factor. */
async function covarianceWithinSources(
  basis: ContentBasis,
  whole: RowSource,
  { rows, labels }: WithinSources,
): Promise<Float64Array> {
  const dims = basis.mean.length;
  const d = basis.directions.length / dims;
  if (rows.length !== labels.length) {
    throw new TypeError(`whitenBasis: labels must hold ${rows.length} values, got ${labels.length}`);
  }
  const project = (from: number, to: number) => {
    const members = clippedRows(rowsOf(pickRows(whole, rows.subarray(from, to)), dims), basis);
    const shape = [to - from, dims] as const;
    const batch = members.read(0, members.rows);
    return matrixProduct(batch, shape, basis.directions, [d, dims], { transposeB: true });
  };
  const projected = rememberRows({ rows: rows.length, dims: d, read: project });
  const places = placesOf(labels);
  const means = await meansOfPlaces(projected, places);
  const total = new Float64Array(d * d);
  for (let from = 0; from < rows.length; from += PRODUCT_ROWS) {
    const part = await readAboutMeans(
      projected,
      from,
      Math.min(from + PRODUCT_ROWS, rows.length),
      places,
      means,
    );
    const shape = [part.length / d, d] as const;
    const products = await matrixProduct(part, shape, part, shape, { transposeA: true });
    for (let i = 0; i < total.length; i++) total[i] += products[i];
  }
  return total;
}

/** Adds the leading principal components of the whitened images. */
async function keepLeading(
  whitening: ContentWhitening,
  whole: RowSource,
  leading: number,
  random: Random,
): Promise<ContentWhitening> {
  const d = whitening.offset.length;
  const whitened = rememberRows({
    rows: whole.rows,
    dims: d,
    read: (from, to) => applyContentWhitening(whitening, partOfRows(whole, from, to)),
  });
  const { mean, directions, variances } = await fitPrincipalComponents(whitened, leading, random);
  const e = variances.length;
  const turn = new Float32Array(d * e);
  for (let i = 0; i < e; i++) for (let j = 0; j < d; j++) turn[j * e + i] = directions[i * d + j];
  // Of unit vectors directions from the origin count: there the origin is what all images have in common.
  const turnOffset = whitening.unitLength ? new Float32Array(e) : offsetOf(mean, turn);
  return { ...whitening, turn, turnOffset };
}

/**
 * Transforms rows by a fitted whitening.
 *
 * @param data N × D; not modified. A source is read in batches.
 * @returns N × d, or N × e if leading components are kept.
 * @throws {TypeError} if the data are not whole rows of D.
 */
export async function applyContentWhitening(
  whitening: ContentWhitening,
  data: Float32Array | RowSource,
): Promise<Float32Array> {
  const { projection, offset, turn, turnOffset, unitLength } = whitening;
  const dims = whitening.mean.length;
  const source = clippedRows(rowsOf(data, dims), whitening);
  if (!Number.isInteger(source.rows)) {
    throw new TypeError(
      `applyContentWhitening: data must hold whole rows of ${dims}, got ${source.rows * dims} values`,
    );
  }
  const columns = turnOffset.length || offset.length;
  const result = new Float32Array(source.rows * columns);
  for (let from = 0; from < source.rows; from += BATCH_ROWS) {
    const to = Math.min(from + BATCH_ROWS, source.rows);
    let batch = await project(source.read(from, to), projection, offset, unitLength);
    if (turnOffset.length > 0) batch = await project(batch, turn, turnOffset, unitLength);
    result.set(batch, from * columns);
  }
  return result;
}

/** rows · matrix + offset, to unit length if asked for; a row of zeros stays. */
async function project(
  rows: Float32Array,
  matrix: Float32Array,
  offset: Float32Array,
  unitLength: boolean,
): Promise<Float32Array> {
  const columns = offset.length;
  const dims = matrix.length / columns;
  const product = await matrixProduct(rows, [rows.length / dims, dims], matrix, [dims, columns]);
  for (let start = 0; start < product.length; start += columns) {
    let square = 0;
    for (let j = 0; j < columns; j++) {
      const value = product[start + j] + offset[j];
      product[start + j] = value;
      square += value * value;
    }
    const factor = unitLength && square > 0 ? 1 / Math.sqrt(square) : 1;
    for (let j = 0; j < columns; j++) product[start + j] *= factor;
  }
  return product;
}

const NAMES = ['mean', 'deviation', 'projection', 'offset', 'turn', 'turnOffset'] as const;

/** The transform as named arrays, to be saved. `clip` has no element if there is none; `unitLength` is 0 or 1. */
export function encodeContentWhitening(whitening: ContentWhitening): Record<string, NpyArray> {
  const { mean, deviation, clip, projection, offset, unitLength, turn, turnOffset } = whitening;
  const flat = (data: NpyArray['data']): NpyArray => ({ shape: [data.length], data });
  return {
    mean: flat(mean),
    deviation: flat(deviation),
    clip: flat(Float64Array.from(clip === null ? [] : [clip])),
    unitLength: flat(Uint8Array.of(unitLength ? 1 : 0)),
    projection: { shape: [mean.length, offset.length], data: projection },
    offset: flat(offset),
    turn: { shape: [offset.length, turnOffset.length], data: turn },
    turnOffset: flat(turnOffset),
  };
}

/**
 * Reads the arrays that `encodeContentWhitening` made.
 *
 * @throws {TypeError} if an array is missing or of another type, or shapes do not fit each other.
 */
export function decodeContentWhitening(arrays: Readonly<Record<string, NpyArray>>): ContentWhitening {
  const floats = (name: string) => {
    const data = arrays[name]?.data;
    if (data instanceof Float32Array) return data;
    throw new TypeError(
      `decodeContentWhitening: array "${name}" of float32 is needed, got ${data?.constructor.name}`,
    );
  };
  const [mean, deviation, projection, offset, turn, turnOffset] = NAMES.map(floats);
  const expected = [mean.length, mean.length * offset.length, offset.length * turnOffset.length];
  const found = [deviation.length, projection.length, turn.length];
  if (expected.join() !== found.join()) {
    throw new TypeError(
      `decodeContentWhitening: deviation, projection and turn must hold ${expected.join(', ')} values, got ${found.join(', ')}`,
    );
  }
  const clip = arrays.clip?.data[0] ?? null;
  const unitLength = arrays.unitLength?.data[0] === 1;
  return { mean, deviation, clip, projection, offset, unitLength, turn, turnOffset };
}

/** Labels from 0 on without gaps, in the order in which they are met. */
function placesOf(labels: Int32Array): Int32Array {
  const places = new Map<number, number>();
  return labels.map((label) => {
    const place = places.get(label) ?? places.size;
    places.set(label, place);
    return place;
  });
}

/** Mean of the rows of each place, row-major. @param places n, each in [0, number of places). */
async function meansOfPlaces({ rows, dims, read }: ComputedRows, places: Int32Array): Promise<Float32Array> {
  const count = places.reduce((largest, place) => Math.max(largest, place), -1) + 1;
  const sums = new Float64Array(count * dims);
  const sizes = new Float64Array(count);
  for (let from = 0; from < rows; from += BATCH_ROWS) {
    const to = Math.min(from + BATCH_ROWS, rows);
    const batch = await read(from, to);
    for (let i = from; i < to; i++) {
      const place = places[i];
      sizes[place]++;
      for (let j = 0; j < dims; j++) sums[place * dims + j] += batch[(i - from) * dims + j];
    }
  }
  return Float32Array.from(sums, (sum, i) => sum / sizes[Math.floor(i / dims)]);
}

/** Rows [first, last) minus the mean of their place. @param first a multiple of 2048. */
async function readAboutMeans(
  { dims, read }: ComputedRows,
  first: number,
  last: number,
  places: Int32Array,
  means: Float32Array,
): Promise<Float32Array> {
  const part = new Float32Array((last - first) * dims);
  for (let from = first; from < last; from += BATCH_ROWS) {
    part.set(await read(from, Math.min(from + BATCH_ROWS, last)), (from - first) * dims);
  }
  for (let i = first; i < last; i++) {
    for (let j = 0; j < dims; j++) part[(i - first) * dims + j] -= means[places[i] * dims + j];
  }
  return part;
}

function offsetOf(mean: Float64Array, projection: Float32Array): Float32Array {
  const d = projection.length / mean.length;
  const offset = new Float64Array(d);
  for (const [i, value] of mean.entries())
    for (let j = 0; j < d; j++) offset[j] -= value * projection[i * d + j];
  return Float32Array.from(offset);
}
