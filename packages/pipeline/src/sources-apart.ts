import { concatenateRows } from '@ganscout/data-model';
import { summarizeClusters } from '@ganscout/nn-merge';
import { squaredDistance } from '@ganscout/numeric';
import type { StageOptions } from './config/schema.js';
import { joinSpaces, type SpaceFeatures } from './space-features.js';

/** How far two sources lie apart. */
export interface Apartness {
  readonly isApart: boolean;
  /** Squared distance between their means, less what is to be expected of samples of one source; may be negative. */
  readonly distance: number;
  /** What it must exceed. */
  readonly limit: number;
}

/** Share of the mean squared distance between images of one of the two from which on they are apart. */
const APART = 0.5;

/**
 * Says whether two sources, which were told apart before, are too different to be one: if the squared distance between their
 * means is more than half of the mean squared distance between two images of the same one, on average over both.
 *
 * Two parts of one source, as k-means cuts it, are hardly that far apart in many dimensions.
 *
 * @param first images of one source, two at least, and `second` of the other, in the same spaces.
 *
 * Cost: O(N · D).
 */
export function measureApartness(
  [first, second]: readonly [SpaceFeatures, SpaceFeatures],
  { merge }: Pick<StageOptions, 'merge'>,
): Apartness {
  const [a, b] = [joinSpaces(first, merge.space), joinSpaces(second, merge.space)];
  const labels = new Int32Array(a.ids.length + b.ids.length).fill(1);
  labels.fill(0, 0, a.ids.length);
  const { centroids, dims, sizes, spreads } = summarizeClusters(concatenateRows(a, b), labels, 2);
  // Sample variances: a mean squared distance between two images is twice the variance.
  const variances = Array.from(spreads, (spread, i) => {
    const size = sizes[i] as number;
    return (spread * size) / Math.max(1, size - 1);
  });
  const chance = variances.reduce((sum, variance, i) => sum + variance / (sizes[i] as number), 0);
  const distance = squaredDistance(centroids, 0, centroids, 1, dims) - chance;
  const limit = APART * variances.reduce((sum, variance) => sum + variance, 0);
  return { isApart: distance > limit, distance, limit };
}
