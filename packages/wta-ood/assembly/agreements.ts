// Agreements of rows with sources, byte by byte. AssemblyScript: addresses are bytes in linear memory.

/**
 * Fills the tables of one group of four sources for bytes [from, to) of the packed codes: for each value of a byte the number
 * of (image, code in the byte) that agree with it.
 *
 * @param counts bytes × codes a byte × 2^bits × 4 sources, int32: images with each code; 0 for codes that do not occur.
 * @param bits of a code: 1, 2 or 4.
 * @param table bytes × 256 × 4, int32; [from, to) is overwritten.
 */
export function fillTable(counts: usize, bits: i32, from: i32, to: i32, table: usize): void {
  const perByte = 8 / bits;
  const codeBytes: usize = 16 << bits;
  for (let b = from; b < to; b++) {
    const start = counts + <usize>(b * perByte) * codeBytes;
    const entries = table + (<usize>b << 12);
    let none = i32x4.splat(0);
    for (let i: i32 = 0; i < perByte; i++) none = i32x4.add(none, v128.load(start + <usize>i * codeBytes));
    v128.store(entries, none);
    for (let value: i32 = 1; value < 256; value++) {
      // All but the lowest code that is not 0 has been added up for a smaller value.
      const place = ctz(value) / bits;
      const code = (value >> (place * bits)) & ((1 << bits) - 1);
      const smaller = value ^ (code << (place * bits));
      const own = start + <usize>place * codeBytes;
      const change = i32x4.sub(v128.load(own + (<usize>code << 4)), v128.load(own));
      v128.store(entries + (<usize>value << 4), i32x4.add(v128.load(entries + (<usize>smaller << 4)), change));
    }
  }
}

/** Tables of so many bytes, 16 kB, stay in the nearest cache while all rows read them. */
const TILE: i32 = 4;

/**
 * Adds up the agreements of rows with a group of four sources.
 *
 * @param codes rows × bytes; bytes is a multiple of 4. @param table as `fillTable` fills it.
 * @param sums rows × 4, int32, overwritten.
 */
export function addAgreements(table: usize, codes: usize, bytes: i32, rows: i32, sums: usize): void {
  memory.fill(sums, 0, <usize>rows << 4);
  for (let b: i32 = 0; b < bytes; b += TILE) {
    const t0 = table + (<usize>b << 12);
    let p = codes + b;
    const end = sums + (<usize>rows << 4);
    for (let at = sums; at < end; at += 16) {
      const four = load<u32>(p);
      p += bytes;
      const one = v128.load(t0 + (<usize>(four & 255) << 4));
      const two = v128.load(t0 + (<usize>((four >> 8) & 255) << 4), 4096);
      const three = v128.load(t0 + (<usize>((four >> 16) & 255) << 4), 8192);
      const last = v128.load(t0 + (<usize>(four >> 24) << 4), 12288);
      const sum = i32x4.add(i32x4.add(one, two), i32x4.add(three, last));
      v128.store(at, i32x4.add(v128.load(at), sum));
    }
  }
}
