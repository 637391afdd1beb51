import { matrixProduct } from '@ganscout/autodiff';
import type { NpyArray } from '@ganscout/data-model';
import { createRandom, fitStandardization, type Random, type Standardization } from '@ganscout/numeric';
import type { WhiteningOptions } from './options-whitening.js';
import { fitPrincipalComponents, type PrincipalComponents, type RowSource } from './principal-components.js';
import { inverseSquareRoot, shrinkCovariance } from './whitening-algebra.js';

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

/** What content whitening is fitted on. No labels, except which images are known. */
export interface WhiteningData {
  /** D. */
  readonly dims: number;
  /** N × D: all images, known and discovery. */
  readonly whole: Float32Array;
  /** Rows of `whole` that are of the known set; they set the scale of the features. */
  readonly knownRows: ArrayLike<number>;
  /** M × C × D: the crops of a sample of the images, image by image. */
  readonly crops: Float32Array;
  /** C, at least 2. */
  readonly cropsPerImage: number;
}

/** Rows that are transformed at once. */
const BATCH = 2048;
const NOTHING = new Float32Array(0);

/**
 * Fits content whitening: a space in which differences between crops of one image are small.
 *
 * Two crops of an image share its source and differ in content, so the covariance of the crops about their image's mean
 * is the covariance of content, and it needs no label. Features are standardized by the known set and softly clipped;
 * the principal components of all images are kept; the covariance of content in them, W (pooled over images,
 * M · (C - 1) degrees of freedom), is shrunk to (1 - s) W + s · tr(W) / d · I; multiplying by the inverse square root
 * (the symmetric one) makes content white. With `unitLength` each image is then scaled to length 1: strength of texture
 * scales all its statistics, and only their direction tells the source. The leading principal components of the result
 * are kept, and scaled again. If crops never differ nothing is whitened.
 *
 * @param data finite; not modified.
 * @param seed of the start of the search for principal components.
 * @throws {RangeError} if there are fewer than two images, no known one, no crops, or a value is not finite.
 * @throws {TypeError} if an array does not have whole rows of D, or whole images of C crops.
 *
 * Cost: O((N · D + M · C · d) · D) on the runtime; memory of a few batches, N × d and two D × D matrices.
 * Source: the algebra of within-class covariance normalization, A. Hatch, S. Kajarekar, A. Stolcke, "Within-class
 * covariance normalization for SVM-based speaker recognition", ICSLP 2006.
 * Departs from the source: crops of one image stand in for labelled recordings of one speaker; soft clip, unit length.
 */
export async function fitContentWhitening(
  data: WhiteningData,
  options: WhiteningOptions,
  seed: number,
): Promise<ContentWhitening> {
  checkData(data);
  const { dims, whole, knownRows, crops, cropsPerImage } = data;
  const { clip, unitLength, leading } = options;
  const scale = { ...fitStandardization(pickRows(whole, knownRows, dims), dims), clip };
  const random = createRandom(seed, 'content-whitening');
  const components = await fitPrincipalComponents(sourceOf(whole, scale), options.components, random);
  const d = components.variances.length;
  const content = await contentCovariance(sourceOf(crops, scale), cropsPerImage, components);
  const whitener = Float32Array.from(inverseSquareRoot(shrinkCovariance(content, d, options.shrinkage), d));
  const directions = Float32Array.from(components.directions);
  const projection = await matrixProduct(directions, [d, dims], whitener, [d, d], { transposeA: true });
  const offset = offsetOf(components.mean, projection);
  const whitening = { ...scale, projection, offset, unitLength, turn: NOTHING, turnOffset: NOTHING };
  return leading === null ? whitening : keepLeading(whitening, whole, leading, random);
}

