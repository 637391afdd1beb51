import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '@ganscout/images';
import sharp from 'sharp';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { encodePng, PNG_COLOR } from '../../images/test/temporary-images.js';
import { ConfigError, loadConfig, type RunOutcome, resolveConfig } from '../src/index.js';
import { plantStudy, plantTable, STUDY_CONFIG, writeTable } from './planted-features.js';
import { plantImage, plantSource } from './planted-images.js';
import { configIn, makeFolder, readRows, run } from './run-folder.js';
import { runInProcess } from './run-process.js';

// Processes and describing threads start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const CONFIG = `
run: { rounds: 1, threads: 1 }
data: { known: known, discovery: dump }
ood: { space: [descriptor], scores: [wta], hashCount: 128 }
kmeans: { space: [descriptor], clusterCount: 2 }
merge: { space: [descriptor] }
refine: { space: [descriptor], minimumSize: 3 }
`;

/** A PNG of one bit a pixel, all black: 50 MB of scan lines in 50 kB. */
function hugePng(side: number): Buffer {
  const rows = new Uint8Array(side * (1 + Math.ceil(side / 8)));
  return encodePng({ width: side, height: side, bits: 1, color: PNG_COLOR.gray, rows });
}

async function plantDump(folder: string): Promise<void> {
  const file = (name: string) => join(folder, 'dump', name);
  await plantSource(file('good-'), 'cross', { count: 6, seed: 3, side: 32 });
  await plantSource(file('new-'), 'diagonal', { count: 6, seed: 4, side: 32 });
  writeFileSync(file('text.png'), 'this is no image\n');
  const whole = await plantImage('row', 1, 96).jpeg({ quality: 95 }).toBuffer();
  writeFileSync(file('cut.jpg'), whole.subarray(0, whole.length / 2));
  copyFileSync(file('cut.jpg'), file('cut-again.jpg'));
  await sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } })
    .png()
    .toFile(file('1x1.png'));
  await sharp({ create: { width: 40, height: 40, channels: 3, background: 'red' } })
    .png()
    .toFile(file('plain.png'));
  writeFileSync(file('huge.png'), hugePng(20_000));
  copyFileSync(file('good-000.png'), file('same.png'));
  copyFileSync(join(folder, 'known/cross/000.png'), file('labelled.png'));
  writeFileSync(file('empty.png'), '');
}

describe('a dump with every kind of broken file', () => {
  const folder = makeFolder();
  let outcome: RunOutcome;
  let warnings: string[] = [];
  let rows: Map<string, Record<string, string>>;
  beforeAll(async () => {
    for (const filter of ['cross', 'box'] as const) {
      await plantSource(join(folder, `known/${filter}/`), filter, { count: 8, seed: 1, side: 32 });
    }
    await plantSource(join(folder, 'known/lonely/'), 'column', { count: 1, seed: 1, side: 32 });
    await plantDump(folder);
    const done = await run(configIn(folder, CONFIG));
    outcome = done;
    warnings = done.events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
    const table = readRows(folder, 'run/inputs.csv');
    rows = new Map(table.map((row) => [`${row.path}`, row]));
    expect(rows.size).toBe(table.length);
  });
  const statusOf = (name: string) => {
    const row = rows.get(`dump/${name}`);
    return [row?.status, row?.reason];
  };

  test('gives every file one row, and the run goes on', () => {
    expect(rows.size).toBe(17 + 12 + 9);
    expect(outcome.summary.counts).toMatchObject({
      known: 17,
      knownSources: 3,
      discovery: 13,
      failedInputs: 6,
    });
    expect(outcome.failedInputs).toBe(6);
  });

  test('tells a text file, an empty one, a cut JPEG and its copy, and images too large or too small apart', () => {
    expect(statusOf('text.png')).toEqual(['unreadable', expect.stringContaining('not an image')]);
    expect(statusOf('empty.png')).toEqual(['unreadable', 'the file is empty']);
    const cut = ['unreadable', expect.stringMatching(/cut off or broken.*premature end/)];
    expect(statusOf('cut.jpg')).toEqual(cut);
    expect(statusOf('cut-again.jpg')).toEqual(cut);
    const tooLarge = '20000 × 20000 = 400,000,000 pixels, more than data.maximumPixels 134,217,728';
    expect(statusOf('huge.png')).toEqual(['unreadable', expect.stringContaining(tooLarge)]);
    expect(statusOf('1x1.png')).toEqual(['too_small', '1 × 1 pixels; both sides must be at least 32']);
  });

  test('takes an image of one color for an image', () => {
    expect(statusOf('plain.png')).toEqual(['ok', '']);
  });

  test('names what a copy is a copy of, and gives it the same source', () => {
    expect(statusOf('same.png')).toEqual(['duplicate', 'same bytes as dump/good-000.png']);
    expect(statusOf('labelled.png')).toEqual(['duplicate', 'same bytes as an image of the known set']);
    const assigned = new Map(readRows(folder, 'run/assignments.csv').map((row) => [row.path, row]));
    expect(assigned.get('dump/labelled.png')).toMatchObject({ kind: 'known', source: 'cross', round: '0' });
    const { path: _, reason: __, ...first } = assigned.get('dump/good-000.png') ?? {};
    expect(assigned.get('dump/same.png')).toMatchObject({
      ...first,
      reason: 'same bytes as dump/good-000.png',
    });
    expect(assigned.size).toBe(13 + 2);
  });

  test('counts the same in the summary and in the events', () => {
    const counted = { total: 21, ok: 13, unreadable: 5, tooSmall: 1, duplicate: 2, labelSource: 'none' };
    const log = readFileSync(join(folder, 'run/metrics.jsonl'), 'utf8').trimEnd().split('\n');
    const inputs = log.map((line) => JSON.parse(line)).find(({ type }) => type === 'inputs');
    // Only headers are read at first: the two cut files show later that they are broken.
    expect(inputs.discovery).toEqual({ ...counted, ok: 14, unreadable: 3, duplicate: 3 });
    const found = [...rows.values()].filter(({ set }) => set === 'discovery').map(({ status }) => status);
    const count = (status: string) => found.filter((other) => other === status).length;
    expect(['ok', 'unreadable', 'too_small', 'duplicate'].map(count)).toEqual([13, 5, 1, 2]);
  });

  test('warns of the known source with one image, and gives it none', () => {
    expect(warnings).toEqual([
      expect.stringContaining('with one labelled image, lonely cannot be tested for'),
    ]);
    expect(outcome.summary.sources.find(({ source }) => source === 'lonely')?.size).toBe(0);
  });
});

test('a folder that is empty, or holds nothing but broken files, ends the run as an input error', async () => {
  const folder = makeFolder();
  await plantSource(join(folder, 'known/cross/'), 'cross', { count: 2, seed: 1, side: 32 });
  mkdirSync(join(folder, 'dump'));
  const running = () => run(configIn(folder, CONFIG));
  await expect(running()).rejects.toThrow(new InputError('"dump" holds no image'));
  writeFileSync(join(folder, 'dump/text.png'), 'this is no image\n');
  await expect(running()).rejects.toThrow(InputError);
  await expect(running()).rejects.toThrow(
    /data\.discovery holds no image that can be used, of 1; .*text\.png/,
  );
  const whole = await plantImage('row', 1, 96).jpeg().toBuffer();
  writeFileSync(join(folder, 'dump/text.png'), whole.subarray(0, whole.length / 2));
  await expect(running()).rejects.toThrow('the discovery set has no image that can be used');
});

test('a folder without permission has its row and its reason, and the rest goes on', async () => {
  const folder = makeFolder();
  for (const filter of ['cross', 'box'] as const) {
    await plantSource(join(folder, `known/${filter}/`), filter, { count: 4, seed: 1, side: 32 });
  }
  await plantSource(join(folder, 'dump/'), 'cross', { count: 3, seed: 2, side: 32 });
  await plantSource(join(folder, 'dump/secret/'), 'box', { count: 1, seed: 3, side: 32 });
  chmodSync(join(folder, 'dump/secret'), 0o000);
  chmodSync(folder, 0o777);
  writeFileSync(join(folder, 'pipeline.yaml'), CONFIG);
  try {
    const settings = ['run.output=run', 'refine.minimumSize=1'];
    const end = runInProcess({ config: join(folder, 'pipeline.yaml'), settings, user: 65534 });
    expect(end).toEqual({ signal: null, failedInputs: 1 });
  } finally {
    chmodSync(join(folder, 'dump/secret'), 0o755);
  }
  const [row, ...others] = readRows(folder, 'run/inputs.csv').filter(({ status }) => status !== 'ok');
  expect(others).toEqual([]);
  expect(row).toMatchObject({
    path: 'dump/secret',
    status: 'unreadable',
    reason: 'the folder cannot be read: permission denied (EACCES)',
  });
});

test('a NaN in a feature matrix is an input error with the file and the row', async () => {
  const folder = makeFolder();
  plantStudy(folder);
  const table = plantTable({ dora: 20 }, 2);
  table.data[7 * (table.data.length / 20) + 3] = Number.NaN;
  writeTable(folder, 'y', table);
  const running = run(configIn(folder, STUDY_CONFIG));
  await expect(running).rejects.toThrow(InputError);
  await expect(running).rejects.toThrow(/"y\.npy": .*got NaN in row 7 \(y-7\), feature 3/);
});

test('an unknown key is a configuration error with file, line, column and the nearest key', () => {
  const folder = makeFolder();
  const file = join(folder, 'pipeline.yaml');
  writeFileSync(file, `${CONFIG}extractor:\n  whitening:\n    component: 3\n`);
  const resolving = () => resolveConfig(loadConfig(file), { workingDirectory: folder });
  expect(resolving).toThrow(ConfigError);
  expect(resolving).toThrow(
    `${file}:10:5: extractor.whitening.component: unknown key "component"; did you mean "components"?`,
  );
});

test('known sources with one image run with the default preset too, and are warned of', async () => {
  const folder = makeFolder();
  plantStudy(folder);
  const spaces = ['ood', 'kmeans', 'merge', 'refine'].map((stage) => `${stage}.space=[descriptor]`);
  for (const [counts, scarce] of [
    [{ anna: 15, bert: 15, carl: 1 }, 'carl'],
    [{ anna: 1, bert: 1, carl: 1 }, 'anna, bert, carl'],
  ] as const) {
    writeTable(folder, 'x', plantTable(counts, 1));
    const { summary, events } = await run(configIn(folder, STUDY_CONFIG, spaces), { resume: true });
    const message = expect.stringContaining(`with one labelled image, ${scarce} cannot be tested for`);
    expect(events).toContainEqual({ type: 'warning', message });
    expect(summary.counts).toMatchObject({ knownSources: 3, discovery: 90 });
  }
});
