import { expect, test } from 'vitest';
import { createGraph, createSession, operators as op } from '../src/index.js';
import { messages, readMessage, texts } from './onnx-reader.js';

function smallGraph() {
  const graph = createGraph('small');
  const x = graph.input('x', ['N', 2]);
  const weight = graph.constant(Float32Array.of(1, 2, 3, 4, 5, 6), [3, 2], 'weight');
  const bias = graph.constant(Float32Array.of(0, 0, -100), [3], 'bias');
  const hidden = op.relu(op.linear(x, weight, bias));
  op.exp(hidden); // feeds no output
  graph.output('hidden', hidden);
  graph.output('total', op.reduceSum(hidden, [1]));
  return graph;
}

test('a graph runs with any number of rows where a size has a name', async () => {
  const session = await createSession(smallGraph().encode());
  expect(session.inputNames).toEqual(['x']);
  expect(session.outputNames).toEqual(['hidden', 'total']);
  const run = (rows: number[][]) =>
    session.run({ x: { type: 'float32', dims: [rows.length, 2], data: Float32Array.from(rows.flat()) } });
  // [1, 1] · weightᵀ = [3, 7, 11]; the bias takes the last to -89, ReLU to 0.
  const one = await run([[1, 1]]);
  expect(one.hidden).toMatchObject({ dims: [1, 3], data: Float32Array.of(3, 7, 0) });
  const three = await run([
    [1, 1],
    [0, 0],
    [10, 0],
  ]);
  expect(three.total).toMatchObject({ dims: [3], data: Float32Array.of(10, 0, 40) });
  await session.release();
});

test('Graph.encode() leaves out nodes that no output needs and gives the same bytes again', () => {
  const bytes = smallGraph().encode({ round: '1' });
  const [graph] = messages(readMessage(bytes), 7);
  expect(messages(graph!, 1).map((node) => texts(node, 4)[0])).toEqual(['Gemm', 'Relu', 'ReduceSum']);
  expect(
    messages(graph!, 5)
      .flatMap((tensor) => texts(tensor, 8))
      .slice(0, 2),
  ).toEqual(['weight', 'bias']);
  expect(smallGraph().encode({ round: '1' })).toEqual(bytes);
});

test('Graph.output() may name an input, a constant, or one value twice', async () => {
  const graph = createGraph();
  const x = graph.input('x', [2]);
  const doubled = op.add(x, x);
  graph.output('same', x);
  graph.output('seven', graph.scalar(7));
  graph.output('first', doubled);
  graph.output('second', doubled);
  const session = await createSession(graph.encode());
  const out = await session.run({ x: { type: 'float32', dims: [2], data: Float32Array.of(1, 2) } });
  expect(out.same!.data).toEqual(Float32Array.of(1, 2));
  expect(out.seven!.data).toEqual(Float32Array.of(7));
  expect(out.first!.data).toEqual(Float32Array.of(2, 4));
  expect(out.second!.data).toEqual(Float32Array.of(2, 4));
  await session.release();
});

test('inferred shapes are those of the runtime', async () => {
  const graph = createGraph();
  const x = graph.input('x', [2, 3]);
  const values = {
    transposed: op.transpose(x),
    reshaped: op.reshape(x, [3, 1, 2]),
    joined: op.concat([x, op.slice(x, 1, [0, 2])], -1),
    padded: op.pad(x, 0, [1, 2]),
    summed: op.reduceSum(x, [-1], true),
    averaged: op.reduceMean(x, [0]),
    repeated: op.expand(x, [4, 2, 3]),
    outer: op.mul(op.unsqueeze(x, [0, 2]), op.reshape(x, [2, 3, 1])),
    product: op.matMul(op.expand(x, [5, 2, 3]), op.transpose(x)),
    targets: op.oneHot(graph.constant(BigInt64Array.of(1n, 0n), [2]), 4),
  };
  for (const [name, value] of Object.entries(values)) graph.output(name, value);
  const session = await createSession(graph.encode());
  const out = await session.run({ x: { type: 'float32', dims: [2, 3], data: new Float32Array(6) } });
  for (const [name, value] of Object.entries(values))
    expect([name, out[name]!.dims]).toEqual([name, value.shape]);
  expect(values.outer.shape).toEqual([1, 2, 3, 3]);
  expect(values.joined.shape).toEqual([2, 5]);
  await session.release();
});

test('operators refuse inputs that do not fit and name their shapes', () => {
  const graph = createGraph();
  const x = graph.input('x', [2, 3]);
  const y = graph.input('y', [2, 2]);
  const labels = graph.input('labels', [3], 'int64');
  expect(() => op.add(x, y)).toThrow('Add: shapes must be equal or broadcast, got [2, 3] and [2, 2]');
  expect(() => op.matMul(x, y)).toThrow(
    'MatMul: shapes must be [… M, K] and [… K, N], got [2, 3] and [2, 2]',
  );
  expect(() => op.gemm(x, y, null, { transposeB: true })).toThrow('got [2, 3] and [2, 2] transposed');
  expect(() => op.reshape(x, [4])).toThrow(
    'Reshape: the new shape must have the 6 elements of [2, 3], got [4]',
  );
  expect(() => op.reduceSum(x, [2])).toThrow('ReduceSum: axis must be an integer in [-2, 2), got 2');
  expect(() => op.slice(x, 1, [2, 5])).toThrow(
    'Slice: 0 ≤ start ≤ end ≤ 3 must hold along axis 1 and a step of at least 1, got 2 and 5, step 1',
  );
  expect(() => op.concat([x, y], 0)).toThrow('Concat');
  expect(() => op.transpose(x, [0, 0])).toThrow(
    'Transpose: order must hold each axis of [2, 3] once, got [0, 0]',
  );
  expect(() => op.mul(x, labels)).toThrow(
    'Mul: both inputs must be of one numeric type, got float32 and int64',
  );
  expect(() => op.softmaxCrossEntropy(x, labels)).toThrow('softmaxCrossEntropy: labels must be [2], got [3]');
  expect(() => graph.apply('Mystery', [x])).toThrow('got Mystery');
  expect(() => graph.input('x', [1])).toThrow('Graph: a name must be new and not empty, got "x"');
  expect(() => graph.constant(new Float32Array(3), [2])).toThrow('has 2 elements, got 3');
  expect(() => op.add(x, createGraph().input('x', [2, 3]))).toThrow(
    'every input must be a value of this graph',
  );
});
