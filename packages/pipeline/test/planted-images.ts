import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createRandom } from '@ganscout/numeric';
import sharp, { type Sharp } from 'sharp';

/** 3 × 3 filters; noise that went through one of them bears its mark, as images bear that of their generator. */
export const FILTERS = {
  cross: [0, 1, 0, 1, 4, 1, 0, 1, 0],
  box: [1, 1, 1, 1, 1, 1, 1, 1, 1],
  row: [0, 0, 0, 1, 2, 1, 0, 0, 0],
  column: [0, 1, 0, 0, 2, 0, 0, 1, 0],
  diagonal: [1, 0, 0, 0, 2, 0, 0, 0, 1],
} as const;
export type FilterName = keyof typeof FILTERS;

/** Makes noise from a seed, filters it and encodes it. */
export function plantImage(filter: FilterName, seed: number, side = 64): Sharp {
  const random = createRandom(seed, `planted/${filter}`);
  const samples = Uint8Array.from({ length: side * side * 3 }, () => 68 + 120 * random.uniform());
  const raw = { width: side, height: side, channels: 3 } as const;
  return sharp(samples, { raw }).convolve({ width: 3, height: 3, kernel: [...FILTERS[filter]] });
}

/** Writes `count` images of one source as 000.png and so on; `prefix` may hold a folder. */
export async function plantSource(
  prefix: string,
  filter: FilterName,
  { count, seed, side }: { count: number; seed: number; side?: number },
): Promise<void> {
  mkdirSync(dirname(`${prefix}000`), { recursive: true });
  for (let i = 0; i < count; i++) {
    const file = `${prefix}${String(i).padStart(3, '0')}.png`;
    await plantImage(filter, 1000 * seed + i, side)
      .png({ compressionLevel: 1 })
      .toFile(file);
  }
}
