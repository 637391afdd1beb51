import { createFeatureSet, type FeatureSet } from '@ganscout/data-model';
import { createRandom } from '@ganscout/numeric';

/** A feature set of the given rows. */
export function rowsOf(rows: readonly (readonly number[])[], dims = rows[0]?.length ?? 1): FeatureSet {
  const ids = rows.map((_, i) => `image-${i}`);
  const space = { extractor: 'test', layer: '', round: 0, transform: '' };
  return createFeatureSet(ids, dims, Float32Array.from(rows.flat()), space);
}

/** A feature set of one dimension. */
export function lineOf(...values: number[]): FeatureSet {
  return rowsOf(
    values.map((value) => [value]),
    1,
  );
}

/** Gaussian clumps around `sources` means; row i is of source i mod `sources`. */
export function clumps(rows: number, dims: number, sources: number, spread: number): FeatureSet {
  const random = createRandom(3, 'clumps');
  const means = Array.from({ length: sources * dims }, () => random.normal() * spread);
  return rowsOf(
    Array.from({ length: rows }, (_, i) =>
      Array.from({ length: dims }, (_, d) => (means[(i % sources) * dims + d] as number) + random.normal()),
    ),
    dims,
  );
}

/** A feature set whose second row has NaN, which `createFeatureSet` would refuse. */
export function withNaN(): FeatureSet {
  const features = lineOf(0, 1, 2);
  return { ...features, data: Float32Array.of(0, Number.NaN, 2) };
}
