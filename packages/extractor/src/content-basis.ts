import { matrixProduct } from '@ganscout/autodiff';
import type { NpyArray } from '@ganscout/data-model';
import { createRandom, fitStandardization, type Standardization } from '@ganscout/numeric';
import type { WhiteningOptions } from './options-whitening.js';
import { fitPrincipalComponents } from './principal-components.js';
import { BATCH_ROWS, pickRows, type RowSource, rowBatches, rowsOf } from './row-source.js';
import { mixCovariances } from './whitening-algebra.js';

/** What content whitening is fitted on. No labels, except which images are known. */
export interface WhiteningData {
  /** D. */
  readonly dims: number;
  /** N × D: all images, known and discovery. Read in batches of 2048 rows. */
  readonly whole: Float32Array | RowSource;
  /** Rows of `whole` that are of the known set; they set the scale of the features. */
  readonly knownRows: ArrayLike<number>;
  /** M × C × D: the crops of a sample of the images, image by image. */
  readonly crops: Float32Array | RowSource;
  /** C, at least 2. */
  readonly cropsPerImage: number;
  /** P × 2 × D: images, each beside its compressed copy. Without any, compression counts nothing, whatever its weight. */
  readonly compressedPairs?: Float32Array;
}

/** What content whitening is made of before it is decided what else to even out: it sees no label. */
export interface ContentBasis {
  /** D. */
  readonly mean: Float32Array;
  /** D, positive. */
  readonly deviation: Float32Array;
  readonly clip: number | null;
  /** D, mean of the clipped features of all images. */
  readonly center: Float64Array;
  /** d × D, row-major: principal components of all images. */
  readonly directions: Float32Array;
  /** d × d, covariance of content in the principal components, with that of compression if it has a weight. */
  readonly content: Float64Array;
}

const NOTHING = new Float32Array(0);

/**
 * Finds the principal components of all images and the covariance of content in them.
 *
 * Two crops of an image share its source and differ in content, so the covariance of the crops about their image's mean
 * is the covariance of content, and it needs no label. Features are standardized by the known set and softly clipped;
 * the principal components of all images are kept; the covariance W is pooled over images, M · (C - 1) degrees of freedom.
 * An image and its compressed copy share the source too and differ in history. The covariance H of the two about their
 * mean is pooled in the same way, so that a change which all copies have in common is part of it; with the weight c =
 * `compressionWeight`, W becomes (1 - c) W + c · tr(W) / tr(H) · H. Copies that differ in nothing leave W as it is.
 *
 * @param data finite; not modified.
 * @param seed of the start of the search for principal components.
 * @throws {RangeError} if there are fewer than two images, no known one, no crops, or a value is not finite.
 * @throws {TypeError} if an array does not have whole rows of D, whole images of C crops, or whole pairs.
 *
 * Cost: O((N · D + (M · C + P) · d) · D) on the runtime; memory of a few batches and two D × D matrices.
 */
export async function fitContentBasis(
  data: WhiteningData,
  options: Pick<WhiteningOptions, 'clip' | 'components' | 'compressionWeight'>,
  seed: number,
): Promise<ContentBasis> {
  checkData(data);
  const { dims, knownRows, cropsPerImage, compressedPairs = NOTHING } = data;
  const whole = rowsOf(data.whole, dims);
  const scale = {
    ...fitStandardization(() => pickInBatches(whole, knownRows), dims),
    clip: options.clip,
  };
  const random = createRandom(seed, 'content-whitening');
  const components = await fitPrincipalComponents(clippedRows(whole, scale), options.components, random);
  const directions = Float32Array.from(components.directions);
  const content = await covarianceOfVersions(
    clippedRows(rowsOf(data.crops, dims), scale),
    cropsPerImage,
    directions,
  );
  const basis = { ...scale, center: components.mean, directions };
  const { compressionWeight } = options;
  if (compressionWeight === 0 || compressedPairs.length === 0) return { ...basis, content };
  const compression = await covarianceOfVersions(
    clippedRows(rowsOf(compressedPairs, dims), scale),
    2,
    directions,
  );
  return { ...basis, content: mixCovariances(content, compression, compressionWeight) };
}

const NAMES = ['mean', 'deviation', 'clip', 'center', 'directions', 'content'] as const;

/** The basis as named arrays, to be saved. `clip` has no element if there is none. */
export function encodeContentBasis(basis: ContentBasis): Record<string, NpyArray> {
  const { mean, center, directions, content, clip } = basis;
  const d = directions.length / mean.length;
  const flat = (data: NpyArray['data']): NpyArray => ({ shape: [data.length], data });
  return {
    mean: flat(mean),
    deviation: flat(basis.deviation),
    clip: flat(Float64Array.from(clip === null ? [] : [clip])),
    center: flat(center),
    directions: { shape: [d, mean.length], data: directions },
    content: { shape: [d, d], data: content },
  };
}

/**
 * Reads the arrays that `encodeContentBasis` made.
 *
 * @throws {TypeError} if an array is missing, or shapes do not fit each other.
 */
