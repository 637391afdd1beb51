// How often codes occur. AssemblyScript: addresses are bytes in linear memory.

/**
 * Counts the codes in boxes, over several maps together.
 *
 * @param codes maps × mapBytes: int16 in [0, size), `stride` bytes a row.
 * @param boxes count × (top, bottom, left, right), int32.
 * @param size number of codes, a multiple of 4.
 * @param scratch size × int32, overwritten.
 * @param out count × size, int32, overwritten.
 */
export function countCodes(
  codes: usize,
  maps: i32,
  mapBytes: usize,
  stride: usize,
  boxes: usize,
  count: i32,
  size: i32,
  scratch: usize,
  out: usize,
): void {
  const bytes = <usize>size << 2;
  for (let i: i32 = 0; i < count; i++) {
    const box = boxes + (<usize>i << 4);
    const bottom = load<i32>(box, 4);
    const left: usize = load<u32>(box, 8) << 1;
    const right: usize = load<u32>(box, 12) << 1;
    memory.fill(out, 0, bytes);
    memory.fill(scratch, 0, bytes);
    for (let m: i32 = 0; m < maps; m++) {
      const map = codes + <usize>m * mapBytes;
      for (let y = load<i32>(box); y < bottom; y++) {
        const row = map + <usize>y * stride;
        countRow(row + left, row + right, out, scratch);
      }
    }
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(out + at, i32x4.add(v128.load(out + at), v128.load(scratch + at)));
    }
    out += bytes;
  }
}

/** Two tables in turn: equal neighbors would wait on each other. */
// @ts-ignore: decorator
@inline
function countRow(p: usize, end: usize, one: usize, two: usize): void {
  for (; p + 8 <= end; p += 8) {
    const four = load<u64>(p);
    increment(one + ((<usize>four & 0xffff) << 2));
    increment(two + ((<usize>(four >> 16) & 0xffff) << 2));
    increment(one + ((<usize>(four >> 32) & 0xffff) << 2));
    increment(two + (<usize>(four >> 48) << 2));
  }
  for (; p < end; p += 2) increment(one + (<usize>load<u16>(p) << 2));
}

// @ts-ignore: decorator
@inline
function increment(at: usize): void {
  store<i32>(at, load<i32>(at) + 1);
}
