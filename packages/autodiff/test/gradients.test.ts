import { describe, expect, test } from 'vitest';
import {
  createGraph,
  createSession,
  type Graph,
  type GraphValue,
  gradients,
  operators as op,
} from '../src/index.js';
import { OPERATOR_NAMES, operatorRule } from '../src/operators/table.js';

/** A function of some tensors of given shapes; `low` bounds their values from below where the operator needs it. */
interface Case {
  readonly shapes: readonly (readonly number[])[];
  readonly build: (values: GraphValue[], graph: Graph) => GraphValue;
  readonly low?: number;
}

const labels = (graph: Graph) => graph.constant(BigInt64Array.of(2n, 0n, 2n, 1n), [4]);

// One case or more for each differentiable operator, by its ONNX name.
const CASES: Record<string, Record<string, Case>> = {
  Add: {
    'of one shape': {
      shapes: [
        [2, 3],
        [2, 3],
      ],
      build: ([a, b]) => op.add(a!, b!),
    },
    'broadcast along a leading axis': { shapes: [[2, 3], [3]], build: ([a, b]) => op.add(a!, b!) },
    'broadcast along axes of size 1 on both sides': {
      shapes: [
        [2, 1, 3],
        [4, 1],
      ],
      build: ([a, b]) => op.add(a!, b!),
    },
    'with a scalar': { shapes: [[], [2, 2]], build: ([a, b]) => op.add(a!, b!) },
  },
  Sub: {
    'broadcast on the right': {
      shapes: [
        [2, 3],
        [1, 3],
      ],
      build: ([a, b]) => op.sub(a!, b!),
    },
  },
  Mul: {
    'broadcast on the left': {
      shapes: [
        [3, 1],
        [2, 3, 2],
      ],
      build: ([a, b]) => op.mul(a!, b!),
    },
    'of a value with itself': { shapes: [[5]], build: ([a]) => op.mul(a!, a!) },
  },
  Div: { broadcast: { shapes: [[2, 3], [3]], low: 0.5, build: ([a, b]) => op.div(a!, b!) } },
  Neg: { 'of a matrix': { shapes: [[2, 3]], build: ([a]) => op.neg(a!) } },
  Relu: { 'on both sides of 0': { shapes: [[4, 3]], build: ([a]) => op.relu(a!) } },
  LeakyRelu: { 'on both sides of 0': { shapes: [[4, 3]], build: ([a]) => op.leakyRelu(a!, 0.2) } },
  Clip: { 'within and outside': { shapes: [[4, 3]], build: ([a]) => op.clip(a!, -0.7, 0.5) } },
  Elu: { 'on both sides of 0': { shapes: [[4, 3]], build: ([a]) => op.elu(a!, 0.7) } },
  Softplus: { 'of a matrix': { shapes: [[2, 3]], build: ([a]) => op.softplus(a!) } },
  HardSigmoid: { 'within and outside': { shapes: [[4, 3]], build: ([a]) => op.hardSigmoid(a!, 0.5, 0.45) } },
  Erf: { 'of a matrix': { shapes: [[2, 3]], build: ([a]) => op.erf(a!) } },
  Abs: { 'on both sides of 0': { shapes: [[4, 3]], build: ([a]) => op.abs(a!) } },
  Sin: { 'of a matrix': { shapes: [[2, 3]], build: ([a]) => op.sin(a!) } },
  Cos: { 'of a matrix': { shapes: [[2, 3]], build: ([a]) => op.cos(a!) } },
  Pow: {
    'by a broadcast exponent': { shapes: [[2, 3], [3]], low: 0.5, build: ([a, b]) => op.pow(a!, b!) },
  },
  ReduceMax: { 'without the axis': { shapes: [[2, 3, 2]], build: ([a]) => op.reduceMax(a!, [1]) } },
  ReduceMin: { 'with the axes': { shapes: [[2, 3, 2]], build: ([a]) => op.reduceMin(a!, [0, 2], true) } },
  Gather: {
    'of entries more than once': {
      shapes: [[2, 4, 3]],
      build: ([a], graph) => op.gather(a!, 1, graph.constant(BigInt64Array.of(1n, -1n, 1n, 0n), [2, 2])),
    },
  },
  BatchNormalization: {
    'by stored statistics': {
      shapes: [[2, 3, 2], [3], [3]],
      build: ([x, scale, shift], graph) => {
        const mean = graph.constant(Float32Array.of(0.1, -0.4, 0.3), [3]);
        const variance = graph.constant(Float32Array.of(0.5, 1.5, 2), [3]);
        return op.frozenBatchNorm(x!, { scale: scale!, shift: shift!, mean, variance }, 0.01);
      },
    },
  },
  Exp: { 'of a matrix': { shapes: [[2, 3]], build: ([a]) => op.exp(a!) } },
  Log: { 'of positive values': { shapes: [[2, 3]], low: 0.5, build: ([a]) => op.log(a!) } },
  Sqrt: { 'of positive values': { shapes: [[2, 3]], low: 0.5, build: ([a]) => op.sqrt(a!) } },
  Reciprocal: { 'of positive values': { shapes: [[2, 3]], low: 0.5, build: ([a]) => op.reciprocal(a!) } },
  Sigmoid: { 'of a matrix': { shapes: [[2, 3]], build: ([a]) => op.sigmoid(a!) } },
  Tanh: { 'of a matrix': { shapes: [[2, 3]], build: ([a]) => op.tanh(a!) } },
  Conv: {
    'with stride, dilation, padding and groups': {
      shapes: [[2, 4, 7, 6], [6, 2, 2, 3], [6]],
      build: ([x, w, b]) =>
        op.convolution(x!, w!, b!, {
          strides: [2, 1],
          dilations: [1, 2],
          padding: [
            [1, 0],
            [0, 2],
          ],
          groups: 2,
        }),
    },
    'of one element': {
      shapes: [
        [2, 3, 2, 2],
        [2, 3, 1, 1],
      ],
      build: ([x, w]) => op.convolution(x!, w!),
    },
  },
  ConvTranspose: {
    'with stride, padding, groups and extra elements': {
      shapes: [[1, 4, 3, 3], [4, 1, 3, 2], [2]],
      build: ([x, w, b]) =>
        op.transposedConvolution(x!, w!, b!, {
          strides: [2, 3],
          padding: [
            [1, 1],
            [0, 1],
          ],
          groups: 2,
          extra: [1, 2],
        }),
    },
  },
  MaxPool: {
    'of windows that overlap': {
      shapes: [[1, 2, 5, 5]],
      build: ([x]) => op.maxPool(x!, { kernel: [3, 3], strides: [2, 2] }),
    },
  },
  AveragePool: {
    'with padding': {
      shapes: [[1, 2, 5, 4]],
      build: ([x]) =>
        op.averagePool(x!, {
          kernel: [2, 3],
          strides: [2, 1],
          padding: [
            [1, 0],
            [1, 1],
          ],
        }),
    },
  },
  Identity: { 'of a vector': { shapes: [[3]], build: ([a], graph) => graph.apply('Identity', [a!]) } },
  Where: {
    'between two broadcast values': {
      shapes: [[2, 3], [3], [2, 1]],
      build: ([a, b, c]) => op.where(op.greater(a!, 0), b!, c!),
    },
  },
  ReduceSum: {
    'without the summed axes': { shapes: [[2, 3, 2]], build: ([a]) => op.reduceSum(a!, [0, -1]) },
    'with them': { shapes: [[2, 3]], build: ([a]) => op.reduceSum(a!, [1], true) },
  },
  ReduceMean: {
    'without the averaged axis': { shapes: [[2, 3, 2]], build: ([a]) => op.reduceMean(a!, [1]) },
    'with them': { shapes: [[2, 3]], build: ([a]) => op.reduceMean(a!, [0, 1], true) },
  },
  Expand: { 'to more axes': { shapes: [[3, 1]], build: ([a]) => op.expand(a!, [2, 3, 4]) } },
  Unsqueeze: { 'at two places': { shapes: [[2, 3]], build: ([a]) => op.unsqueeze(a!, [0, 3]) } },
  Transpose: { 'by a cycle': { shapes: [[2, 3, 4]], build: ([a]) => op.transpose(a!, [1, 2, 0]) } },
  Reshape: { 'to fewer axes': { shapes: [[2, 3, 2]], build: ([a]) => op.reshape(a!, [4, 3]) } },
  Concat: {
    'of three': {
      shapes: [
        [2, 1],
        [2, 3],
        [2, 2],
      ],
      build: (values) => op.concat(values, 1),
    },
  },
  Slice: {
    'from the middle': { shapes: [[2, 5]], build: ([a]) => op.slice(a!, 1, [1, 3]) },
    'every second element': { shapes: [[2, 6, 2]], build: ([a]) => op.slice(a!, 1, [1, 6], 2) },
    'every third element, with some left over': {
      shapes: [[2, 8]],
      build: ([a]) => op.slice(a!, 1, [0, 5], 3),
    },
    'in the opposite order': { shapes: [[3, 2]], build: ([a]) => op.reverse(a!, 0) },
  },
  Pad: { 'before and after': { shapes: [[2, 3]], build: ([a]) => op.pad(a!, 1, [2, 1]) } },
  MatMul: {
    'of matrices': {
      shapes: [
        [2, 3],
        [3, 4],
      ],
      build: ([a, b]) => op.matMul(a!, b!),
    },
    'with broadcast leading axes': {
      shapes: [
        [2, 1, 2, 3],
        [4, 3, 2],
      ],
      build: ([a, b]) => op.matMul(a!, b!),
    },
  },
  Gemm: {
    plain: { shapes: [[2, 3], [3, 4], [4]], build: ([a, b, c]) => op.gemm(a!, b!, c!) },
    'with a transposed': {
      shapes: [
        [3, 2],
        [3, 4],
      ],
      build: ([a, b]) => op.gemm(a!, b!, null, { transposeA: true }),
    },
    'with b transposed': {
      shapes: [
        [2, 3],
        [4, 3],
        [2, 1],
      ],
      build: ([a, b, c]) => op.gemm(a!, b!, c!, { transposeB: true }),
    },
    'with both transposed': {
      shapes: [
        [3, 2],
        [4, 3],
      ],
      build: ([a, b]) => op.gemm(a!, b!, null, { transposeA: true, transposeB: true }),
    },
  },
  Softmax: {
    'along the last axis': { shapes: [[2, 4]], build: ([a]) => op.softmax(a!) },
    'along the first axis': { shapes: [[3, 2]], build: ([a]) => op.softmax(a!, 0) },
  },
  LogSoftmax: {
    'along the last axis': { shapes: [[2, 4]], build: ([a]) => op.logSoftmax(a!) },
    'in a cross-entropy': {
      shapes: [[4, 3]],
      build: ([a], graph) => op.softmaxCrossEntropy(a!, labels(graph)),
    },
    'in a weighted and smoothed cross-entropy': {
      shapes: [[4, 3]],
      build: ([a], graph) => {
        const classWeights = graph.constant(Float32Array.of(1, 4, 0.5), [3]);
        return op.softmaxCrossEntropy(a!, labels(graph), { classWeights, labelSmoothing: 0.2 });
      },
    },
  },
};

