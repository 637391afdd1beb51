import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { decodeOnnxModel } from '../src/index.js';
import { encodeOnnxModel } from '../src/onnx-encoding.js';

const readReference = (name: string) =>
  readFileSync(new URL(`../../../test/reference/onnx-import/${name}.onnx`, import.meta.url));

const bytes = (...parts: (number | Uint8Array)[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...part])));

/** A field of wire type 2, of less than 16384 bytes. */
const field = (number: number, content: Uint8Array) =>
  bytes(number * 8 + 2, (content.length & 127) | 128, content.length >> 7, content);

const text = (value: string) => new TextEncoder().encode(value);

test('decodeOnnxModel() gives back what encodeOnnxModel() wrote', () => {
  const decoded = decodeOnnxModel(
    encodeOnnxModel({
      name: 'example',
      inputs: [{ name: 'x', type: 'float32', shape: ['N', 300] }],
      outputs: [{ name: 'y', type: 'int64', shape: [] }],
      initializers: [
        { name: 'c', shape: [2, 1], data: Float32Array.of(1.5, -2) },
        { name: 'axes', shape: [1], data: BigInt64Array.of(-1n) },
      ],
      nodes: [
        {
          operator: 'Example',
          inputs: ['x', '', 'c'],
          outputs: ['y'],
          attributes: { axis: -1, perm: [1, 0], alpha: { float: 0.5 }, mode: { text: 'größer' } },
        },
      ],
      metadata: { round: '2', __proto__: 'x' },
    }),
  );
  expect(decoded).toMatchObject({ graphName: 'example', producer: 'ganscout', metadata: { round: '2' } });
  expect([...decoded.operatorSets]).toEqual([['', 17]]);
  expect(decoded.inputs).toEqual([{ name: 'x', elementType: 1, shape: ['N', 300] }]);
  expect(decoded.outputs).toEqual([{ name: 'y', elementType: 7, shape: [] }]);
  expect(decoded.initializers.get('c')).toEqual({
    name: 'c',
    type: 'float32',
    shape: [2, 1],
    data: Float32Array.of(1.5, -2),
  });
  expect(decoded.initializers.get('axes')!.data).toEqual(BigInt64Array.of(-1n));
  const [node] = decoded.nodes;
  expect(node).toMatchObject({ name: 'y', operator: 'Example', domain: '', inputs: ['x', '', 'c'] });
  expect(Object.fromEntries(node!.attributes)).toEqual({
    axis: { kind: 'int', value: -1 },
    perm: { kind: 'ints', value: [1, 0] },
    alpha: { kind: 'float', value: 0.5 },
    mode: { kind: 'text', value: 'größer' },
  });
});

// The values that `test/reference/onnx-import/make_models.py` stores.
const NUMBERS = [0, 1.5, -2, 2 ** -24, 65504, -0.15625];
const INTEGERS = [0n, 1n, -1n, 2147483647n, -2147483648n, 70000n];

test('decodeOnnxModel() reads tensors of every type, as lists and as raw bytes', () => {
  const { initializers } = decodeOnnxModel(readReference('stored'));
  for (const name of ['float32', 'float64', 'float16']) {
    expect(initializers.get(name)).toMatchObject({ shape: [2, 3], data: Float32Array.from(NUMBERS) });
    expect(initializers.get(`${name} raw`)!.data).toEqual(Float32Array.from(NUMBERS));
  }
  for (const name of ['int32', 'int64']) {
    expect(initializers.get(name)!.data).toEqual(BigInt64Array.from(INTEGERS));
    expect(initializers.get(`${name} raw`)!.data).toEqual(BigInt64Array.from(INTEGERS));
  }
  expect(initializers.get('bool')).toMatchObject({ type: 'bool', data: Uint8Array.of(1, 0, 1) });
  expect(initializers.get('bool raw')!.data).toEqual(Uint8Array.of(1, 0, 1));
  expect(initializers.get('bfloat16')!.data).toEqual(Float32Array.of(1.5, -0.15625));
});

test('decodeOnnxModel() reads the same from every alignment, and aligned floats without a copy', () => {
  const file = readReference('stored');
  const views = [0, 1, 2, 3].map((offset) => {
    const larger = new Uint8Array(file.length + 4);
    larger.set(file, offset);
    const { data } = decodeOnnxModel(larger.subarray(offset, offset + file.length)).initializers.get(
      'float32 raw',
    )!;
    expect(data).toEqual(Float32Array.from(NUMBERS));
    return data.buffer === larger.buffer;
  });
  expect(views.filter((isView) => isView)).toHaveLength(1);
});

