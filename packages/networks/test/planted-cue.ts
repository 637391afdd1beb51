import { createRandom, type Random } from '@ganscout/numeric';

export const SIDE = 64;
/** Side of the patch. */
export const CUE = 8;

/** Half of the images have a patch at a random place. */
export interface PlantedImages {
  /** N × 3 × 64 × 64 pixels, 0 to 255. */
  readonly data: Float32Array;
  /** N: 1 with the patch, 0 without. */
  readonly labels: BigInt64Array;
  /** Left and upper edge of the patch, where there is one. */
  readonly places: readonly { readonly x: number; readonly y: number }[];
}

/**
 * Images of smoothed noise; every second one has a patch of 8 × 8 pixels, of a fixed random pattern, at a random place.
 *
 * The pattern has the mean and the deviation of the noise, so that it is told by its arrangement alone.
 */
export function plantedImages(count: number, random: Random): PlantedImages {
  const plane = SIDE * SIDE;
  const data = new Float32Array(count * 3 * plane);
  const labels = BigInt64Array.from({ length: count }, (_, i) => BigInt(i % 2));
  const places = Array.from({ length: count }, (_, i) => {
    const image = data.subarray(i * 3 * plane, (i + 1) * 3 * plane);
    for (let color = 0; color < 3; color++)
      writeNoise(image.subarray(color * plane, (color + 1) * plane), random);
    const place = { x: random.integer(SIDE - CUE + 1), y: random.integer(SIDE - CUE + 1) };
    if (i % 2 === 1) pastePattern(image, place);
    return place;
  });
  return { data, labels, places };
}

/** Each pixel is the mean of four independent ones, of deviation 51 around 128. */
function writeNoise(plane: Float32Array, random: Random): void {
  const side = SIDE + 1;
  const white = Float32Array.from({ length: side * side }, () => random.normal());
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const at = y * side + x;
      const sum = white[at]! + white[at + 1]! + white[at + side]! + white[at + side + 1]!;
      plane[y * SIDE + x] = Math.min(255, Math.max(0, Math.round(128 + 25.5 * sum)));
    }
  }
}

const PATTERN = (() => {
  const random = createRandom(1, 'test/planted-pattern');
  return Float32Array.from({ length: 3 * CUE * CUE }, () => (random.uniform() < 0.5 ? 77 : 179));
})();

function pastePattern(image: Float32Array, { x, y }: { readonly x: number; readonly y: number }): void {
  for (let color = 0; color < 3; color++) {
    for (let row = 0; row < CUE; row++) {
      const start = color * SIDE * SIDE + (y + row) * SIDE + x;
      image.set(PATTERN.subarray((color * CUE + row) * CUE, (color * CUE + row + 1) * CUE), start);
    }
  }
}
