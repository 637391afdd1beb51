// How many rows have each bit set. AssemblyScript: addresses are bytes in linear memory.

/**
 * Counts, for each bit of packed codes, the rows in which it is set.
 *
 * @param codes count × bytes; bytes is a multiple of 16.
 * @param counters 128 bytes, overwritten.
 * @param out bytes × 8, int32, overwritten: lowest bits first.
 */
export function countOnes(codes: usize, bytes: i32, count: i32, counters: usize, out: usize): void {
  memory.fill(out, 0, <usize>bytes << 5);
  for (let first: i32 = 0; first < count; first += 255) {
    const rows = min(255, count - first);
    for (let b: i32 = 0; b < bytes; b += 16) {
      countBlock(codes + <usize>first * bytes + b, bytes, rows, counters);
      const at = out + (<usize>b << 5);
      for (let i: usize = 0; i < 128; i++) {
        const place = at + (((i & 15) << 5) | ((i >> 4) << 2));
        store<i32>(place, load<i32>(place) + load<u8>(counters + i));
      }
    }
  }
}

/** Counts 16 bytes of at most 255 rows: 8-bit counters, bit by bit. */
function countBlock(p: usize, bytes: usize, rows: i32, counters: usize): void {
  const one = i8x16.splat(1);
  let c0 = i8x16.splat(0);
  let c1 = i8x16.splat(0);
  let c2 = i8x16.splat(0);
  let c3 = i8x16.splat(0);
  let c4 = i8x16.splat(0);
  let c5 = i8x16.splat(0);
  let c6 = i8x16.splat(0);
  let c7 = i8x16.splat(0);
  for (let i: i32 = 0; i < rows; i++) {
    const x = v128.load(p);
    c0 = i8x16.add(c0, v128.and(x, one));
    c1 = i8x16.add(c1, v128.and(i16x8.shr_u(x, 1), one));
    c2 = i8x16.add(c2, v128.and(i16x8.shr_u(x, 2), one));
    c3 = i8x16.add(c3, v128.and(i16x8.shr_u(x, 3), one));
    c4 = i8x16.add(c4, v128.and(i16x8.shr_u(x, 4), one));
    c5 = i8x16.add(c5, v128.and(i16x8.shr_u(x, 5), one));
    c6 = i8x16.add(c6, v128.and(i16x8.shr_u(x, 6), one));
    c7 = i8x16.add(c7, v128.and(i16x8.shr_u(x, 7), one));
    p += bytes;
  }
  v128.store(counters, c0);
  v128.store(counters, c1, 16);
  v128.store(counters, c2, 32);
  v128.store(counters, c3, 48);
  v128.store(counters, c4, 64);
  v128.store(counters, c5, 80);
  v128.store(counters, c6, 96);
  v128.store(counters, c7, 112);
}