test('decodeOnnxModel() refuses tensors in other files, and says what to do', () => {
  expect(() => decodeOnnxModel(readReference('external'))).toThrow(
    'expected the data of tensor "float32" in this file, found a reference to another file; save the model as one file',
  );
});

const tensorModel = (...tensor: (number | Uint8Array)[]) => field(7, field(5, bytes(...tensor)));
const named = field(8, text('w'));

test.each([
  ['no graph', new Uint8Array(0), 'expected an ONNX model, which has a graph, found none'],
  ['a text', text('%PDF-1.7 and more'), 'expected'],
  ['a length beyond the end', bytes(0x3a, 100, 0), 'at most 1 more bytes, found a length of 100'],
  [
    'a length of 2^48',
    bytes(0x3a, 255, 255, 255, 255, 255, 255, 255, 1),
    'a key or length of at most 6 bytes',
  ],
  ['a field number of 0', bytes(0x02, 0), 'a field number from 1 to 536870911, found 0'],
  ['a group', bytes(0x0b), 'wire type 0, 1, 2 or 5, found 3'],
  ['an integer of 11 bytes', bytes(0x08, ...new Array<number>(11).fill(255)), 'at most 10 bytes'],
  [
    'a graph that is an integer',
    bytes(0x38, 1),
    'GraphProto, which is a message (wire type 2), found wire type 0',
  ],
  ['two graphs', bytes(field(7, text('')), field(7, text(''))), 'one graph, found a second'],
  ['a text that is not UTF-8', field(2, bytes(0xff)), 'a text in UTF-8'],
  ['a size of 2^41', tensorModel(0x08, ...[128, 128, 128, 128, 128, 64], 0x10, 1, named), 'from 0 to 2^40'],
  ['a negative size', tensorModel(0x08, ...new Array<number>(9).fill(255), 1, 0x10, 1, named), 'found [-1]'],
  [
    '17 sizes',
    tensorModel(...new Array<number[]>(17).fill([8, 1]).flat(), 0x10, 1, named),
    'at most 16 sizes',
  ],
  [
    'fewer elements than the shape',
    tensorModel(0x08, 2, 0x10, 1, named, field(9, new Uint8Array(4))),
    'tensor "w" of shape [2] to have 2 elements, found 1',
  ],
  [
    'a part of an element',
    tensorModel(0x08, 1, 0x10, 1, named, field(9, new Uint8Array(3))),
    'multiple of 4',
  ],
  ['texts', tensorModel(0x08, 0, 0x10, 8, named), 'found element type 8'],
  [
    'two tensors of a name',
    field(7, bytes(...[0, 1].flatMap(() => [field(5, bytes(0x08, 0, 0x10, 1, named))]))),
    'a new name for an initializer, found "w"',
  ],
  [
    'an attribute without type',
    field(7, field(1, field(5, field(1, text('a'))))),
    'attribute "a" to have a type',
  ],
])('decodeOnnxModel() refuses %s', (_what, file, message) => {
  expect(() => decodeOnnxModel(file)).toThrow(SyntaxError);
  expect(() => decodeOnnxModel(file)).toThrow(message);
});

test('decodeOnnxModel() says at which byte a file is wrong', () => {
  expect(() => decodeOnnxModel(bytes(0x08, 8, 0x3a, 100, 0))).toThrow(
    'ONNX file, byte 4, ModelProto: expected',
  );
});

test('decodeOnnxModel() reads a branch inside a node, and no more than 8 inside each other', () => {
  /** GraphProto with so many graphs in it, each in an attribute of a node. */
  const nested = (depth: number): Uint8Array =>
    depth === 0
      ? field(2, text('innermost'))
      : field(1, field(5, bytes(field(1, text('g')), field(6, nested(depth - 1)), 0xa0, 1, 5)));
  const model = decodeOnnxModel(field(7, nested(7)));
  expect(model.nodes[0]!.attributes.get('g')!.kind).toBe('graph');
  expect(() => decodeOnnxModel(field(7, nested(8)))).toThrow('at most 8 graphs inside each other');
});
