import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodePng } from '@ganscout/images';
import { createRandom } from '@ganscout/numeric';

/** Writes images of noise; `added` is added to every color. @returns their paths. */
export async function writeNoise(
  folder: string,
  count: number,
  [width, height]: readonly [number, number],
  added: (x: number, y: number) => number = () => 0,
): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const paths: string[] = [];
  for (let i = 0; i < count; i++) {
    const random = createRandom(i, `test/${folder.split('/').at(-1)}`);
    const data = Uint8Array.from({ length: width * height * 3 }, (_, p) => {
      const pixel = Math.floor(p / 3);
      return Math.round(128 + 20 * random.normal() + added(pixel % width, Math.floor(pixel / width)));
    });
    const path = join(folder, `${i}.png`);
    writeFileSync(path, await encodePng({ width, height, data }));
    paths.push(path);
  }
  return paths;
}
