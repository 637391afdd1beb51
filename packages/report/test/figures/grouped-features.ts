import { createFeatureSet, type FeatureSet } from '@ganscout/data-model';
import { createRandom } from '@ganscout/numeric';

/** Rows of groups that lie `apart` standard deviations from 0, each along a dimension of its own; the groups take turns. */
export function groupedFeatures(
  rows: number,
  { groups = 3, dims = 6, apart = 30, seed = 1 } = {},
): { readonly features: FeatureSet; readonly labels: Int32Array } {
  const random = createRandom(seed, 'grouped-features');
  const labels = Int32Array.from({ length: rows }, (_, row) => (row % groups) + 1);
  const data = Float32Array.from({ length: rows * dims }, (_, at) => {
    const isOwn = at % dims === (labels[Math.floor(at / dims)] as number) - 1;
    return random.normal() + (isOwn ? apart : 0);
  });
  return { features: featuresOf(data, dims), labels };
}

export function featuresOf(data: Float32Array, dims: number): FeatureSet {
  const ids = Array.from({ length: data.length / dims }, (_, row) => `image-${row}`);
  return createFeatureSet(ids, dims, data, { extractor: 'made', layer: '', round: 0, transform: '' });
}
