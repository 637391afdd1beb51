import { createRandom, type Random } from '@ganscout/numeric';
import { takeBayerPhotograph } from './camera.js';
import { type Color, hsv, mixColors, SCENE_SIZE, type Scene } from './scene.js';

const SMALLEST_RADIUS = 30;
const LARGEST_RADIUS = 84;
const MOST_LEAVES = 240;

interface Leaf {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  /** Rows of the map from the plane to the unit disk. */
  readonly toDisk: readonly [number, number, number, number];
  readonly color: Color;
  readonly grating: readonly [frequencyX: number, frequencyY: number, phase: number, amplitude: number];
}

interface Light {
  readonly x: number;
  readonly y: number;
}

/**
 * Renders dead-leaves image number `index` of the given seed: opaque ellipses of power-law size that
 * occlude one another, each with a grating and shading, seen by a camera with a Bayer mosaic.
 *
 * @returns 64 × 64 × 3 row-major RGB, 8 bit.
 *
 * Source: A. B. Lee, D. Mumford, J. Huang, "Occlusion models for natural images", IJCV 41, 2001.
 * Departs from the source: leaves are ellipses with texture and shading, and radii end at 15 and 42
 * pixels, so that a small generator can learn the images.
 */
export function renderDeadLeaves(seed: number, index: number): Uint8Array {
  const random = createRandom(seed, `dead-leaves/${index}`);
  return takeBayerPhotograph(drawDeadLeaves(random), random);
}

function drawDeadLeaves(random: Random): Scene {
  const scene = new Float32Array(SCENE_SIZE * SCENE_SIZE * 3);
  const covered = new Uint8Array(SCENE_SIZE * SCENE_SIZE);
  const palette = drawPalette(random);
  const angle = 2 * Math.PI * random.uniform();
  const light: Light = { x: Math.cos(angle), y: Math.sin(angle) };
  // Front to back: a leaf fills only what no earlier leaf covers.
  let open = covered.length;
  for (let count = 0; open > 0 && count < MOST_LEAVES; count++) {
    open -= drawLeaf(scene, covered, drawLeafShape(random, palette), light);
  }
  if (open > 0) fillOpen(scene, covered, palette[0]!);
  return scene;
}

function drawPalette(random: Random): Color[] {
  const hue = random.uniform();
  const spread = 0.08 + 0.3 * random.uniform();
  const brightness = 0.35 + 0.45 * random.uniform();
  return Array.from({ length: 5 }, () =>
    hsv(
      hue + spread * (random.uniform() * 2 - 1),
      0.15 + 0.65 * random.uniform(),
      Math.min(1, brightness * (0.25 + 1.1 * random.uniform())),
    ),
  );
}

function drawLeafShape(random: Random, palette: readonly Color[]): Leaf {
  // Density proportional to radius^-3 by inversion of its distribution function.
  const low = SMALLEST_RADIUS ** -2;
  const high = LARGEST_RADIUS ** -2;
  const radius = 1 / Math.sqrt(low - random.uniform() * (low - high));
  const margin = radius * 0.5;
  const x = random.uniform() * (SCENE_SIZE + 2 * margin) - margin;
  const y = random.uniform() * (SCENE_SIZE + 2 * margin) - margin;
  const turn = Math.PI * random.uniform();
  const aspect = 0.6 + 0.4 * random.uniform();
  const cos = Math.cos(turn) / radius;
  const sin = Math.sin(turn) / radius;
  const color = palette[random.integer(palette.length)]!;
  const tint = hsv(random.uniform(), 0.5, random.uniform());
  const wavelength = 8 + 24 * random.uniform();
  const direction = Math.PI * random.uniform();
  const amplitude = random.uniform() < 0.5 ? 0.08 : 0.15 + 0.25 * random.uniform();
  return {
    x,
    y,
    radius,
    toDisk: [cos, sin, -sin / aspect, cos / aspect],
    color: mixColors(color, tint, 0.12 * random.uniform()),
    grating: [
      (2 * Math.PI * Math.cos(direction)) / wavelength,
      (2 * Math.PI * Math.sin(direction)) / wavelength,
      2 * Math.PI * random.uniform(),
      amplitude,
    ],
  };
}

/** Returns the number of samples newly covered. `scene` and `covered` are overwritten there. */
function drawLeaf(scene: Scene, covered: Uint8Array, leaf: Leaf, light: Light): number {
  const { x, y, radius, toDisk, color, grating } = leaf;
  let filled = 0;
  const top = Math.max(0, Math.ceil(y - radius));
  const bottom = Math.min(SCENE_SIZE - 1, Math.floor(y + radius));
  const left = Math.max(0, Math.ceil(x - radius));
  const right = Math.min(SCENE_SIZE - 1, Math.floor(x + radius));
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const at = row * SCENE_SIZE + column;
      if (covered[at] !== 0) continue;
      const dx = column - x;
      const dy = row - y;
      const u = toDisk[0] * dx + toDisk[1] * dy;
      const v = toDisk[2] * dx + toDisk[3] * dy;
      const distance = u * u + v * v;
      if (distance > 1) continue;
      const wave = Math.sin(grating[0] * dx + grating[1] * dy + grating[2]);
      const facing = (dx * light.x + dy * light.y) / radius;
      const shade = (1 + grating[3] * wave) * (1 + 0.4 * facing) * (1 - 0.3 * distance * distance);
      scene[3 * at] = color[0] * shade;
      scene[3 * at + 1] = color[1] * shade;
      scene[3 * at + 2] = color[2] * shade;
      covered[at] = 1;
      filled++;
    }
  }
  return filled;
}

function fillOpen(scene: Scene, covered: Uint8Array, color: Color): void {
  for (let at = 0; at < covered.length; at++) {
    if (covered[at] === 0) scene.set(color, 3 * at);
  }
}
