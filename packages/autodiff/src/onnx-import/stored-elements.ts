import type { ElementType } from '../onnx-encoding.js';
import type { OnnxTensor } from '../onnx-tensor.js';
import { broadcastShapes } from '../operators/broadcast.js';
import { elementCount, normalizeAxes } from '../operators/rule.js';

type Element = number | bigint;

/** A stored tensor without a name. */
export function storedTensor(
  type: ElementType,
  shape: readonly number[],
  elements: ArrayLike<Element>,
): OnnxTensor {
  return { name: '', type, shape, data: elementArray(type, elements) };
}

/** A stored list of integers. */
export function storedIntegers(values: readonly number[]): OnnxTensor {
  return storedTensor('int64', [values.length], values.map(toBigInt));
}

/** Elements of a tensor taken by their place: element i of the result is element `place(i)`. */
export function pick(
  { type, data }: OnnxTensor,
  shape: readonly number[],
  place: (i: number) => number,
): OnnxTensor {
  const taken = Array.from({ length: elementCount(shape) }, (_, i) => data[place(i)]!);
  return storedTensor(type, shape, taken);
}

/** The same elements in another shape. */
export function withShape(tensor: OnnxTensor, shape: readonly number[]): OnnxTensor {
  if (elementCount(shape) !== tensor.data.length) {
    throw new TypeError(`expected a shape of ${tensor.data.length} elements, found [${shape.join(', ')}]`);
  }
  return { ...tensor, name: '', shape };
}

/** A function of each element. */
export function mapElements(tensor: OnnxTensor, apply: (value: Element) => Element): OnnxTensor {
  return storedTensor(tensor.type, tensor.shape, Array.from(tensor.data as ArrayLike<Element>, apply));
}

/** The elements as another type: to an integer toward 0, to a truth value by whether they are 0. */
export function castElements({ type, shape, data }: OnnxTensor, to: ElementType): OnnxTensor {
  if (type === to) return { name: '', type, shape, data };
  const elements = Array.from(data as ArrayLike<Element>, (value) => {
    if (to === 'float32') return Number(value);
    return to === 'bool' ? Number(Number(value) !== 0) : toBigInt(Number(value));
  });
  return storedTensor(to, shape, elements);
}

/** A function of pairs of elements, broadcast. @param to type of the result, by default that of the tensors. */
export function combine(
  tensors: readonly OnnxTensor[],
  apply: (...values: Element[]) => Element,
  to: ElementType = tensors[0]!.type,
): OnnxTensor {
  const shape = broadcastShapes(
    'broadcast',
    tensors.map((tensor) => tensor.shape),
  ) as number[];
  const spread = tensors.map((tensor) => expandElements(tensor, shape).data);
  const elements = Array.from({ length: elementCount(shape) }, (_, i) =>
    apply(...spread.map((data) => data[i]!)),
  );
  return storedTensor(to, shape, elements);
}

/** Repeats elements along axes of size 1 and new leading axes. @param shape that the tensor's broadcasts to. */
export function expandElements(tensor: OnnxTensor, shape: readonly number[]): OnnxTensor {
  const own = [...new Array<number>(shape.length - tensor.shape.length).fill(1), ...tensor.shape];
  const strides = stridesOf(own).map((stride, axis) => (own[axis] === 1 ? 0 : stride));
  return pick(tensor, shape, (i) => placeOf(i, shape, strides));
}

/** Exchanges axes: axis i of the result is axis `order[i]`. */
export function transposeElements(tensor: OnnxTensor, order: readonly number[]): OnnxTensor {
  const strides = stridesOf(tensor.shape);
  const shape = order.map((axis) => tensor.shape[axis]!);
  const moved = order.map((axis) => strides[axis]!);
  return pick(tensor, shape, (i) => placeOf(i, shape, moved));
}

/** Takes the entries of one axis that the places name, in their order. @param places each in [0, size). */
export function takeAlong(tensor: OnnxTensor, axis: number, places: readonly number[]): OnnxTensor {
  const size = tensor.shape[axis]!;
  const inner = elementCount(tensor.shape.slice(axis + 1));
  const shape = tensor.shape.with(axis, places.length);
  const count = places.length * inner;
  return pick(tensor, shape, (i) => {
    const place = places[Math.floor((i % count) / inner)]!;
    return (Math.floor(i / count) * size + place) * inner + (i % inner);
  });
}

/** Joins tensors along an axis. */
export function joinAlong(tensors: readonly OnnxTensor[], axis: number): OnnxTensor {
  const { type, shape } = tensors[0]!;
  const fits = tensors.every(
    (tensor) =>
      tensor.type === type &&
      tensor.shape.length === shape.length &&
      tensor.shape.every((size, place) => place === axis || size === shape[place]),
  );
  if (!fits) throw new TypeError(`expected tensors of one type and shape but for axis ${axis}`);
  const outer = elementCount(shape.slice(0, axis));
  const elements: Element[] = [];
  for (let row = 0; row < outer; row++) {
    for (const { data } of tensors) {
      const width = data.length / outer;
      for (let i = 0; i < width; i++) elements.push(data[row * width + i]!);
    }
  }
  const total = tensors.reduce((sum, tensor) => sum + tensor.shape[axis]!, 0);
  return storedTensor(type, shape.with(axis, total), elements);
}

/**
 * Replaces parts of a tensor.
 *
 * @param places … × k: indices into the first k axes. @param parts … × the rest of the tensor's axes.
 * @throws {RangeError} if a place is outside, or the parts do not fit.
 */
export function scatterParts(tensor: OnnxTensor, places: OnnxTensor, parts: OnnxTensor): OnnxTensor {
  const depth = places.shape.at(-1) ?? 0;
  const inner = elementCount(tensor.shape.slice(depth));
  const count = depth === 0 ? 0 : places.data.length / depth;
  if (depth > tensor.shape.length || parts.data.length !== count * inner || parts.type !== tensor.type) {
    throw new RangeError(`expected parts of ${inner} elements for each of ${count} places`);
  }
  const elements = Array.from(tensor.data as ArrayLike<Element>);
  const strides = stridesOf(tensor.shape);
  for (let part = 0; part < count; part++) {
    let start = 0;
    for (let axis = 0; axis < depth; axis++) {
      const [place] = normalizeAxes([Number(places.data[part * depth + axis])], tensor.shape[axis]!, 'place');
      start += place! * strides[axis]!;
    }
    for (let i = 0; i < inner; i++) elements[start + i] = parts.data[part * inner + i]!;
  }
  return storedTensor(tensor.type, tensor.shape, elements);
}

/** An integer toward 0, kept within 64 bits. @throws {RangeError} if it is no number. */
export function toBigInt(value: number): bigint {
  if (Number.isNaN(value)) throw new RangeError('expected a number that has an integer part, found NaN');
  return BigInt(Math.trunc(Math.min(Math.max(value, -(2 ** 63)), 2 ** 63 - 1024)));
}

function elementArray(type: ElementType, elements: ArrayLike<Element>): OnnxTensor['data'] {
  if (type === 'float32') return Float32Array.from(elements as ArrayLike<number>);
  if (type === 'int64') return BigInt64Array.from(elements as ArrayLike<bigint>);
  return Uint8Array.from(elements as ArrayLike<number>);
}

function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
}

function placeOf(i: number, shape: readonly number[], strides: readonly number[]): number {
  let rest = i;
  let place = 0;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    place += (rest % shape[axis]!) * strides[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return place;
}
