import { lstatSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CaseView } from '@ganscout/cases';
import { parseCsv } from '@ganscout/images';
import { RunExistsError } from '@ganscout/pipeline';
import { describe, expect, test } from 'vitest';
import { makeFolder } from '../../images/test/temporary-images.js';
import type { LinkKind } from '../src/export-settings.js';
import { writeImageFolder } from '../src/formats/write-image-folder.js';
import { plantView } from './planted-view.js';

const IMAGES = [
  { path: 'a/x.png', source: 1 },
  { path: 'b/x.png', source: 1 },
  { path: 'b/X.PNG', source: 1 },
  { path: '=1+1.png', source: 2 },
  { path: 'con.png', source: 3 },
  { path: 'ä tab\there.png', source: 4 },
  { path: 'without', source: 5 },
  { path: 'waits.png', source: 0 },
  { path: 'large.png', source: 2, patch: { x: 0, y: 4, width: 4, height: 4 } },
];
const NAMES = ['real', '../../etc', 'AUX', 'my test', '\x1b[2J'];

async function exported(link: LinkKind = 'symlink', prepare: (folder: string) => void = () => undefined) {
  const folder = makeFolder();
  const view = await plantView(folder, IMAGES, NAMES);
  prepare(folder);
  const output = join(folder, 'out');
  const written = await writeImageFolder(view, { output, format: 'imagefolder', force: false, link });
  const root = join(output, 'train');
  const lines = readFileSync(join(root, 'metadata.jsonl'), 'utf8').trimEnd().split('\n');
  const metadata: Record<string, string>[] = lines.map((line) => JSON.parse(line));
  return { folder, view, output, root, written, metadata };
}

function fileOf({ images }: CaseView, row: number): string {
  return images[row]?.file as string;
}

describe('writeImageFolder()', () => {
  test('gives each source a folder, and each image a name of its own that is safe everywhere', async () => {
    const { root, metadata } = await exported();
    expect(metadata.map(({ file_name: name }) => name)).toEqual([
      'S0001_real/x.png',
      'S0001_real/x_2.png',
      'S0001_real/X_3.png',
      'S0002_etc/1-1.png',
      'S0003_AUX-/con-.png',
      'S0004/ä-tab-here.png',
      'S0005_2J/without.png',
      'unassigned/waits.png',
      'S0002_etc/large_0_4_4_4.png',
    ]);
    const found = readdirSync(root, { recursive: true, withFileTypes: true }).filter(
      (entry) => !entry.isDirectory(),
    );
    expect(found).toHaveLength(IMAGES.length + 1);
  });

  test('tells of each image where it came from and how it got its source, with exact text', async () => {
    const { metadata, view } = await exported();
    expect(metadata[3]).toEqual({
      ...{
        file_name: 'S0002_etc/1-1.png',
        image_id: view.images[3]?.id,
        path: '=1+1.png',
        kind: 'discovered',
      },
      ...{ source: 'S0002', name: '../../etc', score: 1, margin: 0, p_value: 0.333333, entry: 1, round: 0 },
      ...{ reason: 'accepted by a known source', patch: '' },
    });
    expect(metadata[8]?.patch).toBe('0,4,4,4');
    expect(metadata[7]).toMatchObject({ kind: 'unassigned', source: '', name: '' });
  });

  test('links by name unless told otherwise, and leaves inputs as they were', async () => {
    let before: (readonly [number, number])[] = [];
    const state = (folder: string) =>
      IMAGES.map(({ path }) => statSync(join(folder, path))).map(
        ({ ctimeMs, nlink }) => [ctimeMs, nlink] as const,
      );
    const { folder, root, view, metadata } = await exported('symlink', (made) => {
      before = state(made);
    });
    metadata.forEach(({ file_name: name }, row) => {
      expect(readlinkSync(join(root, name as string))).toBe(fileOf(view, row));
    });
    expect(state(folder)).toEqual(before);
  });

  test('makes second names of the inputs, or copies', async () => {
    const linked = await exported('hardlink');
    const first = join(linked.root, 'S0001_real/x.png');
    expect(statSync(first).ino).toBe(statSync(fileOf(linked.view, 0)).ino);
    const copied = await exported('copy');
    const copy = join(copied.root, 'S0001_real/x.png');
    expect(lstatSync(copy).isFile() && statSync(copy).ino !== statSync(fileOf(copied.view, 0)).ino).toBe(
      true,
    );
    expect(readFileSync(copy).equals(readFileSync(fileOf(copied.view, 0)))).toBe(true);
  });

  test('lists what is gone, and of copies what has changed, and leaves it out', async () => {
    const { output, written, metadata, root } = await exported('copy', (folder) => {
      rmSync(join(folder, 'a/x.png'));
      writeFileSync(join(folder, 'con.png'), 'another');
    });
    expect(written.failed).toBe(2);
    expect(written.leftOut[0]).toBe('2 images that are gone or have changed: missing.csv');
    const { rows } = parseCsv(readFileSync(join(output, 'missing.csv'), 'utf8'));
    expect(rows[0]).toEqual(['a/x.png', 'gone']);
    expect(rows[1]?.[0]).toBe('con.png');
    expect(rows[1]?.[1]).toContain('has changed');
    expect(metadata).toHaveLength(IMAGES.length - 2);
    expect(readdirSync(join(root, 'S0003_AUX-'))).toEqual([]);
  });

  test('refuses where there is such a folder, nothing is left, or images never were', async () => {
    const { output, view } = await exported();
    const settings = { output, format: 'imagefolder', force: true } as const;
    await expect(writeImageFolder(view, settings)).rejects.toThrow(RunExistsError);
    const elsewhere = { ...settings, output: join(output, 'deeper') };
    const none = await plantView(makeFolder(), IMAGES, NAMES, { hasFiles: false });
    await expect(writeImageFolder(none, elsewhere)).rejects.toThrow('made from features');
    for (const { file } of view.images) rmSync(file as string);
    await expect(writeImageFolder(view, elsewhere)).rejects.toThrow('no image of the case is still there');
    expect(readdirSync(output)).not.toContain('deeper');
  });
});
