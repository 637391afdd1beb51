import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, test } from 'vitest';
import { type Catalog, readCatalog } from '../src/catalog.js';
import { renderDeadLeaves } from '../src/dead-leaves.js';
import { sampleGenerator } from '../src/sample.js';
import { type DemoProgress, writeDemo } from '../src/write-demo.js';

const temporary = mkdtempSync(join(tmpdir(), 'ganscout-demo-'));
afterAll(() => rmSync(temporary, { recursive: true }));

const embedded = readCatalog();
const known = embedded.generators.find(({ role }) => role === 'known')!;
const unknown = embedded.generators.find(({ role }) => role === 'unknown')!;
const catalog: Catalog = { directory: embedded.directory, generators: [known, unknown] };
const TINY = {
  catalog,
  seed: 9,
  labelledPerKnownSource: 3,
  imagesPerKnownSource: 2,
  imagesPerUnknownSource: 4,
  discoveryOverrides: { [known.name]: 1 },
};

/** Path → SHA-256 of every file below the directory. */
function digestFiles(directory: string): Map<string, string> {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort();
  const files = names.filter((name) => statSync(join(directory, name)).isFile());
  return new Map(
    files.map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(directory, name)))
        .digest('hex'),
    ]),
  );
}

function readTruth(directory: string): string[][] {
  const [header, ...rows] = readFileSync(join(directory, 'truth.csv'), 'utf8').trimEnd().split('\n');
  expect(header).toBe('path,source,kind,unknown');
  return rows.map((row) => row.split(','));
}

async function readPixels(file: string): Promise<Uint8Array> {
  const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height, info.channels]).toEqual([64, 64, 3]);
  return new Uint8Array(data);
}

test('writeDemo() writes labelled folders, a shuffled dump, and the truth about it', async () => {
  const directory = join(temporary, 'layout');
  const steps: DemoProgress[] = [];
  const demo = await writeDemo({ ...TINY, directory, onProgress: (step) => steps.push(step) });
  // Known: 2 real sets and 1 generator × 3; discovery: 2 + 2 + 1 + 4.
  expect(demo.imageCount).toBe(18);
  expect(demo.written).toBe(true);
  expect(steps).toHaveLength(4);
  expect(steps.at(-1)!.imagesDone).toBe(18);
  expect(readdirSync(directory).sort()).toEqual(['demo.json', 'discovery', 'known', 'truth.csv']);
  expect(readdirSync(demo.known).sort()).toEqual(['real-dead-leaves', 'real-landscape', known.name].sort());
  expect(readdirSync(join(demo.known, known.name)).sort()).toEqual([
    '000000.png',
    '000001.png',
    '000002.png',
  ]);
  const truth = readTruth(directory);
  expect(truth.map(([path]) => path)).toEqual(Array.from({ length: 9 }, (_, i) => `discovery/00000${i}.png`));
  const of = (source: string) => truth.filter((row) => row[1] === source).map((row) => row.slice(2).join());
  expect(of('real-dead-leaves')).toEqual(['real,false', 'real,false']);
  expect(of(known.name)).toEqual(['gan,false']);
  expect(of(unknown.name)).toEqual(Array(4).fill('gan,true'));
});

test('writeDemo() keeps the pixels of renderer and generator', async () => {
  const directory = join(temporary, 'pixels');
  await writeDemo({ ...TINY, directory });
  const labelled = await readPixels(join(directory, 'known/real-dead-leaves/000001.png'));
  expect(labelled).toEqual(renderDeadLeaves(9, 1));
  const samples = await sampleGenerator(catalog, unknown, { seed: 9, count: 4 });
  const paths = readTruth(directory).filter((row) => row[1] === unknown.name);
  const written = await Promise.all(paths.map((row) => readPixels(join(directory, row[0]!))));
  const sorted = (images: Uint8Array[]) => images.map((image) => image.join()).sort();
  expect(sorted(written)).toEqual(sorted(samples));
});

test('writeDemo() gives the same bytes for a seed, others for another, and then leaves them alone', async () => {
  const one = join(temporary, 'one');
  const two = join(temporary, 'two');
  await writeDemo({ ...TINY, directory: one });
  await writeDemo({ ...TINY, directory: two });
  const digests = digestFiles(one);
  expect(digestFiles(two)).toEqual(digests);
  const again = await writeDemo({ ...TINY, directory: one, onProgress: () => expect.unreachable() });
  expect(again.written).toBe(false);
  expect((await writeDemo({ ...TINY, directory: two, seed: 10 })).written).toBe(true);
  expect(digestFiles(two).size).toBe(digests.size);
  expect(digestFiles(two).get('known/real-landscape/000000.png')).not.toBe(
    digests.get('known/real-landscape/000000.png'),
  );
});

test('writeDemo() completes an interrupted demo to the same bytes', async () => {
  const directory = join(temporary, 'interrupted');
  await writeDemo({ ...TINY, directory });
  const digests = digestFiles(directory);
  const stamp = readFileSync(join(directory, 'demo.json'), 'utf8');
  writeFileSync(join(directory, 'demo.json'), stamp.replace('"complete": true', '"complete": false'));
  rmSync(join(directory, 'truth.csv'));
  rmSync(join(directory, 'known', known.name, '000002.png'));
  mkdirSync(join(directory, 'incoming'));
  writeFileSync(join(directory, 'incoming', 'discovery-000003.png'), 'half a fi');
  const steps: DemoProgress[] = [];
  const demo = await writeDemo({ ...TINY, directory, onProgress: (step) => steps.push(step) });
  expect(demo.written).toBe(true);
  expect(steps.map(({ source }) => source)).toEqual([known.name]);
  expect(digestFiles(directory)).toEqual(digests);
  expect(existsSync(join(directory, 'incoming'))).toBe(false);
});

test('writeDemo() restores a lost file of a complete demo, and drops files of other counts', async () => {
  const directory = join(temporary, 'counts');
  await writeDemo({ ...TINY, directory });
  const digests = digestFiles(directory);
  rmSync(join(directory, 'discovery', '000004.png'));
  expect((await writeDemo({ ...TINY, directory })).written).toBe(true);
  expect(digestFiles(directory)).toEqual(digests);
  await writeDemo({ ...TINY, directory, imagesPerUnknownSource: 1 });
  expect(readdirSync(join(directory, 'discovery'))).toHaveLength(6);
});

test('writeDemo() refuses a directory that holds something else', async () => {
  const directory = join(temporary, 'taken');
  mkdirSync(directory);
  writeFileSync(join(directory, 'thesis.txt'), 'mine');
  await expect(writeDemo({ ...TINY, directory })).rejects.toThrow(/must be empty or hold a demo/);
  expect(readdirSync(directory)).toEqual(['thesis.txt']);
});

test('writeDemo() refuses a negative count before it writes', async () => {
  const directory = join(temporary, 'negative');
  await expect(writeDemo({ ...TINY, directory, imagesPerKnownSource: -1 })).rejects.toThrow(RangeError);
  expect(existsSync(directory)).toBe(false);
});
