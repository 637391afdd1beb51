import { createGraph, type GraphValue, operators } from '@ganscout/autodiff';
import type { Standardization } from '@ganscout/numeric';

/** Sizes that define an embedding network. */
export interface EmbeddingShape {
  /** Features of an image. */
  readonly dims: number;
  /** Sizes of the hidden layers; the last is the embedding. */
  readonly hiddenSizes: readonly number[];
  readonly classCount: number;
}

/** `hidden1`, `hidden2` and so on count the hidden layers before the last, which is `embedding`. */
export type EmbeddingLayer = `hidden${number}` | 'embedding' | 'logits';

/** Parameters by name: `weight1` (out × in, row-major), `bias1`, … to the last layer, which makes the logits. */
export type EmbeddingParameters = Readonly<Record<string, Float32Array>>;

/** Name and shape of a parameter. */
export interface ParameterShape {
  readonly name: string;
  readonly shape: readonly number[];
  /** Number of inputs of its layer. */
  readonly fanIn: number;
}

/** How a network is trained. */
export interface TrainingSetup {
  readonly batchSize: number;
  readonly dropout: number;
  readonly labelSmoothing: number;
  /** Weight of each class, C values; null for equal weights. */
  readonly classWeights: Float32Array | null;
}

/** A graph of the loss of one batch. */
export interface TrainingGraph {
  /** Inputs `features` (B × D), `labels` (B, int64) and, if there is dropout, `mask1`, `mask2`, … (B × size). */
  readonly loss: GraphValue;
  /** Inputs to be learned, by parameter name. */
  readonly parameters: Readonly<Record<string, GraphValue>>;
}

/** Names of the layers that can be read out, in order. */
export function embeddingLayers({ hiddenSizes }: EmbeddingShape): EmbeddingLayer[] {
  const hidden = hiddenSizes.slice(0, -1).map((_, i): EmbeddingLayer => `hidden${i + 1}`);
  return [...hidden, 'embedding', 'logits'];
}

/** Size of each layer of {@link embeddingLayers}. */
export function embeddingLayerSize(shape: EmbeddingShape, layer: EmbeddingLayer): number {
  const layers = embeddingLayers(shape);
  const size = [...shape.hiddenSizes, shape.classCount][layers.indexOf(layer)];
  if (size !== undefined) return size;
  throw new RangeError(`embed: layer must be one of ${layers.join(', ')}, got ${layer}`);
}

/** Name and shape of every parameter, layer by layer. */
export function parameterShapes({ dims, hiddenSizes, classCount }: EmbeddingShape): ParameterShape[] {
  const sizes = [dims, ...hiddenSizes, classCount];
  return sizes.slice(1).flatMap((size, i) => {
    const fanIn = sizes[i]!;
    return [
      { name: `weight${i + 1}`, shape: [size, fanIn], fanIn },
      { name: `bias${i + 1}`, shape: [size], fanIn },
    ];
  });
}

/**
 * Builds the loss of one batch: standardization, hidden layers (linear, ReLU, dropout), linear layer, weighted softmax
 * cross-entropy. Dropout multiplies by masks that are fed, so that the caller's seed decides.
 */
export function buildTrainingGraph(
  shape: EmbeddingShape,
  standardization: Standardization,
  { batchSize, dropout, labelSmoothing, classWeights }: TrainingSetup,
): TrainingGraph {
  const graph = createGraph('embedding_training_step');
  const features = graph.input('features', [batchSize, shape.dims]);
  const labels = graph.input('labels', [batchSize], 'int64');
  const shapes = parameterShapes(shape);
  const parameters = Object.fromEntries(
    shapes.map(({ name, shape: sizes }) => [name, graph.input(name, sizes)]),
  );
  const { logits } = addLayers(standardizeInGraph(features, standardization), shape, {
    parameter: (name) => parameters[name]!,
    afterHidden: (value, layer) =>
      dropout === 0 ? value : operators.mul(value, graph.input(`mask${layer}`, value.shape)),
  });
  const weights = classWeights === null ? null : graph.constant(classWeights, [shape.classCount]);
  const loss = operators.softmaxCrossEntropy(logits, labels, { classWeights: weights, labelSmoothing });
  return { loss, parameters };
}

/**
 * Encodes the network for use: input `features` (N × D, N free), one output for each layer. Standardization is in its
 * first nodes, so it takes features as they are.
 *
 * @param metadata kept in the file.
 */
export function encodeInferenceGraph(
  shape: EmbeddingShape,
  standardization: Standardization,
  parameters: EmbeddingParameters,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const graph = createGraph('embedding');
  const shapes = new Map(parameterShapes(shape).map((parameter) => [parameter.name, parameter.shape]));
  const features = graph.input('features', ['N', shape.dims]);
  const { hidden, logits } = addLayers(standardizeInGraph(features, standardization), shape, {
    parameter: (name) => graph.constant(parameters[name]!, shapes.get(name)!, name),
    afterHidden: (value) => value,
  });
  const layers = embeddingLayers(shape);
  [...hidden, logits].forEach((value, i) => {
    graph.output(layers[i]!, value);
  });
  return graph.encode(metadata);
}

interface LayerParts {
  readonly parameter: (name: string) => GraphValue;
  readonly afterHidden: (value: GraphValue, layer: number) => GraphValue;
}

function addLayers(
  input: GraphValue,
  { hiddenSizes }: EmbeddingShape,
  { parameter, afterHidden }: LayerParts,
): { hidden: GraphValue[]; logits: GraphValue } {
  const hidden: GraphValue[] = [];
  const layer = (value: GraphValue, number: number) =>
    operators.linear(value, parameter(`weight${number}`), parameter(`bias${number}`));
  let value = input;
  for (let number = 1; number <= hiddenSizes.length; number++) {
    value = afterHidden(operators.relu(layer(value, number)), number);
    hidden.push(value);
  }
  return { hidden, logits: layer(value, hiddenSizes.length + 1) };
}

function standardizeInGraph(features: GraphValue, { mean, deviation }: Standardization): GraphValue {
  const { graph } = features;
  const centered = operators.sub(features, graph.constant(mean, [mean.length], 'mean'));
  return operators.div(centered, graph.constant(deviation, [deviation.length], 'deviation'));
}
