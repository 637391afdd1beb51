import { matrixProduct } from '@ganscout/autodiff';
import type { Random } from '@ganscout/numeric';
import { BATCH_ROWS, type ComputedRows } from './row-source.js';
import { decomposeSymmetric, makeLargestPositive } from './symmetric-eigen.js';

/** Directions of largest variance. */
export interface PrincipalComponents {
  /** D, the mean of the rows. */
  readonly mean: Float64Array;
  /** d × D, row-major: orthonormal directions, largest variance first, the entry of largest magnitude positive. */
  readonly directions: Float64Array;
  /** d, sample variances (over N - 1) along the directions. */
  readonly variances: Float64Array;
}

/** Up to this many dims the covariance is decomposed outright. */
const EXACT_DIMS = 384;
/** Directions beyond the wanted ones that the subspace carries along. */
const OVERSAMPLING = 20;
const ITERATIONS = 6;
/** Rows that are made orthonormal at once. */
const BLOCK = 32;

/**
 * Finds the principal components of the rows.
 *
 * Beyond 384 dims by subspace iteration from a random start: the leading directions are exact to float32, and where
 * variances are nearly equal the span is a good one rather than the best.
 *
 * @param source N × D, N ≥ 2; read twice, 2048 rows at a time.
 * @param count number of directions; at most min(N - 1, D) are returned.
 * @param random start of the iteration.
 *
 * Cost: O(N · D²) on the runtime, 7 · D · (count + 20)² too, and one decomposition of size count + 20.
 * Source: N. Halko, P.-G. Martinsson, J. Tropp, "Finding structure with randomness", SIAM Review 53(2), 2011,
 * algorithm 4.4 (randomized subspace iteration).
 * Departs from the source: iterates on the D × D covariance, which is formed once and bounds the memory.
 */
export async function fitPrincipalComponents(
  source: ComputedRows,
  count: number,
  random: Random,
): Promise<PrincipalComponents> {
  const { rows, dims } = source;
  const kept = Math.min(count, rows - 1, dims);
  const mean = await meanOfRows(source);
  const covariance = await covarianceOfRows(source, mean);
  const sketch = dims <= EXACT_DIMS ? dims : Math.min(dims, kept + OVERSAMPLING);
  if (sketch === dims) {
    const { values, vectors } = decomposeSymmetric(Float64Array.from(covariance), dims);
    return { mean, directions: vectors.slice(0, kept * dims), variances: clampVariances(values, kept) };
  }
  let basis: Float32Array = new Float32Array(sketch * dims).map(() => random.normal());
  for (let i = 0; i < ITERATIONS; i++) {
    await orthonormalize(basis, dims);
    basis = await matrixProduct(basis, [sketch, dims], covariance, [dims, dims]);
  }
  await orthonormalize(basis, dims);
  return { mean, ...(await rotateToPrincipal(basis, covariance, dims, kept)) };
}

/** Rayleigh-Ritz: the principal directions within the span of an orthonormal basis (rows). */
async function rotateToPrincipal(
  basis: Float32Array,
  covariance: Float32Array,
  dims: number,
  kept: number,
): Promise<{ directions: Float64Array; variances: Float64Array }> {
  const size = basis.length / dims;
  const image = await matrixProduct(basis, [size, dims], covariance, [dims, dims]);
  const small = await matrixProduct(image, [size, dims], basis, [size, dims], { transposeB: true });
  const { values, vectors } = decomposeSymmetric(Float64Array.from(small), size);
  const turn = Float32Array.from(vectors.subarray(0, kept * size));
  const directions = Float64Array.from(await matrixProduct(turn, [kept, size], basis, [size, dims]));
  for (let i = 0; i < kept; i++) makeLargestPositive(directions.subarray(i * dims, (i + 1) * dims));
  return { directions, variances: clampVariances(values, kept) };
}

function clampVariances(values: Float64Array, kept: number): Float64Array {
  return values.slice(0, kept).map((value) => Math.max(value, 0));
}

