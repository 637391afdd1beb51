import type { Random } from '@ganscout/numeric';
import { IMAGE_SIZE, SCENE_SIZE, type Scene, SUPERSAMPLING } from './scene.js';

/** Linear light, 64 × 64 × 3. */
type Plane = Float32Array;

const LUT_SIZE = 4096;

/**
 * Photographs a scene with a color mosaic: lens blur, area sensor, one color a pixel (red, green /
 * green, blue), shot and read noise, bilinear demosaicing, gamma 1/2.2, 8 bit.
 *
 * @returns 64 × 64 × 3 RGB.
 */
export function takeBayerPhotograph(scene: Scene, random: Random): Uint8Array {
  const light = integrate(blur(scene, SCENE_SIZE));
  const mosaic = new Float32Array(IMAGE_SIZE * IMAGE_SIZE);
  for (let row = 0; row < IMAGE_SIZE; row++) {
    for (let column = 0; column < IMAGE_SIZE; column++) {
      const at = row * IMAGE_SIZE + column;
      const value = light[3 * at + bayerChannel(row, column)]!;
      const variance = 0.0004 * Math.max(0, value) + 0.00001;
      mosaic[at] = value + Math.sqrt(variance) * random.normal();
    }
  }
  return quantize(demosaic(mosaic), GAMMA_TONES);
}

/**
 * Photographs a scene with three sensors: stronger lens blur, area sensor, read noise, unsharp mask,
 * color at half resolution, a tone curve with more contrast, 8 bit.
 *
 * @returns 64 × 64 × 3 RGB.
 */
export function takeSharpenedPhotograph(scene: Scene, random: Random): Uint8Array {
  const light = integrate(blur(blur(scene, SCENE_SIZE), SCENE_SIZE));
  for (let at = 0; at < light.length; at++) light[at]! += 0.004 * random.normal();
  const soft = blur(light, IMAGE_SIZE);
  for (let at = 0; at < light.length; at++) light[at]! += 0.7 * (light[at]! - soft[at]!);
  return quantize(halveColor(light), CONTRAST_TONES);
}

const GAMMA_TONES = toneTable((value) => value ** (1 / 2.2));

const CONTRAST_TONES = toneTable((value) => {
  const tone = value ** (1 / 2.0);
  return 0.6 * tone + 0.4 * tone * tone * (3 - 2 * tone);
});

function toneTable(curve: (value: number) => number): Uint8Array {
  return Uint8Array.from({ length: LUT_SIZE + 1 }, (_, i) => Math.round(255 * curve(i / LUT_SIZE)));
}

function bayerChannel(row: number, column: number): number {
  return (row & 1) + (column & 1);
}

/** Convolves with the binomial filter 1 2 1 / 4 along both axes; the border is repeated. */
function blur(image: Float32Array, size: number): Float32Array {
  const stride = 3 * size;
  const rows = new Float32Array(image.length);
  for (let row = 0; row < size; row++) {
    const above = stride * Math.max(0, row - 1);
    const here = stride * row;
    const below = stride * Math.min(size - 1, row + 1);
    for (let i = 0; i < stride; i++) {
      rows[here + i] = 0.25 * image[above + i]! + 0.5 * image[here + i]! + 0.25 * image[below + i]!;
    }
  }
  const blurred = new Float32Array(image.length);
  for (let row = 0; row < size; row++) {
    for (let i = 0; i < stride; i++) {
      const left = stride * row + (i < 3 ? i : i - 3);
      const right = stride * row + (i >= stride - 3 ? i : i + 3);
      blurred[stride * row + i] = 0.25 * rows[left]! + 0.5 * rows[stride * row + i]! + 0.25 * rows[right]!;
    }
  }
  return blurred;
}

/** Averages the samples of each pixel. */
function integrate(scene: Scene): Plane {
  const plane = new Float32Array(IMAGE_SIZE * IMAGE_SIZE * 3);
  const share = 1 / (SUPERSAMPLING * SUPERSAMPLING);
  for (let row = 0; row < SCENE_SIZE; row++) {
    const to = Math.floor(row / SUPERSAMPLING) * IMAGE_SIZE;
    for (let column = 0; column < SCENE_SIZE; column++) {
      const pixel = 3 * (to + Math.floor(column / SUPERSAMPLING));
      const sample = 3 * (row * SCENE_SIZE + column);
      plane[pixel]! += share * scene[sample]!;
      plane[pixel + 1]! += share * scene[sample + 1]!;
      plane[pixel + 2]! += share * scene[sample + 2]!;
    }
  }
  return plane;
}

/** Fills each missing color by the mean of the nearest pixels that have it (at most 4 of 3 × 3). */
function demosaic(mosaic: Float32Array): Plane {
  const plane = new Float32Array(mosaic.length * 3);
  const last = IMAGE_SIZE - 1;
  for (let row = 0; row < IMAGE_SIZE; row++) {
    // Mirrored without repeating the border, so that neighbors keep their color.
    const above = IMAGE_SIZE * (row === 0 ? 1 : row - 1);
    const below = IMAGE_SIZE * (row === last ? last - 1 : row + 1);
    const here = IMAGE_SIZE * row;
    for (let column = 0; column < IMAGE_SIZE; column++) {
      const left = column === 0 ? 1 : column - 1;
      const right = column === last ? last - 1 : column + 1;
      const own = mosaic[here + column]!;
      const acrossSum = mosaic[here + left]! + mosaic[here + right]!;
      const alongSum = mosaic[above + column]! + mosaic[below + column]!;
      const at = 3 * (here + column);
      const channel = bayerChannel(row, column);
      if (channel === 1) {
        const redAcross = (row & 1) === 0;
        plane[at] = (redAcross ? acrossSum : alongSum) / 2;
        plane[at + 1] = own;
        plane[at + 2] = (redAcross ? alongSum : acrossSum) / 2;
      } else {
        const corners =
          mosaic[above + left]! + mosaic[above + right]! + mosaic[below + left]! + mosaic[below + right]!;
        plane[at + channel] = own;
        plane[at + 1] = (acrossSum + alongSum) / 4;
        plane[at + 2 - channel] = corners / 4;
      }
    }
  }
  return plane;
}

/** Replaces the color differences red - green and blue - green of each 2 × 2 block by their means. */
function halveColor(light: Plane): Plane {
  const halved = Float32Array.from(light);
  for (let row = 0; row < IMAGE_SIZE; row += 2) {
    for (let column = 0; column < IMAGE_SIZE; column += 2) {
      const first = 3 * (row * IMAGE_SIZE + column);
      const block = [first, first + 3, first + 3 * IMAGE_SIZE, first + 3 * IMAGE_SIZE + 3];
      let red = 0;
      let blue = 0;
      for (const at of block) {
        red += (light[at]! - light[at + 1]!) / 4;
        blue += (light[at + 2]! - light[at + 1]!) / 4;
      }
      for (const at of block) {
        halved[at] = light[at + 1]! + red;
        halved[at + 2] = light[at + 1]! + blue;
      }
    }
  }
  return halved;
}

function quantize(light: Plane, tones: Uint8Array): Uint8Array {
  const pixels = new Uint8Array(light.length);
  for (let at = 0; at < light.length; at++) {
    const value = Math.max(0, Math.min(1, light[at]!));
    pixels[at] = tones[Math.round(value * LUT_SIZE)]!;
  }
  return pixels;
}
