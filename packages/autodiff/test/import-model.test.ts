import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  createSession,
  createTrainer,
  gradients,
  type ImportedModel,
  type ImportOptions,
  importModel,
  operators as op,
} from '../src/index.js';
import { encodeOnnxModel, type OnnxInitializer, type OnnxNode } from '../src/onnx-encoding.js';

const FOLDER = new URL('../../../test/reference/onnx-import/', import.meta.url);

interface GoldenTensor {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** What `test/reference/onnx-import/make_models.py` wrote. */
interface GoldenCase {
  readonly name: string;
  readonly inputs: { readonly x: GoldenTensor };
  readonly weights: readonly number[];
  readonly output: GoldenTensor;
  readonly gradients: Readonly<Record<string, readonly number[]>>;
}

const { cases: GOLDEN }: { readonly cases: readonly GoldenCase[] } = JSON.parse(
  readFileSync(new URL('cases.json', FOLDER), 'utf8'),
);

const readModel = (name: string) => readFileSync(new URL(`${name}.onnx`, FOLDER));

function optionsFor({ inputs }: GoldenCase): ImportOptions {
  const [batch, , height, width] = inputs.x.shape;
  return height !== undefined && width !== undefined
    ? { batch: batch!, imageSize: [height, width] }
    : { batch: batch! };
}

/** Adds the gradients of Σ weights · output with respect to the input and all parameters, and runs. */
async function runWithGradients(model: ImportedModel, golden: GoldenCase) {
  const { graph, inputs, outputs, parameters } = model;
  const y = outputs.get('y')!;
  const weights = graph.constant(Float32Array.from(golden.weights), y.shape as number[]);
  const loss = op.reduceSum(op.mul(y, weights), [...y.shape.keys()]);
  const names = ['x', ...Object.keys(parameters)];
  const values = [inputs.get('x')!, ...Object.values(parameters).map(({ value }) => value)];
  graph.output('result', y);
  gradients(loss, values).forEach((gradient, i) => {
    graph.output(`gradient of ${names[i]}`, gradient);
  });
  const session = await createSession(graph.encode());
  const { shape, data } = golden.inputs.x;
  const stored = Object.entries(parameters).map(
    ([name, { value, initial }]) => [name, { type: 'float32', dims: value.shape, data: initial }] as const,
  );
  const x = { type: 'float32', dims: shape, data: Float32Array.from(data) } as const;
  const found = await session.run({ x, ...Object.fromEntries(stored) } as never);
  await session.release();
  return found;
}

/** Relative to the largest element: 1e-4. */
function expectClose(found: ArrayLike<number | bigint>, expected: readonly number[], what: string): void {
  expect([what, found.length]).toEqual([what, expected.length]);
  const scale = Math.max(1e-3, ...expected.map(Math.abs));
  const error = Math.max(...expected.map((value, i) => Math.abs(Number(found[i]) - value)));
  expect(error / scale, what).toBeLessThan(1e-4);
}

test.each(
  GOLDEN.map((golden) => [golden.name, golden] as const),
)('importModel() of %s equals PyTorch, and so do its gradients', async (_name, golden) => {
  const names = new Set(Object.keys(golden.gradients));
  const model = importModel(readModel(golden.name), {
    ...optionsFor(golden),
    trainable: (name) => names.has(name),
  });
  expect(['x', ...Object.keys(model.parameters)].sort()).toEqual([...names].sort());
  expect(model.outputs.get('y')!.shape).toEqual(golden.output.shape);
  const found = await runWithGradients(model, golden);
  expectClose(found.result!.data, golden.output.data, 'output');
  for (const [name, expected] of Object.entries(golden.gradients)) {
    expectClose(found[`gradient of ${name}`]!.data, expected, name);
  }
});

/** A model of one input x [2, 3] with these nodes, of which the last makes the output y. */
function modelOf(
  nodes: readonly Partial<OnnxNode>[],
  initializers: readonly OnnxInitializer[] = [],
): Uint8Array {
  const last = nodes.length - 1;
  return encodeOnnxModel({
    name: 'test',
    inputs: [{ name: 'x', type: 'float32', shape: [2, 3] }],
    outputs: [{ name: 'y', type: 'float32', shape: [] }],
    initializers,
    nodes: nodes.map((node, i) => ({
      operator: '',
      inputs: ['x'],
      outputs: [i === last ? 'y' : `t${i}`],
      attributes: {},
      ...node,
    })),
    metadata: { labels: 'real,fake' },
  });
}

const floats = (name: string, ...values: number[]): OnnxInitializer => ({
  name,
  shape: [values.length],
  data: Float32Array.from(values),
});
const integers = (name: string, ...values: number[]): OnnxInitializer => ({
  name,
  shape: [values.length],
  data: BigInt64Array.from(values, BigInt),
});

test('importModel() gives the values by name, the outputs asked for, and only what they depend on', () => {
  const asked: string[] = [];
  const model = importModel(readModel('residual'), {
    batch: 2,
    outputs: ['/pool/MaxPool_output_0', '/conv1/Conv_output_0'],
    trainable: (name) => {
      asked.push(name);
      return name.startsWith('conv1');
    },
  });
  expect([...model.outputs.keys()]).toEqual(['/pool/MaxPool_output_0', '/conv1/Conv_output_0']);
  expect(model.outputs.get('/conv1/Conv_output_0')!.shape).toEqual([2, 4, 4, 4]);
  expect(model.values.get('/pool/MaxPool_output_0')).toBe(model.outputs.get('/pool/MaxPool_output_0'));
  expect(model.values.get('x')).toBe(model.inputs.get('x'));
  expect(model.values.get('conv1.weight')).toBe(model.parameters['conv1.weight']!.value);
  // The statistics of batch norm are not asked about.
  expect(asked.sort()).toEqual(['conv1.weight', 'norm.bias', 'norm.weight', 'stem.weight']);
  expect(Object.keys(model.parameters)).toEqual(['conv1.weight']);
});

test('importModel() takes the sizes that a file leaves open from the options', () => {
  const open = readModel('residual-merged');
  const shapeOf = (options: ImportOptions) => importModel(open, options).inputs.get('x')!.shape;
  expect(shapeOf({ batch: 5, imageSize: [20, 24] })).toEqual([5, 3, 20, 24]);
  expect(shapeOf({ batch: 5, shapes: { x: [1, 3, 16, 16] } })).toEqual([1, 3, 16, 16]);
  expect(() => shapeOf({ batch: 5 })).toThrow(
    'importModel: imageSize must be given; axis 2 of input "x" is open: [batch, 3, height, width]',
  );
  expect(() => shapeOf({ batch: 0 })).toThrow('importModel: batch must be of positive integers, got [0]');
  const fixed = readModel('residual');
  expect(() => importModel(fixed, { batch: 3 })).toThrow(
    'importModel: batch must be 2, which the file fixes for input "x" of shape [2, 3, 13, 14], got 3; export the model with a dynamic first axis, or give shapes',
  );
  expect(importModel(fixed, { batch: 3, shapes: { x: [3, 3, 13, 14] } }).outputs.get('y')!.shape).toEqual([
    3, 5,
  ]);
});

test('importModel() puts values of an earlier training in the place of those of the file', async () => {
  const bytes = modelOf([{ operator: 'Mul', inputs: ['x', 'w'] }], [floats('w', 1, 2, 3)]);
  const { graph, outputs, metadata } = importModel(bytes, {
    batch: 2,
    replace: { w: Float32Array.of(10, 20, 30) },
  });
  graph.output('result', outputs.get('y')!);
  const session = await createSession(graph.encode());
  const x = { type: 'float32', dims: [2, 3], data: Float32Array.of(1, 1, 1, 2, 2, 2) } as const;
  expect((await session.run({ x })).result!.data).toEqual(Float32Array.of(10, 20, 30, 20, 40, 60));
  await session.release();
  expect(metadata).toEqual({ labels: 'real,fake' });
  const replaced = (replace: Record<string, Float32Array>) => () => importModel(bytes, { batch: 2, replace });
  expect(replaced({ v: new Float32Array(3) })).toThrow(
    'must name float tensors stored in the model, got "v"',
  );
  expect(replaced({ w: new Float32Array(2) })).toThrow('replace.w must have the 3 elements of [3], got 2');
});

test('importModel() names every operator that is not known, with its node', () => {
  const bytes = modelOf([{ operator: 'Mystery' }, { operator: 'Relu', inputs: ['t0'] }]);
  expect(() => importModel(bytes, { batch: 2 })).toThrow(TypeError);
  expect(() => importModel(bytes, { batch: 2 })).toThrow(
    /found Mystery of node "t0", but operators must be among Abs, Add, .*Where; choose outputs that come before/,
  );
});

test('an operator without a gradient can be run, and gradients() across it names it and its node', () => {
  const bytes = modelOf(
    [{ operator: 'Round' }, { operator: 'Mul', inputs: ['t0', 'w'] }],
    [floats('w', 1, 2, 3)],
  );
  const { outputs, inputs, parameters } = importModel(bytes, { batch: 2, trainable: () => true });
  const loss = op.reduceSum(outputs.get('y')!, [0, 1]);
  expect(gradients(loss, [parameters.w!.value])[0]!.shape).toEqual([3]);
  expect(() => gradients(loss, [inputs.get('x')!])).toThrow(
    'gradients: operator Round of node "t0" has no gradient; choose values that come after it, or none',
  );
});

test.each<[string, Partial<OnnxNode>[], OnnxInitializer[], string]>([
  [
    'an attribute it does not know',
    [{ operator: 'Relu', attributes: { slope: 1 } }],
    [],
    'operator Relu of node "y": expected no attribute "slope", whose meaning is not known here',
  ],
  [
    'an attribute of another kind',
    [{ operator: 'Softmax', attributes: { axis: { text: 'last' } } }],
    [],
    'attribute "axis" to be of kind int, found text',
  ],
  [
    'an axis outside',
    [{ operator: 'Softmax', attributes: { axis: 2 } }],
    [],
    'axis must be an integer in [-2, 2), got 2',
  ],
  [
    'a shape that does not fit',
    [{ operator: 'Reshape', inputs: ['x', 's'] }],
    [integers('s', 4, -1)],
    'expected a new shape of the 6 elements of [2, 3], found [4, -1]',
  ],
  [
    'a shape that depends on the input',
    [
      { operator: 'Cast', attributes: { to: 7 } },
      { operator: 'Reshape', inputs: ['x', 't0'] },
    ],
    [],
    'operator Reshape of node "y": expected input 1 to be known before the model runs',
  ],
  ['a missing input', [{ operator: 'Add' }], [], 'operator Add of node "y": expected input 1 to be given'],
  [
    'a tensor that nothing makes',
    [{ operator: 'Relu', inputs: ['z'] }],
    [],
    'node "y" must use tensors made before it, found "z"',
  ],
  [
    'a tensor that is made twice',
    [{ operator: 'Relu', outputs: ['y'] }, { operator: 'Relu' }],
    [],
    'an output of node "y" must be new, found tensor "y" again',
  ],
  [
    'batch norm of training',
    [{ operator: 'BatchNormalization', inputs: ['x', 'c', 'c', 'c', 'c'], attributes: { training_mode: 1 } }],
    [floats('c', 1, 1, 1)],
    'expected a model exported for inference (in PyTorch: eval() before the export)',
  ],
  [
    'a second output that is not there',
    [
      { operator: 'Dropout', outputs: ['a', 'mask'] },
      { operator: 'Cast', inputs: ['mask'], attributes: { to: 1 } },
    ],
    [],
    'tensor "mask" is not there',
  ],
])('importModel() refuses %s', (_what, nodes, initializers, message) => {
  expect(() => importModel(modelOf(nodes, initializers), { batch: 2 })).toThrow(message);
});

test('a part of an imported model can be trained with createTrainer()', async () => {
  const [golden] = GOLDEN;
  const { graph, outputs, parameters } = importModel(readModel('residual'), {
    batch: 2,
    trainable: (name) => name.startsWith('head') || name.startsWith('norm1'),
  });
  expect(Object.keys(parameters).sort()).toEqual(['head.bias', 'head.weight', 'norm1.bias', 'norm1.weight']);
  const labels = graph.constant(BigInt64Array.of(3n, 1n), [2]);
  const trainer = await createTrainer(op.softmaxCrossEntropy(outputs.get('y')!, labels), parameters);
  const { shape, data } = golden!.inputs.x;
  const feeds = { x: { type: 'float32', dims: shape, data: Float32Array.from(data) } } as const;
  const losses: number[] = [];
  for (let i = 0; i < 30; i++) losses.push((await trainer.step(feeds, 0.05)).loss);
  await trainer.release();
  expect(losses[29]).toBeLessThan(0.2 * losses[0]!);
});

test('importModel() refuses outputs that are not there and operator sets it does not know', () => {
  const bytes = modelOf([{ operator: 'Relu' }]);
  expect(() => importModel(bytes, { batch: 2, outputs: ['z'] })).toThrow(
    'importModel: outputs must be tensors of the model (the last ones are y), got "z"',
  );
  // The version is the last byte but for the metadata: 17 becomes 10.
  const old = modelOf([{ operator: 'Relu' }]);
  old[old.lastIndexOf(17)] = 10;
  expect(() => importModel(old, { batch: 2 })).toThrow(
    'the operator set must be of version 11 to 20, found 10',
  );
});

const ERRORS = [SyntaxError, TypeError, RangeError];

/** Imports what may be no model. @returns whether it was one. @throws whatever is not an error about the file. */
function importsSafely(bytes: Uint8Array): boolean {
  try {
    importModel(bytes, { batch: 2, imageSize: [16, 16], trainable: () => true }).graph.encode();
    return true;
  } catch (error) {
    if (ERRORS.some((kind) => (error as Error).constructor === kind)) return false;
    throw error;
  }
}

test.each([
  ['residual', 1],
  ['attention', 7],
])('importModel() refuses %s cut off anywhere', (name, step) => {
  const file = readModel(name);
  for (let length = 0; length < file.length; length += step) {
    expect([length, importsSafely(file.subarray(0, length))]).toEqual([length, false]);
  }
});

test.each([
  'newer',
  'residual',
  'shapes',
  'attention',
  'resizing',
])('importModel() of %s with any bit turned over ends, in time and with little memory', (name) => {
  const file = new Uint8Array(readModel(name));
  const step = Math.ceil(file.length / 400);
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  for (let i = 0; i < file.length; i += step) {
    for (const bit of [0, 3, 5, 7]) {
      file[i]! ^= 1 << bit;
      importsSafely(file);
      file[i]! ^= 1 << bit;
    }
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }
  expect(most).toBeLessThan(300e6);
}, 60_000);

test.each<[string, Partial<OnnxNode>[], OnnxInitializer[]]>([
  ['ConstantOfShape', [{ operator: 'ConstantOfShape', inputs: ['s'] }], [integers('s', 2 ** 20, 2 ** 20)]],
  ['Range', [{ operator: 'Range', inputs: ['a', 'b', 'a'] }], [integers('a', 1), integers('b', 2 ** 40)]],
  ['Expand', [{ operator: 'Expand', inputs: ['x', 's'] }], [integers('s', 2 ** 30, 2, 3)]],
  ['Tile', [{ operator: 'Tile', inputs: ['x', 's'] }], [integers('s', 2 ** 30, 2 ** 30)]],
  ['Pad', [{ operator: 'Pad', inputs: ['x', 's'] }], [integers('s', 0, 2 ** 40, 0, 0)]],
  [
    'Resize',
    [{ operator: 'Resize', inputs: ['x', '', 's'] }],
    [{ name: 's', shape: [2], data: Float32Array.of(1, 1e12) }],
  ],
])('importModel() refuses a tensor of 2^40 elements made by %s', (_operator, nodes, initializers) => {
  const before = process.memoryUsage().arrayBuffers;
  expect(() => importModel(modelOf(nodes, initializers), { batch: 2 })).toThrow(/expected/);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e7);
});
