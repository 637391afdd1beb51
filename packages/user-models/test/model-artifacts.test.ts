import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readModelArtifacts } from '../src/model-artifacts.js';

const folder = mkdtempSync(join(tmpdir(), 'model-artifacts-'));
const path = join(folder, 'model.json');
afterAll(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'part'));
writeFileSync(join(folder, 'part', 'a.bin'), Uint8Array.of(1, 2, 3));
writeFileSync(join(folder, 'b.bin'), Uint8Array.of(4, 5));
writeFileSync(join(folder, '..b.bin'), Uint8Array.of(6));

const uint8 = { dtype: 'uint8', scale: 1, min: 0 };
const halves = { name: 'h', shape: [], dtype: 'float32', quantization: { dtype: 'float16' } };

/** Reads a model whose file holds one group of weights of so many bytes. */
function readGroup(paths: readonly unknown[], weights: readonly object[], rest: object = {}) {
  const model = { format: 'graph-model', modelTopology: {}, weightsManifest: [{ paths, weights }], ...rest };
  writeFileSync(path, JSON.stringify(model));
  return readModelArtifacts(path);
}

const bytes = (length: number, name = 'w') => ({
  name,
  shape: [length],
  dtype: 'int32',
  quantization: uint8,
});

test('readModelArtifacts() joins the weights files of the model folder in their order', async () => {
  const artifacts = await readGroup(['part/a.bin', './b.bin'], [bytes(3), halves], { signature: { a: 1 } });
  expect(new Uint8Array(artifacts.weightData)).toEqual(Uint8Array.of(1, 2, 3, 4, 5));
  expect(artifacts).toMatchObject({
    format: 'graph-model',
    modelTopology: {},
    weightSpecs: [bytes(3), halves],
    signature: { a: 1 },
  });
  const dotted = await readGroup(['..b.bin'], [bytes(1)]);
  expect(new Uint8Array(dotted.weightData)).toEqual(Uint8Array.of(6));
});

test('readModelArtifacts() tells the format of older files by their topology, and leaves out training', async () => {
  const nothing = { format: undefined, weightsManifest: [], trainingConfig: {} };
  expect(await readGroup([], [], { ...nothing, modelTopology: { node: [] } })).toEqual({
    format: 'graph-model',
    modelTopology: { node: [] },
    weightSpecs: [],
    weightData: new ArrayBuffer(0),
  });
  const layers = await readGroup([], [], { ...nothing, modelTopology: { model_config: {} } });
  expect(layers.format).toBe('layers-model');
});

test.each([
  'https://example.org/b.bin',
  'file:///etc/hosts',
  'data:,text',
  'C:\\weights.bin',
  '//example.org/b.bin',
  '\\\\server\\b.bin',
  '/etc/hosts',
  '../b.bin',
  'part/../../b.bin',
  '..',
  '.',
  '',
])('readModelArtifacts() refuses weights at "%s"', async (file) => {
  await expect(readGroup([file], [bytes(5)])).rejects.toThrow(
    `openUserModel: weights must lie in the folder of ${path}, got "${file}"; download them and name them by a relative path`,
  );
});

test('readModelArtifacts() refuses weights of another size than the manifest says', async () => {
  await expect(readGroup(['b.bin'], [bytes(1), { ...bytes(2), quantization: undefined }])).rejects.toThrow(
    `openUserModel: b.bin beside ${path} must hold 9 bytes by the manifest, got 2`,
  );
  await expect(readGroup(['part'], [bytes(3)])).rejects.toThrow(
    `openUserModel: ${join(folder, 'part')} must be a file of weights`,
  );
  await expect(readGroup(['none.bin'], [bytes(3)])).rejects.toThrow('ENOENT');
});

test('readModelArtifacts() refuses weights without a fixed size', async () => {
  const rule = `of ${path} must be of a type with a fixed size and have a shape of integers, got`;
  for (const [weight, found] of [
    [{ name: 'w', shape: [2], dtype: 'string' }, 'string [2]'],
    [{ name: 'w', shape: [2], dtype: 'float32', quantization: { dtype: 'int4' } }, 'int4 [2]'],
    [{ name: 'w', shape: [-1, -2], dtype: 'bool' }, 'bool [-1,-2]'],
    [{ name: 'w', shape: ['2'], dtype: 'constructor' }, 'constructor ["2"]'],
  ] as const) {
    await expect(readGroup(['b.bin'], [weight])).rejects.toThrow(
      `openUserModel: weight "w" ${rule} ${found}`,
    );
  }
});

test('readModelArtifacts() refuses what is not a model', async () => {
  writeFileSync(path, '{"format": ');
  await expect(readModelArtifacts(path)).rejects.toThrow(`openUserModel: ${path} must be JSON: `);
  writeFileSync(path, '[]');
  await expect(readModelArtifacts(path)).rejects.toThrow(
    `openUserModel: ${path} must be a model of TensorFlow.js, a JSON object`,
  );
  const manifest = `openUserModel: ${path} must have a weightsManifest, a list of groups with paths and weights`;
  await expect(readGroup([], [], { weightsManifest: {} })).rejects.toThrow(manifest);
  await expect(readGroup([1], [])).rejects.toThrow(manifest);
  await expect(readGroup([], [{ name: 'w' }])).rejects.toThrow(manifest);
  await expect(readGroup([], [], { format: 'saved-model' })).rejects.toThrow('got format "saved-model"');
  await expect(readGroup([], [], { modelTopology: undefined })).rejects.toThrow('must have a modelTopology');
});
