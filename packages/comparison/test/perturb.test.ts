import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ImageRecord, unopenedRecord } from '@ganscout/images';
import { createRandom } from '@ganscout/numeric';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inspectManifest } from '../src/data-set.js';
import { ATTACKS, encodePerturbed, PERTURBATIONS, writePerturbed } from '../src/perturb.js';

const folder = mkdtempSync(join(tmpdir(), 'perturb-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SIDE = 48;
const records: ImageRecord[] = [];
beforeAll(async () => {
  const random = createRandom(1, 'test');
  const data = Uint8Array.from({ length: SIDE * SIDE * 3 }, () => random.integer(256));
  for (const [i, source] of ['a', null].entries()) {
    const file = join(folder, `${i}.png`);
    await sharp(data, { raw: { width: SIDE, height: SIDE, channels: 3 } })
      .png()
      .toFile(file);
    const record = unopenedRecord({ id: `id ${i}`, path: file, file, source, group: `group ${i}` });
    records.push({ ...record, width: SIDE, height: SIDE });
  }
});

const following = { signal: new AbortController().signal, onProgress: () => undefined };
const CUT = { patchSize: null, patchesPerImage: null };

describe('encodePerturbed()', () => {
  it.each(
    PERTURBATIONS.filter((name) => name !== 'none'),
  )('makes the same file of %s each time', async (name) => {
    const [first] = records as [ImageRecord];
    const file = await encodePerturbed(first, name);
    expect(file.equals(await encodePerturbed(first, name))).toBe(true);
    const { width, height, format } = await sharp(file).metadata();
    const side = name === 'resize075' ? 36 : SIDE;
    expect([width, height, format]).toEqual([side, side, name.startsWith('jpeg') ? 'jpeg' : 'png']);
  });

  it('draws by the id of the image: the same pixels come out otherwise under another id', async () => {
    const [first, second] = records as [ImageRecord, ImageRecord];
    const noise = [await encodePerturbed(first, 'noise'), await encodePerturbed(second, 'noise')];
    expect(noise[0]?.equals(noise[1] as Buffer)).toBe(false);
  });
});

describe('writePerturbed()', () => {
  it('keeps order, source and group, and leaves what is there', async () => {
    const target = join(folder, 'blurred');
    await writePerturbed({ records, kinds: new Map() }, 'blur', target, following);
    const written = await inspectManifest(target, CUT, following.signal);
    expect(written.map(({ path, source, group, status }) => [path, source, group, status])).toEqual([
      ['00000000.png', 'a', 'group 0', 'ok'],
      ['00000001.png', null, 'group 1', 'ok'],
    ]);
    writeFileSync(join(target, 'mark'), '');
    await writePerturbed({ records, kinds: new Map() }, 'blur', target, following);
    expect(readdirSync(target)).toContain('mark');
  });

  it('leaves no folder behind that is half full', async () => {
    const target = join(folder, 'stopped');
    const signal = AbortSignal.abort();
    await expect(
      writePerturbed({ records, kinds: new Map() }, 'noise', target, { ...following, signal }),
    ).rejects.toThrow();
    expect(readdirSync(folder)).not.toContain('stopped');
    await writePerturbed({ records, kinds: new Map() }, 'noise', target, following);
    expect(readFileSync(join(target, 'manifest.csv'), 'utf8').split('\n')).toHaveLength(4);
  });
});

it('the attacks are among the perturbations', () => {
  expect(PERTURBATIONS).toEqual(expect.arrayContaining([...ATTACKS]));
});
