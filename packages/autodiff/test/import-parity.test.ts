import { expect, test } from 'vitest';
import { createSession, gradients, importModel, operators as op } from '../src/index.js';
import { type AttributeValue, encodeOnnxModel, type OnnxInitializer } from '../src/onnx-encoding.js';

/** One node on x, and after it the constants, "" for one that is left out. */
interface ParityCase {
  readonly shape: readonly number[];
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  readonly constants?: readonly (
    | readonly number[]
    | ''
    | { readonly floats: number[]; readonly shape?: number[] }
  )[];
  readonly outputs?: number;
}

const text = (value: string) => ({ text: value });
const image = [2, 3, 7, 6];
const kernel = (...shape: number[]) => ({
  floats: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.cos(2 * i + 1)),
  shape,
});
const resizing = (mode: string, coordinates: string, nearest = 'floor'): ParityCase => ({
  shape: image,
  attributes: {
    mode: text(mode),
    coordinate_transformation_mode: text(coordinates),
    nearest_mode: text(nearest),
  },
  constants: ['', { floats: [1, 1, 1.5, 0.75] }],
});

const CASES: Readonly<Record<string, Readonly<Record<string, ParityCase>>>> = {
  Conv: {
    'padded to the same size, more at the end': {
      shape: image,
      attributes: { auto_pad: text('SAME_UPPER'), strides: [2, 1] },
      constants: [kernel(2, 3, 2, 2)],
    },
    'padded to the same size, more at the start': {
      shape: image,
      attributes: { auto_pad: text('SAME_LOWER'), strides: [2, 2], kernel_shape: [4, 3] },
      constants: [kernel(2, 3, 4, 3), kernel(2)],
    },
    'not padded': { shape: image, attributes: { auto_pad: text('VALID') }, constants: [kernel(2, 3, 2, 2)] },
  },
  ConvTranspose: {
    'to a given size': {
      shape: [1, 2, 4, 3],
      attributes: { strides: [2, 2], output_shape: [8, 6] },
      constants: [kernel(2, 1, 3, 3)],
    },
    'to the same size': {
      shape: [1, 2, 4, 3],
      attributes: { strides: [2, 2], auto_pad: text('SAME_UPPER') },
      constants: [kernel(2, 1, 3, 3)],
    },
    'with different ends': {
      shape: [1, 2, 4, 3],
      attributes: { strides: [2, 3], pads: [1, 0, 0, 2], output_padding: [1, 0] },
      constants: [kernel(2, 2, 3, 4), kernel(2)],
    },
  },
  MaxPool: {
    'padded to the same size': {
      shape: image,
      attributes: { kernel_shape: [3, 2], strides: [2, 2], auto_pad: text('SAME_UPPER') },
    },
    'with a part of a window at the end': {
      shape: image,
      attributes: { kernel_shape: [2, 3], strides: [2, 2], ceil_mode: 1 },
    },
    'with gaps': {
      shape: image,
      attributes: { kernel_shape: [2, 3], dilations: [3, 2], pads: [1, 1, 0, 1] },
    },
  },
  AveragePool: {
    'not counting the padding': {
      shape: image,
      attributes: { kernel_shape: [3, 2], strides: [2, 1], pads: [1, 0, 1, 1] },
    },
    'counting it': {
      shape: image,
      attributes: { kernel_shape: [3, 2], strides: [2, 1], pads: [1, 0, 1, 1], count_include_pad: 1 },
    },
    'padded to the same size': {
      shape: image,
      attributes: { kernel_shape: [3, 3], strides: [2, 2], auto_pad: text('SAME_LOWER') },
    },
  },
  Resize: {
    'nearest at half pixels': resizing('nearest', 'half_pixel', 'round_prefer_floor'),
    'nearest above': resizing('nearest', 'asymmetric', 'ceil'),
    'nearest with aligned corners': resizing('nearest', 'align_corners', 'round_prefer_ceil'),
    'linear at half pixels': resizing('linear', 'half_pixel'),
    'linear with aligned corners': resizing('linear', 'align_corners'),
    'linear without an offset': resizing('linear', 'asymmetric'),
    'cubic at half pixels': resizing('cubic', 'pytorch_half_pixel'),
  },
  Slice: {
    'of two axes, one of them backward': {
      shape: image,
      constants: [
        [-2, 1],
        [-100, 1000],
        [2, 3],
        [-2, 3],
      ],
    },
    'of the first axes': { shape: image, constants: [[1], [2]] },
    'of nothing': { shape: [3, 4], constants: [[2], [1], [1]] },
  },
  Pad: {
    'with a number': { shape: [2, 3], constants: [[0, 1, 2, 0], { floats: [1.5], shape: [] }] },
    'with what is there': { shape: [3, 4], attributes: { mode: text('reflect') }, constants: [[2, 0, 1, 3]] },
    'with the ends': { shape: [3, 4], attributes: { mode: text('edge') }, constants: [[2, 0, 0, 3]] },
    'by less than nothing': { shape: [3, 4], constants: [[-1, 2, 1, -2]] },
  },
  Split: { 'into given parts': { shape: [2, 6], attributes: { axis: -1 }, constants: [[1, 5]], outputs: 2 } },
  Gather: {
    'of a matrix of places': {
      shape: [2, 4, 3],
      attributes: { axis: 1 },
      constants: [[0, -1, 0]],
    },
  },
  Tile: { 'of both axes': { shape: [2, 3], constants: [[2, 3]] } },
  DepthToSpace: {
    'depth first': { shape: [1, 8, 2, 3], attributes: { blocksize: 2 } },
    'column first': { shape: [1, 8, 2, 3], attributes: { blocksize: 2, mode: text('CRD') } },
  },
  SpaceToDepth: { 'of blocks of 2': { shape: [1, 2, 4, 6], attributes: { blocksize: 2 } } },
  Flatten: { 'from the last axis': { shape: image, attributes: { axis: -1 } } },
  Transpose: { 'to the opposite order': { shape: [2, 3, 4] } },
  Squeeze: {
    'of every axis of size 1': { shape: [1, 3, 1, 2] },
    'of one': { shape: [1, 3, 1], constants: [[-1]] },
  },
  Softmax: { 'along the first axis': { shape: [3, 2], attributes: { axis: 0 } } },
  ReduceMean: { 'over everything': { shape: [2, 3], attributes: { keepdims: 0 } } },
  ReduceSum: { 'over an axis': { shape: [2, 3], constants: [[-1]] } },
  ReduceL2: { 'over an axis': { shape: [2, 3], attributes: { axes: [0] } } },
  ReduceLogSumExp: { 'over two': { shape: [2, 3, 2], attributes: { axes: [0, 2], keepdims: 0 } } },
  GlobalMaxPool: { 'of an image': { shape: image } },
  MatMul: { 'with a column': { shape: [2, 3], constants: [{ floats: [1, 2, 3] }] } },
  Gemm: {
    'with factors': {
      shape: [2, 3],
      attributes: { alpha: { float: 0.5 }, beta: { float: 2 }, transB: 1 },
      constants: [kernel(4, 3), kernel(4)],
    },
  },
  InstanceNormalization: { 'of an image': { shape: image, constants: [kernel(3), kernel(3)] } },
  LayerNormalization: {
    'of two axes': { shape: [2, 3, 4], attributes: { axis: 1 }, constants: [kernel(3, 4), kernel(3, 4)] },
  },
  Clip: { 'from below': { shape: [3, 4], constants: [{ floats: [-0.2], shape: [] }] } },
};

