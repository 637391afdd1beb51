import { reduceSum } from './broadcast.js';
import {
  type ConvolutionOptions,
  convolution,
  type convolutionAttributes,
  paddingOf,
} from './convolution.js';
import { inputGradient, kernelGradient } from './convolution-gradients.js';
import { formatShape, type GraphNode, type GraphValue, type OperatorRules } from './rule.js';

/** Conv and ConvTranspose, with any stride, padding, dilation and number of groups. */
export const convolutionRules: OperatorRules = {
  Conv: {
    infer(node) {
      const { x, weight, window } = partsOf(node);
      const { strides, dilations, padding, groups } = window;
      const [channels, kernels] = [weight.shape[1]! as number, weight.shape[0]! as number];
      const fits = x.shape[1] === channels * groups && kernels % groups === 0;
      if (!fits) refuse(node, '[N, C, …] and [M, C / groups, …], groups dividing M');
      const sizes = strides.map((stride, axis) => {
        const reach = dilations[axis]! * ((weight.shape[axis + 2] as number) - 1) + 1;
        const padded = (x.shape[axis + 2] as number) + padding[axis]![0] + padding[axis]![1];
        if (padded < reach) refuse(node, 'a kernel that is no larger than the padded input');
        return Math.floor((padded - reach) / stride) + 1;
      });
      return { type: x.type, shape: [x.shape[0]!, kernels, ...sizes] };
    },
    gradient(node, _output, upstream) {
      const { x, weight, window } = partsOf(node);
      return [
        inputGradient(x, upstream, weight, window),
        kernelGradient(x, upstream, weight, window),
        reduceSum(upstream, allButChannels(upstream)),
      ];
    },
  },
  ConvTranspose: {
    infer(node) {
      const { x, weight, window } = partsOf(node);
      const { strides, dilations, padding, groups } = window;
      if (x.shape[1] !== weight.shape[0] || (weight.shape[0] as number) % groups !== 0) {
        refuse(node, '[N, C, …] and [C, M / groups, …], groups dividing C');
      }
      const extra = node.attributes.output_padding as readonly number[];
      const sizes = strides.map((stride, axis) => {
        const reach = dilations[axis]! * ((weight.shape[axis + 2] as number) - 1) + 1;
        const [before, after] = padding[axis]!;
        return stride * ((x.shape[axis + 2] as number) - 1) + reach - before - after + extra[axis]!;
      });
      return { type: x.type, shape: [x.shape[0]!, (weight.shape[1] as number) * groups, ...sizes] };
    },
    gradient(node, _output, upstream) {
      const { x, weight, window } = partsOf(node);
      return [
        convolution(upstream, weight, null, window),
        // The adjoint has the same kernel gradient, with input and upstream gradient exchanged.
        kernelGradient(upstream, x, weight, window),
        reduceSum(upstream, allButChannels(upstream)),
      ];
    },
  },
};

type Window = Required<ConvolutionOptions>;

function partsOf(node: GraphNode): { x: GraphValue; weight: GraphValue; window: Window } {
  const [x, weight, bias] = node.inputs;
  const { strides, dilations, pads, group } = node.attributes as ReturnType<typeof convolutionAttributes>;
  const axes = x!.shape.length - 2;
  const isFixed = [...x!.shape.slice(1), ...weight!.shape].every((size) => typeof size === 'number');
  if (axes < 1 || weight!.shape.length !== axes + 2 || strides.length !== axes || !isFixed) {
    refuse(node, 'of equal rank, at least 3, with sizes that are numbers but for N');
  }
  if (bias !== undefined && bias.shape.length !== 1) refuse(node, 'with a bias of one axis');
  return { x: x!, weight: weight!, window: { strides, dilations, padding: paddingOf(pads), groups: group } };
}

function refuse(node: GraphNode, expected: string): never {
  const shapes = node.inputs.map((input) => formatShape(input.shape)).join(', ');
  throw new TypeError(`${node.operator}: shapes must be ${expected}, got ${shapes}`);
}

function allButChannels({ shape }: GraphValue): number[] {
  return [...shape.keys()].filter((axis) => axis !== 1);
}
