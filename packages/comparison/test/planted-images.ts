import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '@ganscout/numeric';
import sharp from 'sharp';

const SIDE = 40;
const KNOWN = ['noise', 'smooth'];
const UNKNOWN = ['blocks', 'stripes'];

/** Noise with a trace of its own for each source. */
async function paint(source: string, seed: number, file: string): Promise<void> {
  const random = createRandom(seed, source);
  const data = new Uint8Array(SIDE * SIDE * 3);
  let before = 0;
  for (let i = 0; i < SIDE * SIDE; i++) {
    const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
    const noise = random.normal() * 12;
    before = source === 'smooth' ? 0.8 * before + 0.6 * noise : noise;
    const trace = source === 'stripes' ? 12 * (x % 2) : source === 'blocks' ? 10 * ((x & 2) ^ (y & 2)) : 0;
    for (let c = 0; c < 3; c++) data[i * 3 + c] = 128 + before + trace + 4 * random.normal();
  }
  await sharp(data, { raw: { width: SIDE, height: SIDE, channels: 3 } })
    .png()
    .toFile(file);
}

/** Writes known/ (2 sources of 16 images), discovery/ (4 sources of 20) and truth.csv. */
export async function plantImages(folder: string): Promise<void> {
  let truth = 'path,source\n';
  mkdirSync(join(folder, 'discovery'));
  for (const source of [...KNOWN, ...UNKNOWN]) {
    const labelled = KNOWN.includes(source) ? 16 : 0;
    if (labelled > 0) mkdirSync(join(folder, 'known', source), { recursive: true });
    for (let i = 0; i < labelled; i++) await paint(source, i, join(folder, 'known', source, `${i}.png`));
    for (let i = 0; i < 20; i++) {
      await paint(source, 100 + i, join(folder, 'discovery', `${source}-${i}.png`));
      truth += `discovery/${source}-${i}.png,${source}\n`;
    }
  }
  writeFileSync(join(folder, 'truth.csv'), truth);
}
