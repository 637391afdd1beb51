import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodePng } from '@ganscout/images';
import { digestOf } from '@ganscout/storage';

const SIDE = 32;

/** 3 × 3 filters; noise that went through one of them bears its mark, as images bear that of their generator. */
const FILTERS = {
  cross: [0, 1, 0, 1, 4, 1, 0, 1, 0],
  box: [1, 1, 1, 1, 1, 1, 1, 1, 1],
  row: [0, 0, 0, 1, 2, 1, 0, 0, 0],
  diagonal: [1, 0, 0, 0, 2, 0, 0, 0, 1],
} as const;
type FilterName = keyof typeof FILTERS;

/** A number in [0, 1) that belongs to a text. */
export function shareOf(text: string): number {
  return Number.parseInt(digestOf(text).slice(0, 8), 16) / 2 ** 32;
}

function plantPixels(filter: FilterName, seed: number): Uint8Array {
  let state = Math.floor(2 ** 32 * shareOf(`${filter} ${seed}`));
  const wide = SIDE + 2;
  const noise = Float32Array.from({ length: wide * wide * 3 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return 68 + (120 * (state >>> 8)) / 2 ** 24;
  });
  const kernel = FILTERS[filter];
  const sum = kernel.reduce((total: number, weight) => total + weight, 0);
  return Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => {
    const [x, y, channel] = [Math.floor(i / 3) % SIDE, Math.floor(i / 3 / SIDE), i % 3];
    return kernel.reduce((total: number, weight, k) => {
      const at = ((y + Math.floor(k / 3)) * wide + x + (k % 3)) * 3 + channel;
      return total + (weight * (noise[at] as number)) / sum;
    }, 0);
  });
}

/** Writes so many images of one source. */
export async function plantSource(
  folder: string,
  filter: FilterName,
  count: number,
  seed: number,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (let i = 0; i < count; i++) {
    const picture = { width: SIDE, height: SIDE, data: plantPixels(filter, 1000 * seed + i) };
    writeFileSync(join(folder, `${filter}-${String(i).padStart(3, '0')}.png`), await encodePng(picture));
  }
}

/**
 * Writes images and a configuration for a run in a second or two: two known sources, a dump with one more, and a later
 * dump with images of all of these and of a fourth source.
 */
export async function plantImages(folder: string): Promise<void> {
  for (const filter of ['cross', 'box'] as const)
    await plantSource(join(folder, 'known', filter), filter, 12, 1);
  await plantSource(join(folder, 'dump'), 'cross', 8, 2);
  await plantSource(join(folder, 'dump'), 'row', 20, 2);
  await plantSource(join(folder, 'later'), 'box', 6, 3);
  await plantSource(join(folder, 'later'), 'row', 6, 3);
  await plantSource(join(folder, 'later'), 'diagonal', 20, 3);
  const config = `run: { rounds: 1, threads: 1 }
data: { known: known, discovery: dump }
extractor:
  descriptor: { grid: 2, cropTiles: 1, cropStep: 1 }
  whitening: { components: 40, leading: 12, cropSample: 16 }
ood: { hashCount: 128 }
`;
  writeFileSync(join(folder, 'pipeline.yaml'), config);
}
