import { createRandom, type Random } from '@ganscout/numeric';
import { takeSharpenedPhotograph } from './camera.js';
import { type Color, hsv, mixColors, SCENE_SIZE, type Scene } from './scene.js';

interface Ridge {
  /** Height of the ridge's edge by column, in rows from the top. */
  readonly edge: Float32Array;
  readonly color: Color;
  readonly foot: Color;
  readonly texture: readonly [frequencyX: number, frequencyY: number, phase: number];
}

interface Sky {
  readonly zenith: Color;
  readonly horizon: Color;
  readonly horizonRow: number;
  readonly sun: readonly [x: number, y: number, radius: number, glow: number];
  readonly sunColor: Color;
}

/**
 * Renders landscape number `index` of the given seed: a sky with a sun over three to five hills that
 * fade into haze, seen by a camera that sharpens and keeps color at half resolution.
 *
 * @returns 64 × 64 × 3 row-major RGB, 8 bit.
 */
export function renderLandscape(seed: number, index: number): Uint8Array {
  const random = createRandom(seed, `landscape/${index}`);
  return takeSharpenedPhotograph(drawLandscape(random), random);
}

function drawLandscape(random: Random): Scene {
  const scene = new Float32Array(SCENE_SIZE * SCENE_SIZE * 3);
  const sky = drawSky(random);
  const ridges = drawRidges(random, sky);
  for (let column = 0; column < SCENE_SIZE; column++) {
    let row = SCENE_SIZE - 1;
    // From the front ridge upwards: each column is filled from the bottom to the highest edge so far.
    for (const ridge of ridges) {
      const edge = Math.max(0, Math.ceil(ridge.edge[column]!));
      for (; row >= edge; row--) fillHill(scene, ridge, row, column);
    }
    for (; row >= 0; row--) fillSky(scene, sky, row, column);
  }
  return scene;
}

function drawSky(random: Random): Sky {
  const warm = random.uniform();
  const hue = warm < 0.5 ? 0.52 + 0.14 * random.uniform() : 0.95 + 0.17 * random.uniform();
  const value = 0.25 + 0.6 * random.uniform();
  const horizonHue = warm < 0.3 ? hue : 0.02 + 0.12 * random.uniform();
  const sunSize = 5 + 9 * random.uniform();
  return {
    zenith: hsv(hue, 0.35 + 0.5 * random.uniform(), value),
    horizon: hsv(horizonHue, 0.1 + 0.5 * random.uniform(), Math.min(1, value + 0.35)),
    horizonRow: SCENE_SIZE * (0.4 + 0.25 * random.uniform()),
    sun: [
      SCENE_SIZE * random.uniform(),
      SCENE_SIZE * (0.05 + 0.4 * random.uniform()),
      sunSize,
      18 + 30 * random.uniform(),
    ],
    sunColor: hsv(0.09 + 0.06 * random.uniform(), 0.35 * random.uniform(), 1),
  };
}

/** Front ridge first. */
function drawRidges(random: Random, sky: Sky): Ridge[] {
  const count = 3 + random.integer(3);
  const hue = 0.05 + 0.6 * random.uniform();
  const near = hsv(hue, 0.3 + 0.5 * random.uniform(), 0.08 + 0.3 * random.uniform());
  const bottom = SCENE_SIZE * (0.82 + 0.12 * random.uniform());
  return Array.from({ length: count }, (_, i) => {
    const far = i / (count - 1);
    const middle = bottom + (sky.horizonRow - bottom) * far;
    const color = mixColors(near, sky.horizon, 0.75 * far);
    return {
      edge: drawEdge(random, middle, 4 + 12 * random.uniform()),
      color,
      foot: mixColors(color, sky.horizon, 0.3 + 0.2 * random.uniform()),
      texture: [0.1 + 0.25 * random.uniform(), 0.3 + 0.4 * random.uniform(), 2 * Math.PI * random.uniform()],
    };
  });
}

function drawEdge(random: Random, middle: number, height: number): Float32Array {
  const edge = new Float32Array(SCENE_SIZE).fill(middle);
  for (let octave = 0; octave < 4; octave++) {
    const frequency = (2 * Math.PI * (0.4 + 0.9 * random.uniform()) * 2 ** octave) / SCENE_SIZE;
    const phase = 2 * Math.PI * random.uniform();
    const amplitude = height / 2 ** octave;
    for (let column = 0; column < SCENE_SIZE; column++) {
      edge[column]! += amplitude * Math.sin(frequency * column + phase);
    }
  }
  return edge;
}

function fillHill(scene: Scene, ridge: Ridge, row: number, column: number): void {
  const edge = ridge.edge[column]!;
  const before = ridge.edge[Math.max(0, column - 2)]!;
  const after = ridge.edge[Math.min(SCENE_SIZE - 1, column + 2)]!;
  const depth = row - edge;
  const haze = Math.min(1, depth / 50);
  const slope = Math.max(-0.35, Math.min(0.35, 0.22 * (after - before))) * Math.max(0, 1 - depth / 30);
  const [frequencyX, frequencyY, phase] = ridge.texture;
  const wave =
    Math.sin(frequencyX * column + frequencyY * depth + phase) * Math.sin(frequencyX * 0.7 * column - phase);
  const shade = 1 + slope + 0.14 * wave;
  const at = 3 * (row * SCENE_SIZE + column);
  for (let channel = 0; channel < 3; channel++) {
    const color = ridge.color[channel]!;
    scene[at + channel] = shade * (color + haze * (ridge.foot[channel]! - color));
  }
}

function fillSky(scene: Scene, sky: Sky, row: number, column: number): void {
  const share = Math.min(1, row / sky.horizonRow);
  const [x, y, radius, glow] = sky.sun;
  const distance = Math.sqrt((column - x) * (column - x) + (row - y) * (row - y));
  const halo = 0.5 * Math.exp(-distance / glow);
  const sun = Math.min(1, halo + Math.max(0, Math.min(1, (radius - distance) / 2)));
  const at = 3 * (row * SCENE_SIZE + column);
  for (let channel = 0; channel < 3; channel++) {
    const color = sky.zenith[channel]! + share * share * (sky.horizon[channel]! - sky.zenith[channel]!);
    scene[at + channel] = color + sun * (sky.sunColor[channel]! - color);
  }
}
