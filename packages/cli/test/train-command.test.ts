import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BACKBONE_NAMES } from '@ganscout/networks';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { BACKBONES } from '../src/commands/train.js';
import { ganscout } from './fake-shell.js';

vi.setConfig({ testTimeout: 60_000 });

/** Stripes of a period and a phase that differs from image to image: each period is a source. */
async function writeStripes(file: string, period: number, seed: number): Promise<void> {
  const side = 24;
  const data = Uint8Array.from({ length: side * side * 3 }, (_, i) => {
    const x = Math.floor(i / 3) % side;
    return 100 + 80 * Number((x + seed) % period < period / 2) + ((i * 7919 * (seed + 1)) % 23);
  });
  await sharp(data, { raw: { width: side, height: side, channels: 3 } })
    .png()
    .toFile(file);
}

const folder = mkdtempSync(join(tmpdir(), 'ganscout-train-'));
beforeAll(async () => {
  for (const [source, period] of [
    ['real', 2],
    ['=gan, a', 4],
    ['gan-b', 8],
  ] as const) {
    mkdirSync(join(folder, 'data', source), { recursive: true });
    for (let i = 0; i < 12; i++) await writeStripes(join(folder, 'data', source, `${i}.png`), period, i);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const QUICK =
  '--patch 16 --epochs 4 --batch 6 --patches-per-source 12 --learning-rate 0.01 --threads 1'.split(' ');

function run(args: readonly string[], options = {}) {
  return ganscout(args, { workingDirectory: folder, ...options });
}

test('a training prints its figures on stdout and its epochs on stderr', async () => {
  const { code, out, err } = await run(['train', 'data', '--output', 'cnn', ...QUICK]);
  expect({ code, err }).toMatchObject({ code: 0, err: expect.stringContaining('epoch 4: loss ') });
  expect(err).toContain('36 images of 3 sources; labels: sub-folders;');
  expect(err).toContain('training 4 epochs on cpu, 1 thread: 6 batches of 6 an epoch');
  expect(err).toMatch(/held back: loss \d\.\d{3}, accuracy \d\.\d{3}; \d+ patches\/s/);
  expect(out).toContain('residual-cnn on cpu: the best of 4 epochs is');
  expect(out).toMatch(/accuracy +\d\.\d{3} {2}\[\d\.\d{3}, \d\.\d{3}\]/);
  expect(out).toMatch(/gan-b +\d \d?/);
  expect(out).toContain(`${join('cnn', 'model.onnx')}  the classifier`);
});

test('a finished training is not overwritten, and --resume of it gives the same', async () => {
  const again = await run(['train', 'data', '--output', 'cnn', ...QUICK]);
  expect([again.code, again.out]).toEqual([2, '']);
  expect(again.err).toContain('cnn already holds a training; go on with it (--resume)');
  const summary = readFileSync(join(folder, 'cnn', 'summary.json'), 'utf8');
  const resumed = await run(['train', 'data', '--output', 'cnn', '--resume', '--json', ...QUICK]);
  expect(resumed.code).toBe(0);
  expect(JSON.parse(resumed.out)).toEqual(JSON.parse(summary));
  const other = await run(['train', 'data', '--output', 'cnn', '--resume', ...QUICK, '--seed', '1']);
  expect([other.code, other.err]).toEqual([2, expect.stringContaining('seed was 0 and is now 1')]);
});

test('an interrupted training ends with 130 and says how to go on', async () => {
  const { code, err } = await run(['train', 'data', '--output', 'a b', ...QUICK], {
    signal: AbortSignal.abort(),
  });
  expect(code).toBe(130);
  expect(err).toContain("--resume (ganscout train data --output 'a b' … --resume)");
});

test('real is told from fake by the sources that are said to be real', async () => {
  const { code, out } = await run(['train', 'data', '--output', 'fake', '--binary', ...QUICK]);
  expect(code).toBe(0);
  expect(out).toContain('AUROC, fake against real');
  const wrong = await run(['train', 'data', '--output', 'x', '--binary', '--real', 'camera', ...QUICK]);
  expect([wrong.code, wrong.err]).toEqual([3, expect.stringContaining('got camera')]);
});

test('images are classified, and what cannot be used is in the table, the CSV file and the exit code', async () => {
  writeFileSync(join(folder, 'text.png'), 'hello');
  const images = ['data/gan-b/0.png', 'data/real', 'text.png'];
  const { code, out, err } = await run([
    'classify',
    'cnn/model.onnx',
    ...images,
    '--csv',
    'out.csv',
    '--top',
    '2',
  ]);
  expect([code, err]).toEqual([4, expect.stringContaining('1 of 14 images could not be used')]);
  expect(out).toMatch(/^image +source +probability {2}next\n/);
  expect(out).toMatch(/text\.png +- +unreadable +not an image/);
  const [header, ...rows] = readFileSync(join(folder, 'out.csv'), 'utf8').trim().split('\n');
  expect(header).toBe('path,status,reason,source,"""=gan, a""",gan-b,real');
  expect(rows).toHaveLength(14);
  const shares = rows[0]!.split(',').slice(-3).map(Number);
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 4);
  const none = await run(['classify', 'cnn/model.onnx', 'text.png']);
  expect(none.code).toBe(3);
});

test('a file that is no classifier is refused with what to name', async () => {
  const text = await run(['classify', 'text.png', 'data/real/0.png']);
  expect([text.code, text.err]).toEqual([3, expect.stringContaining('Cannot use text.png as a classifier')]);
  expect(text.err).toContain('name the model.onnx that "ganscout train" wrote');
  const nothing = await run(['classify', 'none.onnx', 'data/real/0.png']);
  expect([nothing.code, nothing.err]).toEqual([3, expect.stringContaining('ENOENT')]);
});

test('a device that is not there, and wrong numbers, exit with 2', async () => {
  const absent = process.platform === 'darwin' ? 'dml' : 'coreml';
  const device = await run(['train', 'data', '--output', 'x', '--device', absent]);
  expect([device.code, device.err]).toEqual([
    2,
    expect.stringContaining('--device must be one that the installed'),
  ]);
  const threads = await run(['train', 'data', '--output', 'x', '--threads', 'many']);
  expect([threads.code, threads.err]).toEqual([
    2,
    expect.stringContaining('--threads must be auto or a number'),
  ]);
  const epochs = await run(['train', 'data', '--output', 'x', '--epochs', '0']);
  expect([epochs.code, epochs.err]).toEqual([
    2,
    'ganscout: epochs must be an integer of at least 1, got 0\n',
  ]);
  const layer = await run(['train', 'data', '--output', 'x', '--train-from', 'conv9']);
  expect([layer.code, layer.err]).toEqual([2, expect.stringContaining('must be one of block1, block2')]);
  const top = await run(['classify', 'cnn/model.onnx', 'x.png', '--top', '0']);
  expect([top.code, top.err]).toEqual([2, expect.stringContaining('--top must be a positive integer')]);
});

test('a source without an image is named, and exits with 3', async () => {
  mkdirSync(join(folder, 'gap', 'void'), { recursive: true });
  for (const source of ['a', 'b']) {
    mkdirSync(join(folder, 'gap', source));
    for (let i = 0; i < 4; i++) await writeStripes(join(folder, 'gap', source, `${i}.png`), 4, i);
  }
  const { code, err } = await run(['train', 'gap', '--output', 'x', ...QUICK]);
  expect([code, err]).toEqual([3, expect.stringContaining('none of "void" (no image is in its folder)')]);
});

test('the backbones of the command line are those of the networks package', () => {
  expect([...BACKBONES]).toEqual([...BACKBONE_NAMES]);
});
