/**
 * Points in float32 with what it takes to bound their distances.
 *
 * With p = -2 · (product of i and j) in float32, and the norm and offset of i added, p + weights[j] + errors[j] is within
 * errors[i] + errors[j] of the distance of i and j, all in units of the scale.
 */
export interface RoundedPoints {
  readonly dims: number;
  /** k × D, relative to the mean of all points and divided by a power of two so that values are about 1. */
  readonly values: Float32Array;
  /** k, squared norm plus offset minus error. */
  readonly weights: Float32Array;
  /** k. */
  readonly errors: Float64Array;
}

/** Half the distance from 1 to the next value of float32. */
const UNIT = 2 ** -24;
/** More than what is lost where a result of float32 is below its smallest normal value. */
const UNDERFLOW = 2 ** -126;

/**
 * Rounds points to float32 and bounds what that does to their distances.
 *
 * With norms a and b of two rounded points and u = 2⁻²⁴: rounding moves the squared distance by at most 4u(a² + b²), the
 * product of D terms by 1.01Du(a² + b²), and the two additions of offset s by u(a² + 3b² + 2s): together below
 * (1.02D + 16)u(a² + b²) + 4us, of which each point has its own part. Source: N. Higham, "Accuracy and Stability of
 * Numerical Algorithms", 2nd edition, section 3.1.
 *
 * @param order k, places of the points in the order wanted.
 */
export function roundPoints(
  points: Float32Array,
  dims: number,
  offsets: Float64Array,
  order: Int32Array,
): RoundedPoints {
  const count = order.length;
  const mean = meanOf(points, dims);
  const scale = scaleOf(points, mean, offsets);
  const values = new Float32Array(points.length);
  const weights = new Float32Array(count);
  const errors = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let norm = 0;
    for (let d = 0; d < dims; d++) {
      const value = Math.fround((points[order[i] * dims + d] - mean[d]) * scale);
      values[i * dims + d] = value;
      norm += value * value;
    }
    const offset = offsets[order[i]] * scale * scale;
    errors[i] = UNIT * ((1.02 * dims + 16) * norm + 4 * offset) + dims * UNDERFLOW;
    weights[i] = norm + offset - errors[i];
  }
  return { dims, values, weights, errors };
}

function meanOf(points: Float32Array, dims: number): Float64Array {
  const mean = new Float64Array(dims);
  const count = points.length / dims;
  for (let at = 0; at < points.length; at += dims) {
    for (let d = 0; d < dims; d++) mean[d] += points[at + d];
  }
  for (let d = 0; d < dims; d++) mean[d] /= count;
  return mean;
}

/** The power of two that brings values and roots of offsets to at most 1; 1 if all are zero. */
function scaleOf(points: Float32Array, mean: Float64Array, offsets: Float64Array): number {
  let largest = 0;
  for (let at = 0; at < points.length; at += mean.length) {
    for (let d = 0; d < mean.length; d++) {
      const size = Math.abs(points[at + d] - mean[d]);
      if (size > largest) largest = size;
    }
  }
  for (const offset of offsets) largest = Math.max(largest, Math.sqrt(offset));
  return largest === 0 ? 1 : 2 ** -Math.ceil(Math.log2(largest));
}
