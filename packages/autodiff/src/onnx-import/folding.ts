import { type OnnxTensor, STORED_TYPES } from '../onnx-tensor.js';
import { broadcastShapes } from '../operators/broadcast.js';
import { elementCount, normalizeAxes } from '../operators/rule.js';
import { type ImportedNode, isStored } from './imported-node.js';
import { filling, gatheredPlaces, permutationOf, slicesOf } from './shape-arguments.js';
import {
  castElements,
  combine,
  expandElements,
  joinAlong,
  mapElements,
  scatterParts,
  storedIntegers,
  storedTensor,
  takeAlong,
  toBigInt,
  transposeElements,
  withShape,
} from './stored-elements.js';
import { squeezedShape, targetShape, unsqueezedShape } from './target-shape.js';

/** Elements of the largest tensor that is computed during import; larger ones are left to the runtime. */
const MAX_ELEMENTS = 65536;

/** Computes a node of which all inputs are stored; null if the result would be too large. */
type Fold = (node: ImportedNode, inputs: readonly OnnxTensor[]) => OnnxTensor | null;

/**
 * Computes a node during import, if all its inputs are known: shapes are often made by chains of such nodes.
 *
 * @returns null if an input is not known, or the result is large, or the operator is not one of those that shapes are made of.
 * @throws {TypeError | RangeError} if the inputs do not fit the operator.
 */
export function foldNode(node: ImportedNode): OnnxTensor | null {
  if (node.operator === 'Shape') return foldShape(node);
  if (node.operator === 'Size') return storedTensor('int64', [], [BigInt(elementCount(node.sizes()))]);
  const fold = FOLDS.get(node.operator);
  if (fold === undefined) return null;
  const stored = node.inputs.filter((input): input is OnnxTensor => input !== null && isStored(input));
  const areSmall = stored.every(({ data }) => data.length <= MAX_ELEMENTS);
  const isKnown = stored.length === node.inputs.filter((input) => input !== null).length;
  for (let index = 0; index < (LEAST_INPUTS.get(node.operator) ?? 1); index++) node.tensor(index);
  return isKnown && areSmall ? fold(node, stored) : null;
}

/** How many inputs must be there, where it is not one. */
const LEAST_INPUTS: ReadonlyMap<string, number> = new Map([
  ['Constant', 0],
  ...['Add', 'Sub', 'Mul', 'Div', 'Mod', 'Equal', 'Greater', 'Less', 'And', 'Or'].map(
    (operator) => [operator, 2] as const,
  ),
  ...['Gather', 'Expand', 'Reshape'].map((operator) => [operator, 2] as const),
  ...['Where', 'Range', 'ScatterND', 'Slice'].map((operator) => [operator, 3] as const),
]);

function foldShape(node: ImportedNode): OnnxTensor {
  return storedIntegers(
    node.sizes().slice(node.int('start', 0), node.attribute('end') ? node.int('end', 0) : undefined),
  );
}

