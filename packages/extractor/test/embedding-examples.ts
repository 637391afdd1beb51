import { createFeatureSet, type FeatureSet } from '@ganscout/data-model';
import { createRandom } from '@ganscout/numeric';
import { type EmbeddingOptions, embeddingOptionsSchema } from '../src/options-embedding.js';

/** Rows around one center a class, classes in turn; feature 0 has a large offset and scale, the last is constant. */
export function clusteredFeatures(
  rows: number,
  classCount: number,
): { features: FeatureSet; labels: Int32Array } {
  const dims = 6;
  const random = createRandom(5, 'clustered-features');
  const labels = Int32Array.from({ length: rows }, (_, i) => i % classCount);
  const data = new Float32Array(rows * dims);
  labels.forEach((label, row) => {
    for (let d = 0; d < dims; d++) data[row * dims + d] = 0.5 * random.normal() + (d === label ? 3 : 0);
    data[row * dims] = 1000 + 50 * data[row * dims]!;
    data[row * dims + dims - 1] = 4;
  });
  const ids = Array.from(labels, (_, row) => `image-${row}`);
  const space = { extractor: 'example', layer: '', round: 0, transform: '' };
  return { features: createFeatureSet(ids, dims, data, space), labels };
}

/** Options of a network small enough for a test. */
export function smallOptions(changes: Partial<EmbeddingOptions> = {}): EmbeddingOptions {
  return {
    ...embeddingOptionsSchema.parse({
      hiddenSizes: [16, 12, 8],
      epochs: 12,
      batchSize: 32,
      learningRate: 0.01,
    }),
    ...changes,
  };
}
