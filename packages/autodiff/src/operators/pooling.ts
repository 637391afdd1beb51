import { reduceMean } from './broadcast.js';
import { paddingOf, padsOf } from './convolution.js';
import { inputGradient } from './convolution-gradients.js';
import {
  elementCount,
  formatShape,
  type GraphNode,
  type GraphValue,
  type OperatorRules,
  staticShape,
} from './rule.js';
import { reshape } from './shape.js';

/** A window that moves over the spatial axes: one number for each of them. */
export interface PoolingOptions {
  readonly kernel: readonly number[];
  /** By default the kernel: windows do not overlap. */
  readonly strides?: readonly number[];
  /** Before and after each axis, by default none; less than the kernel. */
  readonly padding?: readonly (readonly [before: number, after: number])[];
}

/** Largest element of each window; what is padded is never the largest. @param x N × C × spatial axes. */
export function maxPool(x: GraphValue, options: PoolingOptions): GraphValue {
  return x.graph.apply('MaxPool', [x], attributesOf(options));
}

/** Mean of each window, zeros of the padding included. @param x N × C × spatial axes. */
export function averagePool(x: GraphValue, options: PoolingOptions): GraphValue {
  return x.graph.apply('AveragePool', [x], { ...attributesOf(options), count_include_pad: 1 });
}

/** Mean over all spatial axes: N × C. @param x N × C × spatial axes. */
export function globalAveragePool(x: GraphValue): GraphValue {
  return reduceMean(
    x,
    x.shape.slice(2).map((_, axis) => axis + 2),
  );
}

/** MaxPool and AveragePool, with what the gradient of the former needs. */
export const poolingRules: OperatorRules = {
  MaxPool: {
    infer(node) {
      const type = node.output === 1 ? 'int64' : 'float32';
      return { type, shape: pooledShape(node) };
    },
    gradient(node, output, upstream) {
      const x = node.inputs[0]!;
      const { graph } = x;
      const shape = staticShape(x, 'gradient of MaxPool');
      const [before, after] = [elementCount(shape), elementCount(staticShape(output, 'gradient of MaxPool'))];
      // Places of the largest elements in the flat input; of equal ones the first, as in PyTorch.
      const places = graph.apply('MaxPool', [x], node.attributes, 1);
      const zeros = graph.constant(new Float32Array(before), [before]);
      const inputs = [zeros, reshape(places, [after]), reshape(upstream, [after])];
      const spread = graph.apply('ScatterElements', inputs, { axis: 0, reduction: { text: 'add' } });
      return [reshape(spread, shape)];
    },
  },
  ScatterElements: {
    infer: ({ inputs }) => ({ type: inputs[0]!.type, shape: inputs[0]!.shape }),
    gradient: null,
  },
  AveragePool: {
    infer: (node) => ({ type: 'float32', shape: pooledShape(node) }),
    gradient(node, _output, upstream) {
      const x = node.inputs[0]!;
      const { kernel, strides, padding } = windowOf(node);
      const channels = staticShape(x, 'gradient of AveragePool')[1]!;
      const share = new Float32Array(channels * elementCount(kernel)).fill(1 / elementCount(kernel));
      const weight = x.graph.constant(share, [channels, 1, ...kernel]);
      const dilations = kernel.map(() => 1);
      return [inputGradient(x, upstream, weight, { strides, padding, dilations, groups: channels })];
    },
  },
};

function attributesOf({
  kernel,
  strides = kernel,
  padding = kernel.map(() => [0, 0] as const),
}: PoolingOptions) {
  return { kernel_shape: kernel, strides, pads: padsOf(padding) };
}

function windowOf(node: GraphNode): Required<PoolingOptions> {
  const { kernel_shape: kernel, strides, pads } = node.attributes as ReturnType<typeof attributesOf>;
  return { kernel, strides, padding: paddingOf(pads) };
}

function pooledShape(node: GraphNode) {
  const { shape } = node.inputs[0]!;
  const { kernel, strides, padding } = windowOf(node);
  const sizes = kernel.map((size, axis) => {
    const before = shape[axis + 2];
    const room = (before as number) + padding[axis]![0] + padding[axis]![1] - size;
    if (typeof before !== 'number' || room < 0 || shape.length !== kernel.length + 2) {
      throw new TypeError(
        `${node.operator}: the input must be [N, C, …] with ${kernel.length} axes of at least ${formatShape(kernel)} with padding, got ${formatShape(shape)}`,
      );
    }
    return Math.floor(room / strides[axis]!) + 1;
  });
  return [shape[0]!, shape[1]!, ...sizes];
}
