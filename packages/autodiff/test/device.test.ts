import { expect, test } from 'vitest';
import {
  builtInDevices,
  checkDevice,
  createGraph,
  createSession,
  operators as op,
  openDevice,
} from '../src/index.js';

function doubling(): Uint8Array {
  const graph = createGraph();
  const x = graph.input('x', [1]);
  graph.output('y', op.add(x, x));
  return graph.encode();
}

test('the CPU is always there, and a session on it runs', async () => {
  expect(builtInDevices()).toContain('cpu');
  const session = await createSession(doubling(), { device: 'cpu' });
  const { y } = await session.run({ x: { type: 'float32', dims: [1], data: Float32Array.of(3) } });
  expect(y!.data).toEqual(Float32Array.of(6));
  await session.release();
});

test('a device that this onnxruntime was not built for is refused with those it was built for', async () => {
  const absent = (['coreml', 'dml'] as const).find((device) => !builtInDevices().includes(device))!;
  const refusal = new RegExp(`was built for \\(cpu.*got ${absent}`);
  expect(() => checkDevice(absent)).toThrow(refusal);
  await expect(createSession(doubling(), { device: absent })).rejects.toThrow(refusal);
});

test('a word that is no device is refused with the devices', () => {
  expect(() => checkDevice('gpu')).toThrow('device must be one of cpu, cuda, webgpu, coreml, dml, got gpu');
});

test('openDevice() gives the CPU at once, and says why another device cannot be used', async () => {
  expect(await openDevice('cpu')).toBe('cpu');
  await expect(openDevice('tpu')).rejects.toThrow('device must be one of');
  for (const device of builtInDevices().filter((name) => name !== 'cpu')) {
    // A machine that has the device opens it.
    const opened = await openDevice(device).catch((error: Error) => error.message);
    expect(opened).toMatch(
      new RegExp(`^${device}$|must be one that this machine can use, got ${device}: .*or choose cpu`, 's'),
    );
  }
});
