import { createFeatureSet, type FeatureSet } from '@ganscout/data-model';

/** Images with one feature each, of these values. */
export function onLine(...values: number[]): FeatureSet {
  const space = { extractor: 'made', layer: '', round: 0, transform: '' };
  return createFeatureSet(
    values.map((_, i) => `image-${i}`),
    1,
    Float32Array.from(values),
    space,
  );
}
