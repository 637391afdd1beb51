// Codes of patterns of quantized residuals. AssemblyScript: addresses are bytes in linear memory.

/**
 * Quantizes residuals to 0 … 4: 2, one more from `first` on and from `second` on, one less down to their negatives.
 *
 * @param map int16. @param levels int16, overwritten. @param count a multiple of 8.
 */
export function quantize(map: usize, levels: usize, count: i32, first: i32, second: i32): void {
  const end = map + (<usize>count << 1);
  const one = i16x8.splat(<i16>first);
  const two = i16x8.splat(<i16>second);
  const minusOne = i16x8.splat(<i16>-first);
  const minusTwo = i16x8.splat(<i16>-second);
  while (map < end) {
    const x = v128.load(map);
    let level = i16x8.splat(2);
    level = i16x8.sub(level, i16x8.ge_s(x, one));
    level = i16x8.sub(level, i16x8.ge_s(x, two));
    level = i16x8.add(level, i16x8.le_s(x, minusOne));
    level = i16x8.add(level, i16x8.le_s(x, minusTwo));
    v128.store(levels, level);
    map += 16;
    levels += 16;
  }
}

/**
 * Writes the codes of three colors: numbers whose digits in base 5 are the levels of red, green and blue.
 *
 * @param levels three maps of mapBytes each, int16. @param codes int16, overwritten. @param count a multiple of 8.
 */
export function colorCodes(levels: usize, mapBytes: usize, codes: usize, count: i32): void {
  for (const end = codes + (<usize>count << 1); codes < end; codes += 16) {
    const code = append(v128.load(levels), v128.load(levels + mapBytes));
    v128.store(codes, append(code, v128.load(levels + 2 * mapBytes)));
    levels += 16;
  }
}

/**
 * Writes the codes of four successive levels.
 *
 * @param levels int16; what lies `count` values and three distances from there is read.
 * @param codes int16, overwritten. @param count a multiple of 8. @param distance from one level to the next, in bytes.
 */
export function sequenceCodes(levels: usize, codes: usize, count: i32, distance: usize): void {
  for (const end = codes + (<usize>count << 1); codes < end; codes += 16) {
    const code = append(append(v128.load(levels), v128.load(levels + distance)), v128.load(levels + 2 * distance));
    v128.store(codes, append(code, v128.load(levels + 3 * distance)));
    levels += 16;
  }
}

// @ts-ignore: decorator
@inline
function append(code: v128, digit: v128): v128 {
  return i16x8.add(i16x8.add(code, i16x8.shl(code, 2)), digit);
}
