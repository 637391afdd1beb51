import type { FeatureSet } from '@ganscout/data-model';
import { createRandom } from '@ganscout/numeric';

/** How rows are drawn. */
export interface MixtureOptions {
  readonly rows: number;
  readonly dims: number;
  readonly components: number;
  /** Deviation of the components' means in each dimension; that of the rows around them is 1. */
  readonly separation: number;
  /** Share of rows that belong to no component: deviation 1.5 around the origin. */
  readonly noise: number;
  readonly seed: number;
}

/** Rows with the component of each, or -1. */
export interface Mixture {
  readonly data: Float32Array;
  readonly components: Int32Array;
}

const NOISE_DEVIATION = 1.5;

/** Draws rows from Gaussians of unit deviation around random means. The means depend on the seed alone, not on `rows`. */
export function drawMixture(options: MixtureOptions): Mixture {
  const { rows, dims, seed, separation, noise } = options;
  const place = createRandom(seed, 'bench/means');
  const means = Float32Array.from({ length: options.components * dims }, () => separation * place.normal());
  const random = createRandom(seed, `bench/rows-${rows}`);
  const data = new Float32Array(rows * dims);
  const components = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    const isNoise = random.uniform() < noise;
    const component = random.integer(options.components);
    components[i] = isNoise ? -1 : component;
    const mean = isNoise ? -1 : component * dims;
    for (let d = 0; d < dims; d++) {
      const deviate = random.normal();
      data[i * dims + d] = mean === -1 ? NOISE_DEVIATION * deviate : means[mean + d]! + deviate;
    }
  }
  return { data, components };
}

/** The rows as features. */
export function featuresOf(data: Float32Array, dims: number): FeatureSet {
  const ids = Array.from({ length: data.length / dims }, (_, i) => `row ${i}`);
  return { ids, dims, data, space: { extractor: 'bench', layer: '', round: 0, transform: '' } };
}
