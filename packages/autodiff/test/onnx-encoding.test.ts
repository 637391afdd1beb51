import { expect, test } from 'vitest';
import { encodeOnnxModel } from '../src/onnx-encoding.js';
import { integers, messages, readMessage, texts } from './onnx-reader.js';

const model = {
  name: 'example',
  inputs: [{ name: 'x', type: 'float32' as const, shape: ['N', 300] }],
  outputs: [{ name: 'y', type: 'float32' as const, shape: ['N', 300] }],
  initializers: [
    { name: 'c', shape: [2], data: Float32Array.of(1.5, -2) },
    { name: 'axes', shape: [1], data: BigInt64Array.of(-1n) },
  ],
  nodes: [
    {
      operator: 'Example',
      inputs: ['x', 'c'],
      outputs: ['y'],
      attributes: { axis: -1, perm: [1, 0], alpha: { float: 0.5 } },
    },
  ],
  metadata: { round: '2', note: 'größer' },
};

test('encodeOnnxModel() writes versions and metadata in the fields of ModelProto', () => {
  const message = readMessage(encodeOnnxModel(model));
  expect(integers(message, 1)).toEqual([8]);
  const [opset] = messages(message, 8);
  expect(texts(opset!, 1)).toEqual(['']);
  expect(integers(opset!, 2)).toEqual([17]);
  const metadata = messages(message, 14).map((entry) => [texts(entry, 1)[0], texts(entry, 2)[0]]);
  expect(metadata).toEqual([
    ['round', '2'],
    ['note', 'größer'],
  ]);
});

test('encodeOnnxModel() writes attributes with their type, and -1 as ten bytes of two’s complement', () => {
  const [graph] = messages(readMessage(encodeOnnxModel(model)), 7);
  const [node] = messages(graph!, 1);
  expect([texts(node!, 1), texts(node!, 2), texts(node!, 4)]).toEqual([['x', 'c'], ['y'], ['Example']]);
  const [axis, perm, alpha] = messages(node!, 5);
  expect([texts(axis!, 1), integers(axis!, 3), integers(axis!, 20)]).toEqual([['axis'], [-1], [2]]);
  expect([texts(perm!, 1), integers(perm!, 8), integers(perm!, 20)]).toEqual([['perm'], [1, 0], [7]]);
  // 0.5 in IEEE single precision is 0x3f000000.
  expect([...(alpha!.get(2)![0] as Uint8Array)]).toEqual([0, 0, 0, 0x3f]);
  expect(integers(alpha!, 20)).toEqual([1]);
});

test('encodeOnnxModel() writes tensors raw and shapes with numbers or names', () => {
  const [graph] = messages(readMessage(encodeOnnxModel(model)), 7);
  const [c, axes] = messages(graph!, 5);
  expect([texts(c!, 8), integers(c!, 1), integers(c!, 2)]).toEqual([['c'], [2], [1]]);
  // 1.5 is 0x3fc00000 and -2 is 0xc0000000, little-endian.
  expect([...(c!.get(9)![0] as Uint8Array)]).toEqual([0, 0, 0xc0, 0x3f, 0, 0, 0, 0xc0]);
  expect([texts(axes!, 8), integers(axes!, 2)]).toEqual([['axes'], [7]]);
  expect([...(axes!.get(9)![0] as Uint8Array)]).toEqual(new Array(8).fill(0xff));
  const [input] = messages(graph!, 11);
  const [tensorType] = messages(messages(input!, 2)[0]!, 1);
  expect(integers(tensorType!, 1)).toEqual([1]);
  const dimensions = messages(messages(tensorType!, 2)[0]!, 1);
  expect(texts(dimensions[0]!, 2)).toEqual(['N']);
  expect(integers(dimensions[1]!, 1)).toEqual([300]);
});
