import { expect, test } from 'vitest';
import { createGraph, createSession, operators as op } from '../src/index.js';

function sumModel(): Uint8Array {
  const graph = createGraph();
  const x = graph.input('x', [2]);
  graph.output('sum', op.reduceSum(x, [0]));
  graph.output('negative', op.neg(x));
  return graph.encode();
}

const x = { type: 'float32', dims: [2], data: Float32Array.of(1, 2) } as const;

test('Session.run() returns all outputs, or those asked for, and leaves the feeds alone', async () => {
  const session = await createSession(sumModel());
  const all = await session.run({ x });
  expect(Object.keys(all).sort()).toEqual(['negative', 'sum']);
  expect(all.sum).toMatchObject({ type: 'float32', dims: [], data: Float32Array.of(3) });
  expect(Object.keys(await session.run({ x }, ['negative']))).toEqual(['negative']);
  expect(x.data).toEqual(Float32Array.of(1, 2));
  await session.release();
});

test('Session describes what a model takes and gives', async () => {
  const graph = createGraph();
  const x = graph.input('x', ['N', 2]);
  graph.output('doubled', op.add(x, x));
  const session = await createSession(graph.encode());
  expect(session.inputs).toEqual([{ name: 'x', type: 'float32', shape: ['N', 2] }]);
  expect(session.outputs).toEqual([{ name: 'doubled', type: 'float32', shape: ['N', 2] }]);
  await session.release();
});

test('a result can be fed again', async () => {
  const session = await createSession(sumModel());
  const { negative } = await session.run({ x });
  expect((await session.run({ x: negative! })).sum!.data).toEqual(Float32Array.of(-3));
  await session.release();
});

test('Session.run() writes an output into the tensor it is given', async () => {
  const session = await createSession(sumModel());
  const negative = { type: 'float32', dims: [2], data: new Float32Array(2) } as const;
  const results = await session.run({ x }, ['sum', 'negative'], { negative });
  expect(negative.data).toEqual(Float32Array.of(-1, -2));
  expect(results.negative!.data).toEqual(negative.data);
  expect(results.sum!.data).toEqual(Float32Array.of(3));
  await session.release();
});

test('createSession() says that the runtime could not load what is no model', async () => {
  await expect(createSession(Uint8Array.of(1, 2, 3))).rejects.toThrow(
    'onnxruntime could not load the model: ',
  );
  await expect(createSession(sumModel(), { threads: 0 })).rejects.toThrow(
    'createSession: threads must be a positive integer, got 0',
  );
});

test('Session.run() names a missing input and passes on why the runtime refuses a feed', async () => {
  const session = await createSession(sumModel());
  await expect(session.run({})).rejects.toThrow('Session.run: a tensor for input "x" is needed, got none');
  const wrong = { type: 'float32', dims: [3], data: new Float32Array(3) } as const;
  await expect(session.run({ x: wrong })).rejects.toThrow(/onnxruntime could not run the model: .*x/);
  await session.release();
});
