import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeNpy, encodeSafetensors, type SafeTensor } from '@ganscout/data-model';
import { cutPatch } from '@ganscout/images';
import { createBackbone, Layers } from '@ganscout/networks';
import { embedImage, openUserModel } from '@ganscout/user-models';
import sharp from 'sharp';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { identifyImages } from '../src/index.js';
import { BACKBONE_CONFIG, plantBackboneStudy } from './planted-backbone.js';
import { configIn, digestsOf, makeFolder, readRows, run, stagesDone } from './run-folder.js';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** A small network of another tool, for images of 10 × 8 pixels: see test/reference/user-models. */
const MODEL = new URL('../../../test/reference/user-models/open-batch.onnx', import.meta.url).pathname;
const folder = makeFolder();
const config = (into: string, backbone: string, settings: readonly string[] = []) =>
  configIn(
    folder,
    BACKBONE_CONFIG.replace(/backbone: \{ name.*\}/, `backbone: ${backbone}`).replace(/^rounds:.*$/m, ''),
    [`run.output=${into}/run`, ...settings],
  );
const settings = { listener: () => undefined, signal: new AbortController().signal };
const read = (into: string, name: string) => decodeNpy(readFileSync(join(folder, into, 'run', name)));

beforeAll(() => plantBackboneStudy(folder));

describe("a model of the user's own", () => {
  const backbone = '{ model: net.onnx, output: features, tiles: 8 }';
  beforeAll(async () => {
    copyFileSync(MODEL, join(folder, 'net.onnx'));
    await run(config('model', backbone));
  });

  test('takes the place of the descriptor: means over the tiles of the quarters', async () => {
    const { shape, data } = read('model', 'round-01/describe/whole-00000.npy');
    expect(shape).toEqual([68, 6]);
    const model = await openUserModel(MODEL, { output: 'features' });
    const image = await sharp(join(folder, 'known/cross/000.png')).raw().toBuffer();
    const pixels = { width: 48, height: 48, data: Uint8Array.from(image) };
    const row = new Float32Array(6);
    for (const [x, y] of [
      [0, 0],
      [24, 0],
      [0, 24],
      [24, 24],
    ] as const) {
      const features = await embedImage(model, cutPatch(pixels, { x, y, width: 24, height: 24 }), {
        tiles: 2,
      });
      for (const [i, value] of features.entries()) row[i]! += value / 4;
    }
    await model.release();
    row.forEach((value, i) => void expect(data[i]).toBeCloseTo(value, 4));
    expect(read('model', 'round-01/describe/crops-00000.npy').shape).toEqual([68, 4, 6]);
  });

  test('is whitened and goes through the rounds as the descriptor does', () => {
    expect(read('model', 'round-01/whiten/known-rows.npy').shape).toEqual([28, 6]);
    expect(readRows(folder, 'model/run/assignments.csv')).toHaveLength(40);
  });

  test('gives the same bytes with two threads, and from another place', async () => {
    copyFileSync(MODEL, join(folder, 'copy.onnx'));
    await run(config('again', backbone.replace('net', 'copy'), ['run.threads=2']));
    const [again, first] = ['again', 'model'].map((into) => digestsOf(join(folder, into, 'run')));
    delete again?.['config.resolved.yaml'];
    delete first?.['config.resolved.yaml'];
    expect(again).toEqual(first);
  });

  test('describes new images', async () => {
    const [answer] = await identifyImages(
      join(folder, 'model/run'),
      [join(folder, 'dump/a-001.png')],
      settings,
    );
    expect(answer).toMatchObject({ status: 'ok', reason: '' });
  });

  test('is done again where the file is another one', async () => {
    const other = new URL('../../../test/reference/user-models/fixed-batch.onnx', import.meta.url).pathname;
    copyFileSync(other, join(folder, 'net.onnx'));
    const { events } = await run(config('model', backbone), { resume: true });
    expect(stagesDone(events)[0]).toBe('1 describe');
    copyFileSync(MODEL, join(folder, 'net.onnx'));
  });

  test('that is not there is named with its option', async () => {
    await expect(run(config('none', '{ model: missing.onnx }'))).rejects.toThrow(
      /Cannot read .*missing\.onnx: .*extractor\.backbone\.model/,
    );
  });
});

test('weights of a network of ours can be taken as they are', async () => {
  const layers = new Layers('drawn', { seed: 1 });
  createBackbone('residual-cnn').build(layers, layers.graph.input('images', [1, 3, 16, 16]));
  const file = join(folder, 'drawn.safetensors');
  const weights: [string, SafeTensor][] = [...layers.arrays.weights];
  writeFileSync(file, encodeSafetensors(new Map(weights)));
  const backbone = '{ name: residual-cnn, weights: drawn.safetensors, trainFrom: frozen, patch: 16 }';
  const { events } = await run(config('frozen', backbone, ['run.rounds=1']));
  expect(stagesDone(events).slice(0, 3)).toEqual(['1 describe', '1 whiten', '1 ood']);
  expect(read('frozen', 'round-01/describe/whole-00000.npy').shape).toEqual([68, 128]);
  writeFileSync(file, encodeSafetensors(new Map(weights.slice(1))));
  await expect(run(config('unfit', backbone))).rejects.toThrow(
    /Cannot start from .*drawn\.safetensors: the weights do not fit residual-cnn:\s+missing: block1\.conv\.weight/,
  );
});
