import {
  constantIntegers,
  elementCount,
  formatShape,
  type GraphNode,
  type GraphValue,
  normalizeAxes,
  type OperatorRules,
  staticShape,
} from './rule.js';

/** Exchanges the axes: axis i of the result is axis `order[i]` of the value. By default the order is reversed. */
export function transpose(value: GraphValue, order?: readonly number[]): GraphValue {
  const perm = order ?? value.shape.map((_, axis) => value.shape.length - 1 - axis);
  return value.graph.apply('Transpose', [value], { perm });
}

/** The same elements, row-major, in another shape. */
export function reshape(value: GraphValue, shape: readonly number[]): GraphValue {
  return value.graph.apply('Reshape', [value, value.graph.integers(shape)]);
}

/** Joins values along an axis. @param values at least one; sizes differ along the axis only. */
export function concat(values: readonly GraphValue[], axis: number): GraphValue {
  const first = values[0];
  if (first === undefined) throw new TypeError('concat: at least one value is needed, got none');
  return first.graph.apply('Concat', values, { axis });
}

/** Elements [start, end) along one axis. @param start, end in [0, size]. */
export function slice(
  value: GraphValue,
  axis: number,
  range: readonly [start: number, end: number],
): GraphValue {
  const { graph } = value;
  const [start, end] = range;
  return graph.apply('Slice', [
    value,
    graph.integers([start]),
    graph.integers([end]),
    graph.integers([axis]),
  ]);
}

/** Adds zeros before and after the elements of one axis. */
export function pad(
  value: GraphValue,
  axis: number,
  [before, after]: readonly [before: number, after: number],
): GraphValue {
  const rank = value.shape.length;
  const [place] = normalizeAxes([axis], rank, 'Pad');
  const amounts = new Array<number>(2 * rank).fill(0);
  amounts[place!] = before;
  amounts[rank + place!] = after;
  return value.graph.apply('Pad', [value, value.graph.integers(amounts)]);
}

/** Operators that move elements and change none. */
export const shapeRules: OperatorRules = {
  Transpose: {
    infer(node) {
      const { type, shape } = node.inputs[0]!;
      const order = node.attributes.perm as readonly number[];
      if (order.length !== shape.length || shape.some((_, axis) => !order.includes(axis))) {
        throw new TypeError(
          `Transpose: order must hold each axis of ${formatShape(shape)} once, got [${order.join(', ')}]`,
        );
      }
      return { type, shape: order.map((axis) => shape[axis]!) };
    },
    gradient(node, _output, upstream) {
      const order = node.attributes.perm as readonly number[];
      return [
        transpose(
          upstream,
          order.map((_, axis) => order.indexOf(axis)),
        ),
      ];
    },
  },
  Reshape: {
    infer(node) {
      const input = node.inputs[0]!;
      const shape = constantIntegers(node, 1);
      const before = staticShape(input, 'Reshape');
      if (shape.some((size) => size < 0) || elementCount(shape) !== elementCount(before)) {
        throw new TypeError(
          `Reshape: the new shape must have the ${elementCount(before)} elements of ${formatShape(before)}, got ${formatShape(shape)}`,
        );
      }
      return { type: input.type, shape };
    },
    gradient(node, _output, upstream) {
      return [reshape(upstream, staticShape(node.inputs[0]!, 'gradient of Reshape')), null];
    },
  },
  Concat: {
    infer: inferConcat,
    gradient(node, _output, upstream) {
      const [axis] = normalizeAxes([node.attributes.axis as number], upstream.shape.length, 'Concat');
      let start = 0;
      return node.inputs.map((input) => {
        const end = start + staticShape(input, 'gradient of Concat')[axis!]!;
        const part = slice(upstream, axis!, [start, end]);
        start = end;
        return part;
      });
    },
  },
  Slice: {
    infer(node) {
      const { type, shape } = node.inputs[0]!;
      const { axis, start, end } = sliceRange(node);
      return { type, shape: shape.with(axis, end - start) };
    },
    gradient(node, _output, upstream) {
      const { axis, start, end, size } = sliceRange(node);
      return [pad(upstream, axis, [start, size - end]), null, null, null];
    },
  },
  Pad: {
    infer(node) {
      const { type, shape } = node.inputs[0]!;
      const amounts = constantIntegers(node, 1);
      const padded = shape.map((size, axis) => {
        const extra = amounts[axis]! + amounts[shape.length + axis]!;
        return typeof size === 'number' ? size + extra : extra === 0 ? size : `${size}_padded_${extra}`;
      });
      return { type, shape: padded };
    },
    gradient(node, _output, upstream) {
      const amounts = constantIntegers(node, 1);
      const sizes = staticShape(node.inputs[0]!, 'gradient of Pad');
      const cut = sizes.reduce((value, size, axis) => {
        const before = amounts[axis]!;
        return value.shape[axis] === size ? value : slice(value, axis, [before, before + size]);
      }, upstream);
      return [cut, null];
    },
  },
};

function inferConcat({ inputs, attributes }: GraphNode) {
  const { type, shape } = inputs[0]!;
  const [axis] = normalizeAxes([attributes.axis as number], shape.length, 'Concat');
  let total = 0;
  for (const input of inputs) {
    const size = input.shape[axis!];
    const fits =
      input.type === type &&
      input.shape.length === shape.length &&
      input.shape.every((other, place) => place === axis || other === shape[place]);
    if (!fits || typeof size !== 'number') {
      const shapes = inputs.map((value) => formatShape(value.shape)).join(', ');
      throw new TypeError(
        `Concat: shapes must agree but for axis ${axis}, which must be a number, got ${shapes}`,
      );
    }
    total += size;
  }
  return { type, shape: shape.with(axis!, total) };
}

function sliceRange(node: GraphNode): { axis: number; start: number; end: number; size: number } {
  const { shape } = node.inputs[0]!;
  const start = constantIntegers(node, 1)[0]!;
  const end = constantIntegers(node, 2)[0]!;
  const axis = normalizeAxes(constantIntegers(node, 3), shape.length, 'Slice')[0]!;
  const size = shape[axis]!;
  if (typeof size !== 'number' || start < 0 || end < start || end > size) {
    throw new RangeError(
      `Slice: 0 ≤ start ≤ end ≤ ${size} must hold along axis ${axis}, got ${start} and ${end}`,
    );
  }
  return { axis, start, end, size };
}