const H = 1e-2;
const count = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
/** Spread over (-1.5, 1.5) and never within H of 0, where ReLU and Where have no derivative. */
const sample = (i: number, low: number | undefined) => {
  const value = 1.5 * Math.sin(12.9898 * (i + 1));
  return low === undefined ? value + 0.1 * Math.sign(value) : low + Math.abs(value);
};

/** Compares the gradients of Σ w f(x), with fixed w, to central differences through the runtime. */
async function compareToDifferences({ shapes, build, low }: Case): Promise<void> {
  const graph = createGraph();
  const inputs = shapes.map((shape, i) => graph.input(`x${i}`, shape));
  const result = build(inputs, graph);
  const size = count(result.shape as number[]);
  const weights = Float32Array.from({ length: size }, (_, i) => Math.cos(3 * i + 1));
  const weighted = op.mul(result, graph.constant(weights, result.shape as number[]));
  const loss = op.reduceSum(
    weighted,
    result.shape.map((_, axis) => axis),
  );
  gradients(loss, inputs).forEach((gradient, i) => {
    graph.output(`g${i}`, gradient);
  });
  graph.output('result', result);
  const session = await createSession(graph.encode());
  let next = 0;
  const data = shapes.map((shape) => Float32Array.from({ length: count(shape) }, () => sample(next++, low)));
  const run = () =>
    session.run(
      Object.fromEntries(
        data.map((values, i) => [`x${i}`, { type: 'float32', dims: shapes[i]!, data: values }]),
      ),
    );
  // Summing in float64 keeps the rounding of the sum out of the difference.
  const evaluate = async () => {
    const { result: values } = await run();
    return (values!.data as Float32Array).reduce((sum, value, i) => sum + value * weights[i]!, 0);
  };
  const analytic = await run();
  for (const [i, values] of data.entries()) {
    const gradient = analytic[`g${i}`]!;
    expect(gradient.dims).toEqual(shapes[i]);
    for (let j = 0; j < values.length; j++) {
      const kept = values[j]!;
      values[j] = kept + H;
      const above = await evaluate();
      values[j] = kept - H;
      const below = await evaluate();
      values[j] = kept;
      const difference = (above - below) / (Math.fround(kept + H) - Math.fround(kept - H));
      // The truncation error is H² f''' / 6, below 1e-3 for these functions; the rounding error is 1e-7 / H.
      expect(Math.abs((gradient.data[j] as number) - difference)).toBeLessThan(
        2e-3 * Math.max(1, Math.abs(difference)),
      );
    }
  }
  await session.release();
}

