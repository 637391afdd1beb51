/** Decoded pixels: red, green and blue interleaved, row by row, without padding. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  /** height × width × 3. */
  readonly data: Uint8Array;
}

/** Smallest side in pixels that the descriptor accepts. */
export const MINIMUM_SIDE = 32;

/**
 * Refuses an image that the descriptor cannot describe.
 *
 * @throws {RangeError} if a side is not an integer of at least 32.
 * @throws {TypeError} if the data are not height × width × 3 bytes.
 */
export function checkImage({ width, height, data }: RgbImage): void {
  for (const [name, side] of [
    ['width', width],
    ['height', height],
  ] as const) {
    if (!Number.isInteger(side) || side < MINIMUM_SIDE) {
      throw new RangeError(
        `describeImage: ${name} must be an integer of at least ${MINIMUM_SIDE}, got ${side}`,
      );
    }
  }
  if (data.length !== width * height * 3) {
    throw new TypeError(
      `describeImage: data must hold ${height} × ${width} × 3 = ${width * height * 3} bytes, got ${data.length}`,
    );
  }
}
