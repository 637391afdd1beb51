import { createRandom } from '@ganscout/numeric';
import { type EmbeddingParameters, type EmbeddingShape, parameterShapes } from './embedding-network.js';

/**
 * Draws the parameters of a new network: weights and biases uniform in ±1/√(inputs of the layer), the default of
 * PyTorch's `Linear`.
 */
export function initialParameters(shape: EmbeddingShape, seed: number): EmbeddingParameters {
  const entries = parameterShapes(shape).map(({ name, shape: sizes, fanIn }) => {
    const random = createRandom(seed, `embedding/${name}`);
    const bound = 1 / Math.sqrt(fanIn);
    const length = sizes.reduce((product, size) => product * size, 1);
    return [name, Float32Array.from({ length }, () => bound * (2 * random.uniform() - 1))] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * Parameters of a network that continues an earlier one: all layers but the last from `previous`, the last one drawn
 * anew, as its classes are others.
 *
 * @throws {TypeError} if the two networks differ in features or hidden layers.
 */
export function continuedParameters(
  shape: EmbeddingShape,
  previous: EmbeddingShape & { readonly parameters: EmbeddingParameters },
  seed: number,
): EmbeddingParameters {
  const sizes = ({ dims, hiddenSizes }: EmbeddingShape) => [dims, ...hiddenSizes].join(' → ');
  if (sizes(shape) !== sizes(previous)) {
    throw new TypeError(
      `trainEmbedding: a warm start needs the layers of the previous network, ${sizes(previous)}, got ${sizes(shape)}`,
    );
  }
  const last = shape.hiddenSizes.length + 1;
  const fresh = initialParameters(shape, seed);
  const kept = Object.keys(fresh).filter((name) => name !== `weight${last}` && name !== `bias${last}`);
  return { ...fresh, ...Object.fromEntries(kept.map((name) => [name, previous.parameters[name]!])) };
}