describe.each(Object.entries(CASES))('the gradient of %s', (_operator, cases) => {
  test.each(Object.entries(cases))('%s agrees with central differences', async (_name, example) => {
    await compareToDifferences(example);
  });
});

test('every differentiable operator has a case above', () => {
  const differentiable = OPERATOR_NAMES.filter((name) => operatorRule(name).gradient !== null);
  expect(Object.keys(CASES).sort()).toEqual(differentiable.toSorted());
});

test('gradients() adds up the paths of a value that is used several times', async () => {
  const graph = createGraph();
  const x = graph.input('x', []);
  // f = x² + e^(2x), f' = 2x + 2 e^(2x); at x = 0.5 that is 1 + 2e.
  const loss = op.add(op.mul(x, x), op.exp(op.add(x, x)));
  graph.output('g', gradients(loss, [x])[0]!);
  const session = await createSession(graph.encode());
  const { g } = await session.run({ x: { type: 'float32', dims: [], data: Float32Array.of(0.5) } });
  expect(g!.data[0]).toBeCloseTo(1 + 2 * Math.E, 5);
  await session.release();
});

test('gradients() of a value is found though another one lies on its path', async () => {
  const graph = createGraph();
  const x = graph.input('x', []);
  const y = op.mul(x, 3);
  const loss = op.mul(y, y);
  const [dx, dy] = gradients(loss, [x, y]);
  graph.output('dx', dx!);
  graph.output('dy', dy!);
  const session = await createSession(graph.encode());
  const out = await session.run({ x: { type: 'float32', dims: [], data: Float32Array.of(2) } });
  // y = 6: dL/dy = 12, dL/dx = 36.
  expect([out.dx!.data[0], out.dy!.data[0]]).toEqual([36, 12]);
  await session.release();
});

