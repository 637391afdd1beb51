import { type OnnxTensor, STORED_TYPES } from '../onnx-tensor.js';
import { clip, elu, erf, hardSigmoid, leakyRelu, softplus } from '../operators/activation.js';
import { cast } from '../operators/comparison.js';
import {
  abs,
  add,
  cos,
  div,
  exp,
  greater,
  log,
  mul,
  neg,
  pow,
  reciprocal,
  relu,
  sigmoid,
  sin,
  sqrt,
  sub,
  tanh,
  where,
} from '../operators/elementwise.js';
import type { GraphValue } from '../operators/rule.js';
import type { Conversion, Conversions, ImportedNode } from './imported-node.js';

const LARGEST_FLOAT = 3.4028234663852886e38;

const unary =
  (apply: (a: GraphValue) => GraphValue): Conversion =>
  (node) =>
    apply(node.value());

const binary =
  (apply: (a: GraphValue, b: GraphValue) => GraphValue): Conversion =>
  (node) =>
    apply(node.value(0), node.value(1));

/** From the first two inputs on, however many there are. */
const repeated =
  (apply: (a: GraphValue, b: GraphValue) => GraphValue): Conversion =>
  (node) =>
    node.values().reduce(apply);

/** An operator that has a rule and neither attributes nor a function. */
const same: Conversion = (node) => node.graph.apply(node.operator, node.values());

/** Arithmetic, comparisons, activation functions and changes of type. */
export const elementwiseConversions: Conversions = {
  Add: binary(add),
  Sub: binary(sub),
  Mul: binary(mul),
  Div: binary(div),
  Neg: unary(neg),
  Abs: unary(abs),
  Exp: unary(exp),
  Log: unary(log),
  Sqrt: unary(sqrt),
  Reciprocal: unary(reciprocal),
  Sin: unary(sin),
  Cos: unary(cos),
  Erf: unary(erf),
  Pow: convertPow,
  Sum: repeated(add),
  Max: repeated((a, b) => where(greater(a, b), a, b)),
  Min: repeated((a, b) => where(greater(a, b), b, a)),
  Mean: (node) => div(node.values().reduce(add), node.inputs.length),
  Floor: same,
  Ceil: same,
  Round: same,
  Sign: same,
  Greater: same,
  GreaterOrEqual: same,
  Less: same,
  LessOrEqual: same,
  Equal: same,
  And: same,
  Or: same,
  Not: same,
  Where: (node) => where(node.value(0), node.value(1), node.value(2)),
  Relu: unary(relu),
  Sigmoid: unary(sigmoid),
  Tanh: unary(tanh),
  Softplus: unary(softplus),
  Softsign: unary((a) => div(a, add(abs(a), 1))),
  Mish: unary((a) => mul(a, tanh(softplus(a)))),
  HardSwish: unary((a) => mul(a, hardSigmoid(a, 1 / 6, 0.5))),
  HardSigmoid: (node) => hardSigmoid(node.value(), node.float('alpha', 0.2), node.float('beta', 0.5)),
  LeakyRelu: (node) => leakyRelu(node.value(), node.float('alpha', 0.01)),
  PRelu: binary((a, slope) => where(greater(a, 0), a, mul(a, slope))),
  Elu: (node) => elu(node.value(), node.float('alpha', 1)),
  Celu: convertCelu,
  Selu: (node) => mul(elu(node.value(), node.float('alpha', 1.6732632)), node.float('gamma', 1.0507009)),
  Gelu: convertGelu,
  Clip: convertClip,
  Cast: convertCast,
  CastLike: (node) => cast(node.value(), node.value(1).type),
  Identity: (node) => node.tensor(0),
  Dropout: convertDropout,
};

function convertPow(node: ImportedNode): GraphValue {
  const exponent = node.inputs[1];
  const isKnown = exponent && !('graph' in exponent) && exponent.data.length === 1;
  const number = isKnown ? Number(exponent.data[0]) : null;
  const a = node.value();
  if (number === 2) return mul(a, a);
  if (number === 0.5) return sqrt(a);
  return pow(a, number ?? cast(node.value(1), 'float32'));
}

function convertCelu(node: ImportedNode): GraphValue {
  const alpha = node.float('alpha', 1);
  return mul(elu(div(node.value(), alpha)), alpha);
}

function convertGelu(node: ImportedNode): GraphValue {
  const a = node.value();
  const approximate = node.text('approximate', 'none');
  if (approximate === 'none') return mul(mul(a, 0.5), add(erf(mul(a, Math.SQRT1_2)), 1));
  if (approximate !== 'tanh') node.refuse(`approximate to be none or tanh, found ${approximate}`);
  const inner = mul(add(a, mul(mul(mul(a, a), a), 0.044715)), Math.sqrt(2 / Math.PI));
  return mul(mul(a, 0.5), add(tanh(inner), 1));
}

function convertClip(node: ImportedNode): GraphValue {
  const a = node.value();
  if (a.type !== 'float32') node.refuse('a float32 value');
  const low = Math.max(node.number(1) ?? -LARGEST_FLOAT, -LARGEST_FLOAT);
  const high = Math.min(node.number(2) ?? LARGEST_FLOAT, LARGEST_FLOAT);
  return clip(a, low, high);
}

function convertCast(node: ImportedNode): GraphValue | OnnxTensor {
  const to = node.int('to', 0);
  node.ignore('saturate');
  const known = STORED_TYPES.get(to) ?? node.refuse(`a type that is known, found number ${to}`);
  return cast(node.value(), known.type);
}

function convertDropout(node: ImportedNode): ReturnType<Conversion> {
  node.ignore('ratio', 'seed');
  return node.tensor(0);
}