async function meanOfRows({ rows, dims, read }: ComputedRows): Promise<Float64Array> {
  const mean = new Float64Array(dims);
  for (let from = 0; from < rows; from += BATCH_ROWS) {
    const batch = await read(from, Math.min(from + BATCH_ROWS, rows));
    for (let i = 0; i < batch.length; i += dims) for (let j = 0; j < dims; j++) mean[j] += batch[i + j];
  }
  return mean.map((sum) => sum / rows);
}

/** The sample covariance, D × D. Products are summed in float32 within a batch of rows, in float64 over batches. */
async function covarianceOfRows(
  { rows, dims, read }: ComputedRows,
  mean: Float64Array,
): Promise<Float32Array> {
  const total = new Float64Array(dims * dims);
  for (let from = 0; from < rows; from += BATCH_ROWS) {
    const batch = (await read(from, Math.min(from + BATCH_ROWS, rows))).slice();
    for (let i = 0; i < batch.length; i += dims) for (let j = 0; j < dims; j++) batch[i + j] -= mean[j];
    const shape = [batch.length / dims, dims] as const;
    const products = await matrixProduct(batch, shape, batch, shape, { transposeA: true });
    for (let i = 0; i < total.length; i++) total[i] += products[i];
  }
  // Not Float32Array.from(), which lists all values first: 440 MB and seconds at 3,097 dims.
  const covariance = new Float32Array(total.length);
  for (let i = 0; i < total.length; i++) covariance[i] = total[i] / (rows - 1);
  return covariance;
}

/**
 * Makes the rows orthonormal to float32, a block of rows at a time; a row that depends on those before it becomes zero.
 *
 * A block is first made orthogonal to the rows before it, on the runtime and twice because one pass in float32 leaves a
 * rest where rows are nearly dependent.
 *
 * @param basis n × D, row-major, overwritten.
 *
 * Cost: O(n² · D).
 */
async function orthonormalize(basis: Float32Array, dims: number): Promise<void> {
  for (let from = 0; from * dims < basis.length; from += BLOCK) {
    const block = Float64Array.from(basis.subarray(from * dims, (from + BLOCK) * dims));
    const count = block.length / dims;
    const before = basis.slice(0, from * dims);
    const norms = Float64Array.from({ length: count }, (_, i) => norm(block, i * dims, dims));
    for (let pass = 0; pass < 2 && from > 0; pass++) {
      const rows = Float32Array.from(block);
      const weights = await matrixProduct(rows, [count, dims], before, [from, dims], { transposeB: true });
      const known = await matrixProduct(weights, [count, from], before, [from, dims]);
      for (let i = 0; i < block.length; i++) block[i] -= known[i];
    }
    orthonormalizeBlock(block, dims, norms);
    basis.set(block, from * dims);
  }
}

/**
 * Makes the rows orthonormal by the modified Gram-Schmidt process.
 *
 * @param block n × D, row-major, overwritten.
 * @param norms n: a row that falls below 1e-6 of this becomes zero.
 *
 * Source: G. Golub, C. Van Loan, "Matrix Computations", 4th edition, section 5.2.8.
 */
function orthonormalizeBlock(block: Float64Array, dims: number, norms: Float64Array): void {
  for (let i = 0; i < block.length; i += dims) {
    for (let j = 0; j < i; j += dims) {
      let product = 0;
      for (let d = 0; d < dims; d++) product += block[i + d] * block[j + d];
      for (let d = 0; d < dims; d++) block[i + d] -= product * block[j + d];
    }
    const length = norm(block, i, dims);
    const scale = length > 1e-6 * norms[i / dims] ? 1 / length : 0;
    for (let d = 0; d < dims; d++) block[i + d] *= scale;
  }
}

function norm(values: Float64Array, from: number, count: number): number {
  let sum = 0;
  for (let d = from; d < from + count; d++) sum += values[d] * values[d];
  return Math.sqrt(sum);
}
