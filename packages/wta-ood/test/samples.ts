import { createFeatureSet, type FeatureSet } from '@ganscout/data-model';
import { createRandom } from '@ganscout/numeric';
import { wtaOptionsSchema } from '../src/index.js';

export const SPACE = { extractor: 'test', layer: '', round: 0, transform: 'standardized' };

export function featureSet(rows: readonly (readonly number[])[], dims = rows[0]?.length ?? 2): FeatureSet {
  const ids = rows.map((_, i) => `image-${i}`);
  return createFeatureSet(ids, dims, Float32Array.from(rows.flat()), SPACE);
}

export function options(overrides: Record<string, unknown> = {}) {
  return wtaOptionsSchema.parse(overrides);
}

/** Rows around one random mean for each source, in turn, with labels. */
export function sampleSources(seed: number, stream: string, sources: number, perSource: number, dims = 8) {
  const place = createRandom(seed, 'means');
  const means = Array.from({ length: sources }, () => Array.from({ length: dims }, () => place.normal()));
  const random = createRandom(seed, stream);
  const labels = Int32Array.from({ length: sources * perSource }, (_, i) => i % sources);
  const rows = Array.from(labels, (label) => (means[label] ?? []).map((mean) => mean + random.normal()));
  return { features: featureSet(rows, dims), labels };
}