/** Adds the leading principal components of the whitened images. */
async function keepLeading(
  whitening: ContentWhitening,
  whole: Float32Array,
  leading: number,
  random: Random,
): Promise<ContentWhitening> {
  const d = whitening.offset.length;
  const whitened = await applyContentWhitening(whitening, whole);
  const read = (from: number, to: number) => whitened.subarray(from * d, to * d);
  const { mean, directions, variances } = await fitPrincipalComponents(
    { rows: whitened.length / d, dims: d, read },
    leading,
    random,
  );
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
 * @param data N × D; not modified.
 * @returns N × d, or N × e if leading components are kept.
 * @throws {TypeError} if the data are not whole rows of D.
 */
export async function applyContentWhitening(
  whitening: ContentWhitening,
  data: Float32Array,
): Promise<Float32Array> {
  const { projection, offset, turn, turnOffset, unitLength } = whitening;
  const dims = whitening.mean.length;
  const source = sourceOf(data, whitening);
  if (!Number.isInteger(source.rows)) {
    throw new TypeError(
      `applyContentWhitening: data must hold whole rows of ${dims}, got ${data.length} values`,
    );
  }
  const columns = turnOffset.length || offset.length;
  const result = new Float32Array(source.rows * columns);
  for (let from = 0; from < source.rows; from += BATCH) {
    const to = Math.min(from + BATCH, source.rows);
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

function checkData({ dims, whole, knownRows, crops, cropsPerImage }: WhiteningData): void {
  const refuse = (text: string) => {
    throw new RangeError(`fitContentWhitening: ${text}`);
  };
  if (!Number.isInteger(dims) || dims < 1) refuse(`dims must be a positive integer, got ${dims}`);
  if (!Number.isInteger(cropsPerImage) || cropsPerImage < 2) {
    refuse(`cropsPerImage must be an integer of at least 2, got ${cropsPerImage}`);
  }
  if (whole.length % dims !== 0 || crops.length % (cropsPerImage * dims) !== 0) {
    throw new TypeError(
      `fitContentWhitening: whole and crops must hold whole rows of ${dims} and whole images of ${cropsPerImage} crops, got ${whole.length} and ${crops.length} values`,
    );
  }
  if (whole.length < 2 * dims) refuse(`at least 2 images are needed, got ${whole.length / dims}`);
  if (knownRows.length === 0) refuse('at least 1 known image is needed, got none');
  if (crops.length === 0) refuse('crops of at least 1 image are needed, got none');
  for (const [name, data] of Object.entries({ whole, crops })) {
    const at = data.findIndex((value) => !Number.isFinite(value));
    if (at !== -1) {
      refuse(
        `every value must be finite, got ${data[at]} in row ${Math.floor(at / dims)} of ${name}, feature ${at % dims}`,
      );
    }
  }
}

function pickRows(data: Float32Array, rows: ArrayLike<number>, dims: number): Float32Array {
  const picked = new Float32Array(rows.length * dims);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    if (!Number.isInteger(row) || row < 0 || (row + 1) * dims > data.length) {
      throw new RangeError(
        `fitContentWhitening: knownRows must be in [0, ${data.length / dims}), got ${row}`,
      );
    }
    picked.set(data.subarray(row * dims, (row + 1) * dims), i * dims);
  }
  return picked;
}

/** Rows standardized, and softly clipped, when they are read. */
function sourceOf(
  data: Float32Array,
  { mean, deviation, clip }: Standardization & { readonly clip: number | null },
): RowSource {
  const dims = mean.length;
  const read = (from: number, to: number) => {
    const batch = data.slice(from * dims, to * dims);
    for (let i = 0; i < batch.length; i += dims) {
      for (let j = 0; j < dims; j++) {
        const value = (batch[i + j] - mean[j]) / deviation[j];
        batch[i + j] = clip === null ? value : clip * Math.tanh(value / clip);
      }
    }
    return batch;
  };
  return { rows: data.length / dims, dims, read };
}

/** Pooled covariance of the crops about their image's mean, in the principal components: d × d. */
async function contentCovariance(
  { rows, dims, read }: RowSource,
  cropsPerImage: number,
  { directions }: PrincipalComponents,
): Promise<Float64Array> {
  const d = directions.length / dims;
  const basis = Float32Array.from(directions);
  const total = new Float64Array(d * d);
  const step = Math.max(1, Math.floor(BATCH / cropsPerImage)) * cropsPerImage;
  for (let from = 0; from < rows; from += step) {
    const batch = read(from, Math.min(from + step, rows));
    subtractGroupMeans(batch, cropsPerImage, dims);
    const count = batch.length / dims;
    const projected = await matrixProduct(batch, [count, dims], basis, [d, dims], { transposeB: true });
    const products = await matrixProduct(projected, [count, d], projected, [count, d], { transposeA: true });
    for (let i = 0; i < total.length; i++) total[i] += products[i];
  }
  const freedom = (rows / cropsPerImage) * (cropsPerImage - 1);
  return total.map((sum) => sum / freedom);
}

/** Subtracts from each group of consecutive rows its mean. @param batch whole groups, overwritten. */
function subtractGroupMeans(batch: Float32Array, groupSize: number, dims: number): void {
  const mean = new Float64Array(dims);
  for (let start = 0; start < batch.length; start += groupSize * dims) {
    mean.fill(0);
    const end = start + groupSize * dims;
    for (let i = start; i < end; i += dims) for (let j = 0; j < dims; j++) mean[j] += batch[i + j];
    for (let j = 0; j < dims; j++) mean[j] /= groupSize;
    for (let i = start; i < end; i += dims) for (let j = 0; j < dims; j++) batch[i + j] -= mean[j];
  }
}

function offsetOf(mean: Float64Array, projection: Float32Array): Float32Array {
  const d = projection.length / mean.length;
  const offset = new Float64Array(d);
  for (const [i, value] of mean.entries())
    for (let j = 0; j < d; j++) offset[j] -= value * projection[i * d + j];
  return Float32Array.from(offset);
}