function encode(
  operator: string,
  { shape, attributes = {}, constants = [], outputs = 1 }: ParityCase,
): Uint8Array {
  const initializers = constants.flatMap((constant, i): OnnxInitializer[] => {
    if (constant === '') return [];
    if (!('floats' in constant)) {
      return [{ name: `c${i}`, shape: [constant.length], data: BigInt64Array.from(constant, BigInt) }];
    }
    const { floats, shape: own = [floats.length] } = constant;
    return [{ name: `c${i}`, shape: own, data: Float32Array.from(floats) }];
  });
  const names = Array.from({ length: outputs }, (_, i) => `y${i}`);
  return encodeOnnxModel({
    name: 'one',
    inputs: [{ name: 'x', type: 'float32', shape }],
    outputs: names.map((name) => ({ name, type: 'float32', shape: ['?'] })),
    initializers,
    nodes: [
      {
        operator,
        inputs: ['x', ...constants.map((constant, i) => (constant === '' ? '' : `c${i}`))],
        outputs: names,
        attributes,
      },
    ],
    metadata: {},
  });
}

/** Outputs of a model on fixed numbers, by name. */
async function run(model: Uint8Array, shape: readonly number[]) {
  const count = shape.reduce((a, b) => a * b, 1);
  const data = Float32Array.from({ length: count }, (_, i) => 1.5 * Math.sin(12.9898 * (i + 1)));
  const session = await createSession(model);
  const found = await session.run({ x: { type: 'float32', dims: shape, data } });
  await session.release();
  return found;
}

const LISTED = Object.entries(CASES).flatMap(([operator, cases]) =>
  Object.entries(cases).map(([name, parity]) => [operator, name, parity] as const),
);

test.each(
  LISTED,
)('importModel() of %s %s equals the runtime, and has a gradient', async (operator, _name, parity) => {
  const file = encode(operator, parity);
  const { graph, inputs, outputs } = importModel(file, { batch: parity.shape[0]! });
  for (const [name, value] of outputs) graph.output(name, value);
  const [first] = outputs.values();
  const loss = op.reduceSum(first!, [...first!.shape.keys()]);
  expect(gradients(loss, [inputs.get('x')!])[0]!.shape).toEqual(parity.shape);
  const expected = await run(file, parity.shape);
  const found = await run(graph.encode(), parity.shape);
  for (const name of outputs.keys()) {
    expect(found[name]!.dims).toEqual(expected[name]!.dims);
    const numbers = Array.from(expected[name]!.data, Number);
    // Sums of a few numbers around 1 in another order.
    numbers.forEach((value, i) => {
      expect(Math.abs(Number(found[name]!.data[i]) - value)).toBeLessThan(
        1e-5 * Math.max(1, Math.abs(value)),
      );
    });
  }
});