const FOLDS: ReadonlyMap<string, Fold> = new Map<string, Fold>([
  ['Constant', foldConstant],
  ['ConstantOfShape', foldConstantOfShape],
  ['Range', foldRange],
  ['Identity', (_node, [a]) => withShape(a!, a!.shape)],
  ['Cast', (node, [a]) => castElements(a!, storedTypeOf(node))],
  [
    'Reshape',
    (node, [a]) =>
      withShape(a!, targetShape(a!.shape, node.numbers(1) ?? [], node.int('allowzero', 0) === 1)),
  ],
  ['Squeeze', (node, [a]) => withShape(a!, squeezedShape(a!.shape, node.intsOrInput('axes', 1)))],
  ['Unsqueeze', (node, [a]) => withShape(a!, unsqueezedShape(a!.shape, node.intsOrInput('axes', 1) ?? []))],
  ['Concat', (node, inputs) => foldConcat(node, inputs)],
  ['Gather', foldGather],
  ['ScatterND', (_node, [data, places, parts]) => scatterParts(data!, places!, parts!)],
  ['Mod', foldRemainder],
  ['Slice', foldSlice],
  ['Transpose', (node, [a]) => transposeElements(a!, permutationOf(node, a!.shape.length))],
  ['Expand', foldExpand],
  ['ReduceProd', foldProduct],
  ['Where', foldWhere],
  ['Not', (_node, [a]) => mapElements(a!, (value) => 1 - Number(value))],
  ['Neg', (_node, [a]) => mapElements(a!, (value) => -value)],
  ['Floor', (_node, [a]) => mapElements(a!, (value) => Math.floor(Number(value)))],
  ['Ceil', (_node, [a]) => mapElements(a!, (value) => Math.ceil(Number(value)))],
  ['Sqrt', (_node, [a]) => mapElements(a!, (value) => Math.sqrt(Number(value)))],
  [
    'Add',
    arithmetic(
      (a, b) => a + b,
      (a, b) => a + b,
    ),
  ],
  [
    'Sub',
    arithmetic(
      (a, b) => a - b,
      (a, b) => a - b,
    ),
  ],
  [
    'Mul',
    arithmetic(
      (a, b) => a * b,
      (a, b) => a * b,
    ),
  ],
  [
    'Div',
    arithmetic(
      (a, b) => a / b,
      (a, b) => a / b,
    ),
  ],
  [
    'Max',
    arithmetic(
      (a, b) => Math.max(a, b),
      (a, b) => (a > b ? a : b),
    ),
  ],
  [
    'Min',
    arithmetic(
      (a, b) => Math.min(a, b),
      (a, b) => (a < b ? a : b),
    ),
  ],
  ['Equal', comparison((a, b) => a === b)],
  ['Greater', comparison((a, b) => a > b)],
  ['Less', comparison((a, b) => a < b)],
  ['And', comparison((a, b) => a === 1 && b === 1)],
  ['Or', comparison((a, b) => a === 1 || b === 1)],
]);

/** Names of the operators that can be computed during import. */
export const FOLDED_OPERATORS: readonly string[] = ['Shape', 'Size', ...FOLDS.keys()];

function foldConstant(node: ImportedNode): OnnxTensor | null {
  const tensor = node.attribute('value');
  if (tensor?.kind === 'tensor') return tensor.value;
  const number = node.attribute('value_float') ?? node.attribute('value_floats');
  if (number?.kind === 'float') return storedTensor('float32', [], [number.value]);
  if (number?.kind === 'floats') return storedTensor('float32', [number.value.length], number.value);
  const integer = node.attribute('value_int') ?? node.attribute('value_ints');
  if (integer?.kind === 'int') return storedTensor('int64', [], [toBigInt(integer.value)]);
  if (integer?.kind === 'ints') return storedIntegers(integer.value);
  return node.refuse('a value that is a tensor, a number or a list of numbers');
}

function foldConstantOfShape(node: ImportedNode): OnnxTensor | null {
  const shape = node.numbers(0) ?? [];
  if (!fits(shape)) return null;
  return expandElements(filling(node), shape);
}

function foldRange(node: ImportedNode, inputs: readonly OnnxTensor[]): OnnxTensor {
  const [start, limit, step] = [0, 1, 2].map((index) => node.number(index));
  if (typeof start !== 'number' || typeof limit !== 'number' || typeof step !== 'number') {
    return node.refuse('a start, a limit and a step');
  }
  const count = Math.max(0, Math.ceil((limit - start) / step));
  if (!(count <= MAX_ELEMENTS)) node.refuse(`a range of at most ${MAX_ELEMENTS} numbers, found ${count}`);
  const values = Array.from({ length: count }, (_, i) => start + i * step);
  return castElements(storedTensor('float32', [count], values), inputs[0]!.type);
}

function foldConcat(node: ImportedNode, inputs: readonly OnnxTensor[]): OnnxTensor | null {
  const [axis] = normalizeAxes([node.int('axis', 0)], inputs[0]!.shape.length, 'Concat');
  const count = inputs.reduce((sum, { data }) => sum + data.length, 0);
  return count <= MAX_ELEMENTS ? joinAlong(inputs, axis!) : null;
}

