/**
 * The range that a model was trained on.
 *
 * - `half`: (v / 255 - 0.5) / 0.5, so -1 … 1
 * - `imagenet`: (v / 255 - mean) / deviation by color, with the mean (0.485, 0.456, 0.406) and the deviation
 *   (0.229, 0.224, 0.225) of ImageNet, as torchvision's models take it
 * - `none`: v / 255, so 0 … 1
 * - `bytes`: v, so 0 … 255, for models that scale by themselves
 */
export type Normalization = 'half' | 'imagenet' | 'none' | 'bytes';

/** Mean and deviation of the colors, in bytes. */
const SCALES: Readonly<Record<Normalization, { mean: readonly number[]; deviation: readonly number[] }>> = {
  half: { mean: [127.5, 127.5, 127.5], deviation: [127.5, 127.5, 127.5] },
  imagenet: {
    mean: [0.485, 0.456, 0.406].map((value) => value * 255),
    deviation: [0.229, 0.224, 0.225].map((value) => value * 255),
  },
  none: { mean: [0, 0, 0], deviation: [255, 255, 255] },
  bytes: { mean: [0, 0, 0], deviation: [1, 1, 1] },
};

/**
 * Brings bytes into the range that a model was trained on.
 *
 * @param pixels N × 3 × H × W: for each image a plane of red, of green and of blue; not modified.
 * @param planeLength H · W. @returns N × 3 × H × W.
 * @throws {RangeError} if the kind is unknown. @throws {TypeError} if the pixels are not whole images.
 */
export function normalizePixels(
  pixels: Uint8Array,
  planeLength: number,
  kind: Normalization = 'half',
): Float32Array {
  const scale = SCALES[kind];
  if (scale === undefined) {
    throw new RangeError(
      `normalizePixels: kind must be one of ${Object.keys(SCALES).join(', ')}, got ${kind}`,
    );
  }
  if (!Number.isInteger(pixels.length / (3 * planeLength))) {
    throw new TypeError(
      `normalizePixels: pixels must hold whole images of 3 × ${planeLength} bytes, got ${pixels.length}`,
    );
  }
  const result = new Float32Array(pixels.length);
  for (let start = 0; start < pixels.length; start += planeLength) {
    const color = (start / planeLength) % 3;
    const mean = scale.mean[color]!;
    const deviation = scale.deviation[color]!;
    for (let i = start; i < start + planeLength; i++) result[i] = (pixels[i]! - mean) / deviation;
  }
  return result;
}