export function decodeContentBasis(arrays: Readonly<Record<string, NpyArray>>): ContentBasis {
  const [mean, deviation, clip, center, directions, content] = NAMES.map((name) => {
    const data = arrays[name]?.data;
    if (data instanceof Float32Array || data instanceof Float64Array) return data;
    throw new TypeError(
      `decodeContentBasis: array "${name}" of floats is needed, got ${data?.constructor.name}`,
    );
  });
  const d = directions.length / mean.length;
  const expected = [mean.length, mean.length, d * d];
  const found = [deviation.length, center.length, content.length];
  if (expected.join() !== found.join()) {
    throw new TypeError(
      `decodeContentBasis: deviation, center and content must hold ${expected.join(', ')} values, got ${found.join(', ')}`,
    );
  }
  return { mean, deviation, clip: clip[0] ?? null, center, directions, content } as ContentBasis;
}

function checkData({
  dims,
  whole,
  knownRows,
  crops,
  cropsPerImage,
  compressedPairs = NOTHING,
}: WhiteningData): void {
  const refuse = (text: string) => {
    throw new RangeError(`fitContentBasis: ${text}`);
  };
  if (!Number.isInteger(dims) || dims < 1) refuse(`dims must be a positive integer, got ${dims}`);
  if (!Number.isInteger(cropsPerImage) || cropsPerImage < 2) {
    refuse(`cropsPerImage must be an integer of at least 2, got ${cropsPerImage}`);
  }
  const [wholeRows, cropRows] = [rowsOf(whole, dims), rowsOf(crops, dims)];
  if (!Number.isInteger(wholeRows.rows) || !Number.isInteger(cropRows.rows / cropsPerImage)) {
    throw new TypeError(
      `fitContentBasis: whole and crops must hold whole rows of ${dims} and whole images of ${cropsPerImage} crops, got ${wholeRows.rows * dims} and ${cropRows.rows * dims} values`,
    );
  }
  if (compressedPairs.length % (2 * dims) !== 0) {
    throw new TypeError(
      `fitContentBasis: compressedPairs must hold whole pairs of rows of ${dims}, got ${compressedPairs.length} values`,
    );
  }
  if (wholeRows.rows < 2) refuse(`at least 2 images are needed, got ${wholeRows.rows}`);
  if (knownRows.length === 0) refuse('at least 1 known image is needed, got none');
  if (cropRows.rows === 0) refuse('crops of at least 1 image are needed, got none');
  const pairRows = rowsOf(compressedPairs, dims);
  for (const [name, source] of Object.entries({
    whole: wholeRows,
    crops: cropRows,
    compressedPairs: pairRows,
  })) {
    let first = 0;
    for (const batch of rowBatches(source)) {
      const at = batch.findIndex((value) => !Number.isFinite(value));
      if (at !== -1) {
        refuse(
          `every value must be finite, got ${batch[at]} in row ${first + Math.floor(at / dims)} of ${name}, feature ${at % dims}`,
        );
      }
      first += BATCH_ROWS;
    }
  }
}

/** Goes through the given rows, 2048 at a time. */
function* pickInBatches(source: RowSource, rows: ArrayLike<number>): Iterable<Float32Array> {
  for (let from = 0; from < rows.length; from += BATCH_ROWS) {
    const count = Math.min(BATCH_ROWS, rows.length - from);
    yield pickRows(
      source,
      Int32Array.from({ length: count }, (_, i) => rows[from + i]),
    );
  }
}

/** Rows standardized, and softly clipped, when they are read. */
export function clippedRows(
  source: RowSource,
  { mean, deviation, clip }: Standardization & { readonly clip: number | null },
): RowSource {
  const dims = mean.length;
  const read = (from: number, to: number) => {
    const batch = source.read(from, to).slice();
    for (let i = 0; i < batch.length; i += dims) {
      for (let j = 0; j < dims; j++) {
        const value = (batch[i + j] - mean[j]) / deviation[j];
        batch[i + j] = clip === null ? value : clip * Math.tanh(value / clip);
      }
    }
    return batch;
  };
  return { rows: source.rows, dims, read };
}

/**
 * Pooled covariance of the versions of each image about their mean, in the principal components: d × d.
 *
 * @param source the versions of an image one after the other, as many of each.
 */
async function covarianceOfVersions(
  { rows, dims, read }: RowSource,
  versions: number,
  directions: Float32Array,
): Promise<Float64Array> {
  const d = directions.length / dims;
  const total = new Float64Array(d * d);
  const step = Math.max(1, Math.floor(BATCH_ROWS / versions)) * versions;
  for (let from = 0; from < rows; from += step) {
    const batch = read(from, Math.min(from + step, rows)).slice();
    subtractGroupMeans(batch, versions, dims);
    const count = batch.length / dims;
    const projected = await matrixProduct(batch, [count, dims], directions, [d, dims], { transposeB: true });
    const products = await matrixProduct(projected, [count, d], projected, [count, d], { transposeA: true });
    for (let i = 0; i < total.length; i++) total[i] += products[i];
  }
  const freedom = (rows / versions) * (versions - 1);
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
