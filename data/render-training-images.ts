/**
 * Renders the real images that the demo's generators are trained on, as raw 8 bit RGB (N × 64 × 64 × 3).
 *
 * Usage: npx tsx --conditions=@ganscout/source data/render-training-images.ts DIRECTORY [COUNT]
 * Writes DIRECTORY/dead-leaves.rgb and DIRECTORY/landscape.rgb. The seed differs from any that the
 * demo renders with, so no image of the demo was seen in training.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderDeadLeaves, renderLandscape } from '@ganscout/demo';

const TRAINING_SEED = 20260101;
const [directory, countText = '6000'] = process.argv.slice(2);
const count = Number(countText);
if (directory === undefined || !Number.isInteger(count) || count < 1) {
  throw new RangeError('usage: render-training-images.ts DIRECTORY [COUNT], COUNT an integer of at least 1');
}
mkdirSync(directory, { recursive: true });
for (const [name, render] of [
  ['dead-leaves', renderDeadLeaves],
  ['landscape', renderLandscape],
] as const) {
  const images = Array.from({ length: count }, (_, index) => render(TRAINING_SEED, index));
  writeFileSync(join(directory, `${name}.rgb`), Buffer.concat(images));
}
