// Winner-take-all codes of windows of two. AssemblyScript: addresses are bytes in linear memory.

/**
 * Hashes 16 rows: bit h of a row is set exactly if feature second(h) is larger than first(h).
 *
 * @param features 16 × dims, float32, row-major.
 * @param axes bytes × 8 × (first, second), int32, each 64 times an axis; what has no hash compares an axis with itself.
 * @param columns dims × 16, float32, overwritten.
 * @param out 16 × bytes, overwritten.
 */
export function pairCodes(features: usize, dims: i32, axes: usize, bytes: i32, columns: usize, out: usize): void {
  for (let i: i32 = 0; i < 16; i++) {
    const end = columns + (<usize>dims << 6);
    for (let to = columns + (<usize>i << 2); to < end; to += 64) {
      store<f32>(to, load<f32>(features));
      features += 4;
    }
  }
  for (let b: i32 = 0; b < bytes; b++) {
    let byte = i8x16.splat(0);
    let bit = i8x16.splat(1);
    for (let h = 0; h < 8; h++) {
      const p = columns + load<u32>(axes);
      const q = columns + load<u32>(axes, 4);
      axes += 8;
      const low = i16x8.narrow_i32x4_s(
        f32x4.lt(v128.load(p), v128.load(q)),
        f32x4.lt(v128.load(p, 16), v128.load(q, 16)),
      );
      const high = i16x8.narrow_i32x4_s(
        f32x4.lt(v128.load(p, 32), v128.load(q, 32)),
        f32x4.lt(v128.load(p, 48), v128.load(q, 48)),
      );
      byte = v128.or(byte, v128.and(bit, i8x16.narrow_i16x8_s(low, high)));
      bit = i8x16.add(bit, bit);
    }
    storeColumn(byte, out + b, bytes);
  }
}

/** Writes the 16 values to the same place of 16 rows. */
// @ts-ignore: decorator
@inline
function storeColumn(values: v128, at: usize, bytes: usize): void {
  v128.store_lane<u8>(at, values, 0);
  v128.store_lane<u8>((at += bytes), values, 1);
  v128.store_lane<u8>((at += bytes), values, 2);
  v128.store_lane<u8>((at += bytes), values, 3);
  v128.store_lane<u8>((at += bytes), values, 4);
  v128.store_lane<u8>((at += bytes), values, 5);
  v128.store_lane<u8>((at += bytes), values, 6);
  v128.store_lane<u8>((at += bytes), values, 7);
  v128.store_lane<u8>((at += bytes), values, 8);
  v128.store_lane<u8>((at += bytes), values, 9);
  v128.store_lane<u8>((at += bytes), values, 10);
  v128.store_lane<u8>((at += bytes), values, 11);
  v128.store_lane<u8>((at += bytes), values, 12);
  v128.store_lane<u8>((at += bytes), values, 13);
  v128.store_lane<u8>((at += bytes), values, 14);
  v128.store_lane<u8>((at += bytes), values, 15);
}
