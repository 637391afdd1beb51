import type { FeatureSet } from '@ganscout/data-model';
import { fitPrincipalComponents } from '@ganscout/extractor';
import { createRandom } from '@ganscout/numeric';

/** Rows laid out on a plane; N values each. */
export interface Plane {
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/**
 * Lays rows out along their two directions of largest variance.
 *
 * @param features N × D, finite. @param seed of the search for them with more than 384 dims.
 * @returns the plane, 0 along a direction that is not there, and the share of the variance that each direction has; 0 without any.
 *
 * Cost: O(N · D²).
 */
export async function principalPlane(
  features: FeatureSet,
  seed: number,
): Promise<{ readonly plane: Plane; readonly shares: readonly [number, number] }> {
  const { ids, dims, data } = features;
  const rows = ids.length;
  const plane = { x: new Float32Array(rows), y: new Float32Array(rows) };
  if (rows < 2) return { plane, shares: [0, 0] };
  const source = { rows, dims, read: (from: number, to: number) => data.subarray(from * dims, to * dims) };
  const { mean, directions, variances } = await fitPrincipalComponents(
    source,
    2,
    createRandom(seed, 'report/principal-plane'),
  );
  for (const [at, values] of [plane.x, plane.y].entries()) {
    if (at < variances.length)
      project(features, mean, directions.subarray(at * dims, (at + 1) * dims), values);
  }
  const total = totalVariance(features, mean);
  const share = (at: number) => (total > 0 ? (variances[at] ?? 0) / total : 0);
  return { plane, shares: [share(0), share(1)] };
}

/** Coordinate of each row along a direction, from the mean. @param values overwritten. */
function project(
  { dims, data }: FeatureSet,
  mean: Float64Array,
  direction: Float64Array,
  values: Float32Array,
): void {
  for (let i = 0; i < values.length; i++) {
    let sum = 0;
    for (let d = 0; d < dims; d++) {
      sum += ((data[i * dims + d] as number) - (mean[d] as number)) * (direction[d] as number);
    }
    values[i] = sum;
  }
}

function totalVariance({ ids, dims, data }: FeatureSet, mean: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < data.length; at++) sum += ((data[at] as number) - (mean[at % dims] as number)) ** 2;
  return sum / (ids.length - 1);
}
