import { expect, test } from 'vitest';
import { type EngineLoader, loadTensorflow } from '../src/tensorflow-engines.js';

const NOT_THERE = '@ganscout/not-installed';

const missing: EngineLoader = {
  name: 'tfjs-node-gpu',
  packages: [NOT_THERE],
  backend: 'tensorflow',
  load: () => Promise.reject(new Error('loaded though it is not installed')),
};

test('loadTensorflow() leaves no listener to errors of the process behind', async () => {
  const counts = () =>
    ['uncaughtException', 'unhandledRejection'].map((event) => process.listenerCount(event));
  const before = counts();
  await loadTensorflow();
  expect(counts()).toEqual(before);
});

test('loadTensorflow() takes the engine that is installed and says which', async () => {
  const { library, engine } = await loadTensorflow();
  expect(engine).toBe('@tensorflow/tfjs-backend-wasm 4.22.0 (backend wasm)');
  expect(library.getBackend()).toBe('wasm');
});

test('loadTensorflow() goes on to the next engine only if one is not installed', async () => {
  const wasm: EngineLoader = {
    ...missing,
    name: 'wasm',
    packages: ['@tensorflow/tfjs-backend-wasm'],
    backend: 'wasm',
    load: async () => (await loadTensorflow('wasm')).library,
  };
  expect((await loadTensorflow(undefined, [missing, wasm])).engine).toContain('(backend wasm)');
  const broken: EngineLoader = {
    ...missing,
    packages: ['@tensorflow/tfjs-core'],
    load: () => Promise.reject(new Error("Cannot find module 'tfjs_binding.node'")),
  };
  await expect(loadTensorflow(undefined, [broken, wasm])).rejects.toThrow(
    `openUserModel: @tensorflow/tfjs-core is installed and does not load: Cannot find module 'tfjs_binding.node'; repair it, or choose another with option engine (this is "tfjs-node-gpu")`,
  );
  expect((await loadTensorflow('wasm', [broken, wasm])).engine).toContain('(backend wasm)');
});

test('loadTensorflow() lists what to install if no engine is', async () => {
  const other: EngineLoader = { ...missing, name: 'wasm', packages: [NOT_THERE, 'more'] };
  await expect(loadTensorflow(undefined, [missing, other])).rejects.toThrow(
    `openUserModel: a TensorFlow.js model needs TensorFlow.js, which is not installed; run npm install ${NOT_THERE}, or npm install ${NOT_THERE} more`,
  );
  await expect(loadTensorflow('wasm', [missing])).rejects.toThrow('not installed');
});

test('loadTensorflow() says that a backend did not start', async () => {
  const { library } = await loadTensorflow('wasm');
  const silent: EngineLoader = {
    ...missing,
    packages: ['@tensorflow/tfjs-core'],
    load: async () => ({ ...library, setBackend: async () => false }),
  };
  await expect(loadTensorflow(undefined, [silent])).rejects.toThrow(
    `openUserModel: @tensorflow/tfjs-core did not start its backend "tensorflow"`,
  );
});
