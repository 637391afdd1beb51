import { reduceSum } from './broadcast.js';
import { add, div, exp, mul, neg, sub } from './elementwise.js';
import { formatShape, type GraphValue, type OperatorRules } from './rule.js';

/** Options of {@link softmaxCrossEntropy}. */
export interface CrossEntropyOptions {
  /** Weight of each class, C values; null for equal weights. */
  readonly classWeights?: GraphValue | null;
  /** Share of each target spread evenly over all classes, in [0, 1). */
  readonly labelSmoothing?: number;
}

/** e^x over its sum along an axis. */
export function softmax(value: GraphValue, axis = -1): GraphValue {
  return value.graph.apply('Softmax', [value], { axis });
}

/** Logarithm of {@link softmax}, without overflow. */
export function logSoftmax(value: GraphValue, axis = -1): GraphValue {
  return value.graph.apply('LogSoftmax', [value], { axis });
}

/** One row of `count` numbers per label: 1 at the label and 0 elsewhere; no gradient. @param labels N, int64. */
export function oneHot(labels: GraphValue, count: number): GraphValue {
  const { graph } = labels;
  const values = graph.constant(Float32Array.of(0, 1), [2]);
  return graph.apply('OneHot', [labels, graph.integers([count]), values], { axis: -1 });
}

/**
 * Mean cross-entropy of the labels under the softmax of the logits, as PyTorch's `CrossEntropyLoss` weighs it:
 *
 *   - Σ_i Σ_c t_ic w_c log p_ic / Σ_i w_(label i),   t_i = (1 - ε) · one-hot(label i) + ε / C.
 *
 * @param logits N × C. @param labels N, int64, each in [0, C); a label outside weighs nothing.
 * @returns a scalar.
 */
export function softmaxCrossEntropy(
  logits: GraphValue,
  labels: GraphValue,
  { classWeights = null, labelSmoothing = 0 }: CrossEntropyOptions = {},
): GraphValue {
  const [rows, classes] = logits.shape;
  if (logits.shape.length !== 2 || typeof rows !== 'number' || typeof classes !== 'number') {
    throw new TypeError(
      `softmaxCrossEntropy: logits must be a matrix of known size, got ${formatShape(logits.shape)}`,
    );
  }
  if (formatShape(labels.shape) !== formatShape([rows])) {
    throw new TypeError(`softmaxCrossEntropy: labels must be [${rows}], got ${formatShape(labels.shape)}`);
  }
  const indicator = oneHot(labels, classes);
  const smooth =
    labelSmoothing === 0 ? indicator : add(mul(indicator, 1 - labelSmoothing), labelSmoothing / classes);
  const targets = classWeights === null ? smooth : mul(smooth, classWeights);
  const total = classWeights === null ? rows : reduceSum(mul(indicator, classWeights), [0, 1]);
  return neg(div(reduceSum(mul(targets, logSoftmax(logits)), [0, 1]), total));
}

/** Softmax, its logarithm, and one-hot targets. */
export const lossRules: OperatorRules = {
  Softmax: {
    infer: ({ inputs }) => ({ type: inputs[0]!.type, shape: inputs[0]!.shape }),
    gradient(node, output, upstream) {
      const axis = node.attributes.axis as number;
      const weighted = mul(upstream, output);
      return [sub(weighted, mul(output, reduceSum(weighted, [axis], true)))];
    },
  },
  LogSoftmax: {
    infer: ({ inputs }) => ({ type: inputs[0]!.type, shape: inputs[0]!.shape }),
    gradient(node, output, upstream) {
      const axis = node.attributes.axis as number;
      return [sub(upstream, mul(exp(output), reduceSum(upstream, [axis], true)))];
    },
  },
  OneHot: {
    infer({ inputs }) {
      const [labels, count, values] = inputs;
      if (labels!.type !== 'int64' || count!.constant === null) {
        throw new TypeError(`OneHot: labels must be int64 and the count a constant, got ${labels!.type}`);
      }
      return { type: values!.type, shape: [...labels!.shape, Number(count!.constant[0])] };
    },
    gradient: null,
  },
};
