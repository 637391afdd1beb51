// Hamming distances of packed codes. AssemblyScript: addresses are bytes in linear memory.

/** Vectors whose bits, at most 8 a byte, an 8-bit count can take. */
const MOST_VECTORS: usize = 31;

/**
 * Counts the distances of rows [from, to) to all rows before them.
 *
 * @param codes rows × bytes; bytes is a multiple of 16. @param bits of a code: 1, 2 or 4.
 * @param counts hashes + 1, int32, overwritten: pairs at each distance.
 */
export function allPairs(codes: usize, bytes: i32, bits: i32, from: i32, to: i32, counts: usize, size: i32): void {
  memory.fill(counts, 0, <usize>size << 2);
  for (let i = from; i < to; i++) {
    const row = codes + <usize>i * bytes;
    for (let other = codes; other < row; other += bytes) countPair(row, other, bytes, bits, counts);
  }
}

/**
 * Counts the distances of pairs of rows.
 *
 * @param pairs count × (row, row), int32. Other parameters as of `allPairs`.
 */
export function somePairs(
  codes: usize,
  bytes: i32,
  bits: i32,
  pairs: usize,
  count: i32,
  counts: usize,
  size: i32,
): void {
  memory.fill(counts, 0, <usize>size << 2);
  for (const end = pairs + (<usize>count << 3); pairs < end; pairs += 8) {
    const one = codes + <usize>load<u32>(pairs) * bytes;
    countPair(one, codes + <usize>load<u32>(pairs, 4) * bytes, bytes, bits, counts);
  }
}

// @ts-ignore: decorator
@inline
function countPair(p: usize, q: usize, bytes: usize, bits: i32, counts: usize): void {
  const end = p + bytes;
  let sums = i32x4.splat(0);
  while (p < end) {
    const stop = min(end, p + 16 * MOST_VECTORS);
    let ones = i8x16.splat(0);
    if (bits == 1) {
      for (; p < stop; p += 16) {
        ones = i8x16.add(ones, i8x16.popcnt(v128.xor(v128.load(p), v128.load(q))));
        q += 16;
      }
    } else {
      for (; p < stop; p += 16) {
        ones = i8x16.add(ones, i8x16.popcnt(differing(v128.xor(v128.load(p), v128.load(q)), bits)));
        q += 16;
      }
    }
    sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(ones)));
  }
  const distance =
    i32x4.extract_lane(sums, 0) +
    i32x4.extract_lane(sums, 1) +
    i32x4.extract_lane(sums, 2) +
    i32x4.extract_lane(sums, 3);
  const at = counts + (<usize>distance << 2);
  store<i32>(at, load<i32>(at) + 1);
}

/** Codes differ if any of their bits do: gathers each code's bits in its lowest one. */
// @ts-ignore: decorator
@inline
function differing(x: v128, bits: i32): v128 {
  if (bits == 2) return v128.and(v128.or(x, i32x4.shr_u(x, 1)), i8x16.splat(0x55));
  const halves = v128.or(x, i32x4.shr_u(x, 2));
  return v128.and(v128.or(halves, i32x4.shr_u(halves, 1)), i8x16.splat(0x11));
}
