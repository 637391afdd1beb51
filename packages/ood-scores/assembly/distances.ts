// Mahalanobis distances of eight rows at a time. AssemblyScript: addresses are bytes in linear memory.

/**
 * Multiplies rows by a lower triangular matrix, and gives their squared distances to means.
 *
 * Everything is added in float64 in the order of the dimensions; transformed rows are rounded to float32.
 *
 * @param rows count × dims, float32, row-major; count is a multiple of 8.
 * @param whitener dims × dims, float64, row-major.
 * @param means sources × dims, float32.
 * @param scratch 2 × dims × 8, float64, overwritten.
 * @param out count × sources, float32, overwritten.
 */
export function distances(
  rows: usize,
  count: i32,
  dims: i32,
  whitener: usize,
  means: usize,
  sources: i32,
  scratch: usize,
  out: usize,
): void {
  const rowBytes = <usize>dims << 2;
  const outBytes = <usize>sources << 2;
  const transformed = scratch + (<usize>dims << 6);
  for (let first: i32 = 0; first < count; first += 8) {
    for (let i: usize = 0; i < 8; i++) {
      for (let d: usize = 0; d < <usize>dims; d++) {
        store<f64>(scratch + (d << 6) + (i << 3), <f64>load<f32>(rows + i * rowBytes + (d << 2)));
      }
    }
    for (let i: i32 = 0; i < dims; i++) {
      transformRow(scratch, whitener + (<usize>(i * dims) << 3), i + 1, transformed + (<usize>i << 6));
    }
    for (let s: i32 = 0; s < sources; s++) {
      sumSquares(transformed, means + <usize>s * rowBytes, dims, out + (<usize>s << 2), outBytes);
    }
    rows += 8 * rowBytes;
    out += 8 * outBytes;
  }
}

/** One dimension of eight transformed rows. */
function transformRow(columns: usize, weights: usize, length: i32, out: usize): void {
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  let s2 = f64x2.splat(0);
  let s3 = f64x2.splat(0);
  for (const end = columns + (<usize>length << 6); columns < end; columns += 64) {
    const w = v128.load64_splat(weights);
    weights += 8;
    s0 = f64x2.add(s0, f64x2.mul(w, v128.load(columns)));
    s1 = f64x2.add(s1, f64x2.mul(w, v128.load(columns, 16)));
    s2 = f64x2.add(s2, f64x2.mul(w, v128.load(columns, 32)));
    s3 = f64x2.add(s3, f64x2.mul(w, v128.load(columns, 48)));
  }
  v128.store(out, rounded(s0));
  v128.store(out, rounded(s1), 16);
  v128.store(out, rounded(s2), 32);
  v128.store(out, rounded(s3), 48);
}

/** Rounds to float32. */
// @ts-ignore: decorator
@inline
function rounded(values: v128): v128 {
  return f64x2.promote_low_f32x4(f32x4.demote_f64x2_zero(values));
}

/** Squared distances of eight rows to one mean. */
function sumSquares(columns: usize, mean: usize, dims: i32, out: usize, outBytes: usize): void {
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  let s2 = f64x2.splat(0);
  let s3 = f64x2.splat(0);
  for (const end = columns + (<usize>dims << 6); columns < end; columns += 64) {
    const m = f64x2.splat(<f64>load<f32>(mean));
    mean += 4;
    let x = f64x2.sub(v128.load(columns), m);
    s0 = f64x2.add(s0, f64x2.mul(x, x));
    x = f64x2.sub(v128.load(columns, 16), m);
    s1 = f64x2.add(s1, f64x2.mul(x, x));
    x = f64x2.sub(v128.load(columns, 32), m);
    s2 = f64x2.add(s2, f64x2.mul(x, x));
    x = f64x2.sub(v128.load(columns, 48), m);
    s3 = f64x2.add(s3, f64x2.mul(x, x));
  }
  storePair(s0, out, outBytes);
  storePair(s1, out + 2 * outBytes, outBytes);
  storePair(s2, out + 4 * outBytes, outBytes);
  storePair(s3, out + 6 * outBytes, outBytes);
}

// @ts-ignore: decorator
@inline
function storePair(sums: v128, out: usize, outBytes: usize): void {
  store<f32>(out, <f32>f64x2.extract_lane(sums, 0));
  store<f32>(out + outBytes, <f32>f64x2.extract_lane(sums, 1));
}
