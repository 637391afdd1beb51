/** Side of every demo image in pixels. */
export const IMAGE_SIZE = 64;

/** Samples per pixel and axis at which scenes are drawn before the camera takes them down. */
export const SUPERSAMPLING = 2;

/** Side of a scene in samples. */
export const SCENE_SIZE = IMAGE_SIZE * SUPERSAMPLING;

/** Linear light, `SCENE_SIZE` × `SCENE_SIZE` × 3 row-major (red, green, blue), about [0, 1]. */
export type Scene = Float32Array;

/** A color in linear light. */
export type Color = readonly [number, number, number];

/**
 * Converts hue, saturation and value to a color.
 *
 * @param hue in turns; taken modulo 1.
 * @param saturation in [0, 1].
 * @param value in [0, 1].
 */
export function hsv(hue: number, saturation: number, value: number): Color {
  const channel = (offset: number) => {
    const sector = (offset + (hue - Math.floor(hue)) * 6) % 6;
    return value * (1 - saturation * Math.max(0, Math.min(sector, 4 - sector, 1)));
  };
  return [channel(5), channel(3), channel(1)];
}

/** Returns (1 - share) · a + share · b. */
export function mixColors(a: Color, b: Color, share: number): Color {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}