function foldGather(node: ImportedNode, [data, indices]: readonly OnnxTensor[]): OnnxTensor | null {
  const [axis] = normalizeAxes([node.int('axis', 0)], data!.shape.length, 'Gather');
  const shape = data!.shape.toSpliced(axis!, 1, ...indices!.shape);
  if (!fits(shape)) return null;
  return withShape(takeAlong(data!, axis!, gatheredPlaces(node, data!.shape[axis!]!)), shape);
}

function foldSlice(node: ImportedNode, [data]: readonly OnnxTensor[]): OnnxTensor {
  return slicesOf(node, data!.shape).reduce((tensor, { axis, start, step, count }) => {
    const places = Array.from({ length: count }, (_, i) => start + i * step);
    return takeAlong(tensor, axis, places);
  }, data!);
}

function foldExpand(node: ImportedNode, [data]: readonly OnnxTensor[]): OnnxTensor | null {
  const shape = broadcastShapes('Expand', [data!.shape, node.numbers(1) ?? []]) as number[];
  return fits(shape) ? expandElements(data!, shape) : null;
}

function foldProduct(node: ImportedNode, [data]: readonly OnnxTensor[]): OnnxTensor | null {
  if (node.intsOrInput('axes', 1) !== null && data!.shape.length !== 1) return null;
  const shape = node.int('keepdims', 1) === 1 ? data!.shape.map(() => 1) : [];
  const product = Array.from(data!.data as ArrayLike<number | bigint>, Number).reduce((a, b) => a * b, 1);
  return castElements(storedTensor('float32', shape, [product]), data!.type);
}

/** Remainder with the sign of the divisor, or with `fmod` that of the number. */
function foldRemainder(node: ImportedNode, inputs: readonly OnnxTensor[]): OnnxTensor | null {
  const keepsSign = node.int('fmod', 0) === 1;
  const fold = arithmetic(
    (a, b) => (keepsSign ? a % b : a - b * Math.floor(a / b)),
    (a, b) => (keepsSign || a % b === 0n || a < 0n === b < 0n ? a % b : (a % b) + b),
  );
  return fold(node, inputs);
}

function foldWhere(node: ImportedNode, inputs: readonly OnnxTensor[]): OnnxTensor | null {
  const [condition, a, b] = inputs;
  if (condition!.type !== 'bool' || a!.type !== b!.type)
    node.refuse('a condition and two tensors of one type');
  if (!broadcastFits(inputs)) return null;
  return combine(inputs, (condition, a, b) => (condition === 1 ? a! : b!), inputs[1]!.type);
}

function arithmetic(
  ofFloats: (a: number, b: number) => number,
  ofIntegers: (a: bigint, b: bigint) => bigint,
): Fold {
  return (node, inputs) => {
    const { type } = inputs[0]!;
    if (inputs.some((input) => input.type !== type || type === 'bool'))
      node.refuse('inputs of one numeric type');
    if (!broadcastFits(inputs)) return null;
    const apply = (type === 'int64' ? ofIntegers : ofFloats) as (a: unknown, b: unknown) => number;
    return inputs.slice(1).reduce((a, b) => combine([a, b], apply as never), inputs[0]!);
  };
}

function comparison(holds: (a: number | bigint, b: number | bigint) => boolean): Fold {
  return (node, inputs) => {
    if (inputs.some(({ type }) => type !== inputs[0]!.type)) node.refuse('inputs of one type');
    if (!broadcastFits(inputs)) return null;
    return combine(inputs, (a, b) => (holds(a!, b!) ? 1 : 0), 'bool');
  };
}

function broadcastFits(inputs: readonly OnnxTensor[]): boolean {
  const shapes = inputs.map(({ shape }) => shape);
  return fits(broadcastShapes('broadcast', shapes) as number[]);
}

function fits(shape: readonly number[]): boolean {
  return elementCount(shape) <= MAX_ELEMENTS;
}

function storedTypeOf(node: ImportedNode): OnnxTensor['type'] {
  const to = node.int('to', 0);
  return STORED_TYPES.get(to)?.type ?? node.refuse(`a type that is known, found number ${to}`);
}
