import { reduceSum } from './broadcast.js';
import { add, div, mul, sqrt, sub } from './elementwise.js';
import { formatShape, type GraphValue, type OperatorRules, refuseTypes } from './rule.js';
import { reshape } from './shape.js';

/** What a batch is normalized by: C values each. */
export type StoredStatistics = Readonly<Record<'scale' | 'shift' | 'mean' | 'variance', GraphValue>>;

/**
 * Batch norm by stored statistics, as in inference: one node, that the runtime merges with a convolution before it.
 *
 * There are gradients with respect to `x`, scale and shift, not to mean and variance.
 *
 * @param x N × C × spatial axes. @param epsilon added to the variance.
 */
export function frozenBatchNorm(
  x: GraphValue,
  { scale, shift, mean, variance }: StoredStatistics,
  epsilon: number,
): GraphValue {
  const inputs = [x, scale, shift, mean, variance];
  return x.graph.apply('BatchNormalization', inputs, { epsilon: { float: epsilon } });
}

/** BatchNormalization of inference. */
export const frozenNormalizationRules: OperatorRules = {
  BatchNormalization: {
    infer(node) {
      const [x, ...statistics] = node.inputs;
      const channels = formatShape([x!.shape[1] ?? '?']);
      if (statistics.some(({ shape }) => formatShape(shape) !== channels)) {
        refuseTypes(node, '[N, C, …] and four of shape [C]');
      }
      return { type: x!.type, shape: x!.shape };
    },
    gradient(node, _output, upstream) {
      const [x, scale, , mean, variance] = node.inputs;
      const { float: epsilon } = node.attributes.epsilon as { readonly float: number };
      const deviation = sqrt(add(variance!, epsilon));
      const along = (value: GraphValue) =>
        reshape(value, [x!.shape[1] as number, ...x!.shape.slice(2).map(() => 1)]);
      const axes = [...x!.shape.keys()].filter((axis) => axis !== 1);
      const correlated = reduceSum(mul(upstream, sub(x!, along(mean!))), axes);
      return [
        mul(upstream, along(div(scale!, deviation))),
        div(correlated, deviation),
        reduceSum(upstream, axes),
        null,
        null,
      ];
    },
  },
};
