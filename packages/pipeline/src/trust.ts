import type { Assignment, FeatureSet } from '@ganscout/data-model';
import { clusterCohesion, jaccardStability, simplifiedSilhouette } from '@ganscout/metrics';
import { createRandom, meanByLabel, nearestCentroids } from '@ganscout/numeric';

/** How far a source of the discovery set can be trusted, without knowing the truth; null where not defined. */
export interface SourceTrust {
  /** Mean simplified silhouette of its images, in [-1, 1]. */
  readonly cohesion: number | null;
  /**
   * Mean Jaccard index with itself when images go to the nearest centroid of a random half, in [0, 1]; over the halves
   * that hold one of its images.
   */
  readonly stability: number | null;
  /** Label of the source whose centroid is nearest, or -1. */
  readonly nearest: number;
  /** Distance to that centroid over the source's own root-mean-square radius. */
  readonly separation: number | null;
}

const RESAMPLES = 10;

/**
 * Measures every source of an assignment on the images that have it.
 *
 * Cost: O(resamples · N · k · D).
 */
export function measureTrust(discovery: FeatureSet, assignment: Assignment, seed: number): SourceTrust[] {
  const { labels, clusterCount } = assignment;
  const silhouette = simplifiedSilhouette(discovery, labels, clusterCount);
  const stability = measureStability(discovery, assignment, seed);
  return clusterCohesion(discovery, labels, clusterCount).map(
    ({ label, size, spread, nearest, separation }) => {
      const cohesion = silhouette.byCluster[label] as number;
      return {
        cohesion: size < 2 || Number.isNaN(cohesion) ? null : cohesion,
        stability: size < 4 || Number.isNaN(stability[label]) ? null : (stability[label] as number),
        nearest,
        separation: separation === null || spread === null || spread === 0 ? null : separation / spread,
      };
    },
  );
}

/** Mean Jaccard index of each label with itself over random halves whose centroids attribute all images again. */
function measureStability(
  { data, dims }: FeatureSet,
  { labels, clusterCount }: Assignment,
  seed: number,
): Float64Array {
  const random = createRandom(seed, 'trust/stability');
  const sums = new Float64Array(clusterCount);
  const halves = new Float64Array(clusterCount);
  for (let sample = 0; sample < RESAMPLES; sample++) {
    const half = labels.map((label) => (random.uniform() < 0.5 ? label : -1));
    const present = [...new Set(half)].filter((label) => label >= 0).sort((a, b) => a - b);
    if (present.length === 0) continue;
    for (const label of present) halves[label]! += 1;
    const all = meanByLabel(data, half, dims, clusterCount);
    const centroids = new Float32Array(present.length * dims);
    present.forEach(
      (label, i) => void centroids.set(all.subarray(label * dims, (label + 1) * dims), i * dims),
    );
    const nearest = nearestCentroids(data, centroids, dims).labels;
    const again = labels.map((label, row) => (label < 0 ? -1 : (present[nearest[row] as number] as number)));
    const agreement = jaccardStability(labels, again);
    agreement.labels.forEach((label, i) => {
      if (agreement.matches[i] === label) sums[label]! += agreement.jaccard[i] as number;
    });
  }
  return sums.map((sum, label) => sum / (halves[label] as number));
}
