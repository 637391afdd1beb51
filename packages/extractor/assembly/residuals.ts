// Colors and filters. AssemblyScript: addresses are bytes in linear memory.

/**
 * Splits interleaved pixels into planes red, green and blue.
 *
 * @param bytes rows × width × 3, without padding.
 * @param planes three of planeBytes each, overwritten: int16, `stride` values a row.
 */
export function splitColors(
  bytes: usize,
  width: i32,
  rows: i32,
  planes: usize,
  planeBytes: usize,
  stride: i32,
): void {
  for (let y: i32 = 0; y < rows; y++) {
    let out = planes + ((<usize>y * stride) << 1);
    const end = out + (<usize>width << 1);
    while (out < end) {
      store<u16>(out, load<u8>(bytes));
      store<u16>(out + planeBytes, load<u8>(bytes, 1));
      store<u16>(out + 2 * planeBytes, load<u8>(bytes, 2));
      bytes += 3;
      out += 2;
    }
  }
}

/**
 * Filters a plane: each value of the residual is a weighted sum of values of the plane at given distances.
 *
 * @param plane int16; what lies `count` values and a filter's reach from there is read.
 * @param residual int16, of the plane's stride, overwritten.
 * @param count number of values, a multiple of 8.
 * @param taps tapCount × (distance in bytes, weight), int32.
 */
export function residuals(plane: usize, residual: usize, count: i32, taps: usize, tapCount: i32): void {
  const end = residual + (<usize>count << 1);
  const lastTap = taps + (<usize>tapCount << 3);
  while (residual < end) {
    let sum = i16x8.splat(0);
    for (let tap = taps; tap < lastTap; tap += 8) {
      const values = v128.load(plane + load<u32>(tap));
      sum = i16x8.add(sum, i16x8.mul(values, i16x8.splat(<i16>load<i32>(tap, 4))));
    }
    v128.store(residual, sum);
    plane += 16;
    residual += 16;
  }
}
