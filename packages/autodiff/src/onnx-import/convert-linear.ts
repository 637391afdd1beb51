import { reduceMean, reduceSum } from '../operators/broadcast.js';
import { abs, add, div, exp, log, mul, sqrt, sub } from '../operators/elementwise.js';
import { reduceMax, reduceMin } from '../operators/extreme.js';
import { frozenBatchNorm } from '../operators/frozen-normalization.js';
import { gemm, matMul } from '../operators/linear.js';
import { logSoftmax, softmax } from '../operators/loss.js';
import { type GraphValue, normalizeAxes } from '../operators/rule.js';
import { reshape } from '../operators/shape.js';
import { flatShape } from './convert-shape.js';
import type { Conversion, Conversions, ImportedNode } from './imported-node.js';

/** Products of matrices, reductions, softmax and normalization. */
export const linearConversions: Conversions = {
  Gemm: convertGemm,
  MatMul: convertMatMul,
  Softmax: (node) => convertSoftmax(node, softmax),
  LogSoftmax: (node) => convertSoftmax(node, logSoftmax),
  ReduceMean: reduction(reduceMean),
  ReduceSum: reduction(reduceSum),
  ReduceMax: reduction(reduceMax),
  ReduceMin: reduction(reduceMin),
  ReduceSumSquare: reduction((a, axes, keep) => reduceSum(mul(a, a), axes, keep)),
  ReduceL1: reduction((a, axes, keep) => reduceSum(abs(a), axes, keep)),
  ReduceL2: reduction((a, axes, keep) => sqrt(reduceSum(mul(a, a), axes, keep))),
  ReduceLogSum: reduction((a, axes, keep) => log(reduceSum(a, axes, keep))),
  ReduceLogSumExp: reduction((a, axes, keep) => log(reduceSum(exp(a), axes, keep))),
  ArgMax: convertArgument,
  ArgMin: convertArgument,
  BatchNormalization: convertBatchNorm,
  InstanceNormalization: convertInstanceNorm,
  LayerNormalization: convertLayerNorm,
};

function convertGemm(node: ImportedNode): GraphValue {
  const transposition = {
    transposeA: node.int('transA', 0) === 1,
    transposeB: node.int('transB', 0) === 1,
  };
  const [alpha, beta] = [node.float('alpha', 1), node.float('beta', 1)];
  const bias = node.has(2) && beta !== 0 ? node.value(2) : null;
  if (alpha === 1 && (beta === 1 || bias === null)) {
    return gemm(node.value(0), node.value(1), bias, transposition);
  }
  const product = mul(gemm(node.value(0), node.value(1), null, transposition), alpha);
  return bias === null ? product : add(product, mul(bias, beta));
}

/** As NumPy's matmul: an operand of one axis is a row on the left, a column on the right. */
function convertMatMul(node: ImportedNode): GraphValue {
  const [a, b] = [node.value(0), node.value(1)];
  const [left, right] = [node.sizes(0), node.sizes(1)];
  if (left.length > 1 && right.length > 1) return matMul(a, b);
  const row = left.length === 1 ? reshape(a, [1, ...left]) : a;
  const column = right.length === 1 ? reshape(b, [...right, 1]) : b;
  const product = matMul(row, column);
  const shape = product.shape as number[];
  const kept = shape.filter(
    (_, axis) =>
      !(left.length === 1 && axis === shape.length - 2) && !(right.length === 1 && axis === shape.length - 1),
  );
  return reshape(product, kept);
}

/** Until operator set 13, softmax was over all axes from one on. */
function convertSoftmax(
  node: ImportedNode,
  apply: (value: GraphValue, axis: number) => GraphValue,
): GraphValue {
  const sizes = node.sizes();
  if (node.version >= 13) {
    const [axis] = normalizeAxes([node.int('axis', -1)], sizes.length, node.operator);
    return apply(node.value(), axis!);
  }
  const flat = flatShape(node, 1);
  if (flat[1] === sizes.at(-1)) return apply(node.value(), sizes.length - 1);
  return reshape(apply(reshape(node.value(), flat), 1), sizes);
}

function reduction(
  apply: (value: GraphValue, axes: readonly number[], keepSize: boolean) => GraphValue,
): Conversion {
  return (node) => {
    const found = node.intsOrInput('axes', 1) ?? [];
    const keepSize = node.int('keepdims', 1) === 1;
    const noneIsNone = node.int('noop_with_empty_axes', 0) === 1;
    if (found.length === 0 && noneIsNone) return node.tensor(0);
    const sizes = node.sizes();
    const axes = normalizeAxes(found.length === 0 ? [...sizes.keys()] : found, sizes.length, node.operator);
    return sizes.length === 0 ? node.tensor(0) : apply(node.value(), axes, keepSize);
  };
}

function convertArgument(node: ImportedNode): GraphValue {
  const attributes = {
    axis: node.int('axis', 0),
    keepdims: node.int('keepdims', 1),
    select_last_index: node.int('select_last_index', 0),
  };
  return node.graph.apply(node.operator, [node.value()], attributes);
}

function convertBatchNorm(node: ImportedNode): GraphValue {
  node.ignore('momentum', 'spatial');
  if (node.int('training_mode', 0) === 1 || node.outputCount !== 1) {
    node.refuse('a model exported for inference (in PyTorch: eval() before the export)');
  }
  const [x, scale, shift, mean, variance] = [0, 1, 2, 3, 4].map((index) => node.value(index));
  const statistics = { scale: scale!, shift: shift!, mean: mean!, variance: variance! };
  return frozenBatchNorm(x!, statistics, node.float('epsilon', 1e-5));
}

function convertInstanceNorm(node: ImportedNode): GraphValue {
  const sizes = node.sizes();
  if (sizes.length < 3) node.refuse('an input N × C × spatial axes');
  const axes = sizes.flatMap((_, axis) => (axis < 2 ? [] : [axis]));
  const along = (value: GraphValue) => reshape(value, [sizes[1]!, ...axes.map(() => 1)]);
  const normalized = standardize(node.value(0), axes, node.float('epsilon', 1e-5));
  return add(mul(normalized, along(node.value(1))), along(node.value(2)));
}

function convertLayerNorm(node: ImportedNode): GraphValue {
  node.ignore('stash_type');
  if (node.outputCount !== 1) node.refuse('one output');
  const rank = node.sizes().length;
  const [first] = normalizeAxes([node.int('axis', -1)], rank, 'LayerNormalization');
  const axes = Array.from({ length: rank - first! }, (_, i) => first! + i);
  const scaled = mul(standardize(node.value(0), axes, node.float('epsilon', 1e-5)), node.value(1));
  return node.has(2) ? add(scaled, node.value(2)) : scaled;
}

/** Values less their mean over their standard deviation, along the axes. */
function standardize(x: GraphValue, axes: readonly number[], epsilon: number): GraphValue {
  const centered = sub(x, reduceMean(x, axes, true));
  const variance = reduceMean(mul(centered, centered), axes, true);
  return div(centered, sqrt(add(variance, epsilon)));
}