test('gradients() is zero for a value the loss does not depend on, or depends on through a comparison only', async () => {
  const graph = createGraph();
  const x = graph.input('x', [2]);
  const other = graph.input('other', [3]);
  const loss = op.reduceSum(op.where(op.greater(x, 0), op.mul(x, 0), 1), [0]);
  const [dx, dOther] = gradients(loss, [x, other]);
  graph.output('dx', dx!);
  graph.output('dOther', dOther!);
  const session = await createSession(graph.encode());
  const out = await session.run({
    x: { type: 'float32', dims: [2], data: Float32Array.of(1, -1) },
    other: { type: 'float32', dims: [3], data: new Float32Array(3) },
  });
  expect(out.dx!.data).toEqual(new Float32Array(2));
  expect(out.dOther).toMatchObject({ dims: [3], data: new Float32Array(3) });
  await session.release();
});

test('gradients() refuses a loss that is no scalar and sizes that are not numbers', () => {
  const graph = createGraph();
  const x = graph.input('x', ['N', 3]);
  expect(() => gradients(x, [x])).toThrow('gradients: the loss must be a float32 scalar, got float32 [N, 3]');
  expect(() => gradients(op.reduceSum(x, [0, 1]), [x])).toThrow('every size must be a number, got [N, 3]');
});
