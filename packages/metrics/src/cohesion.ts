import type { FeatureSet } from '@ganscout/data-model';
import { meanByLabel, squaredDistance } from '@ganscout/numeric';

/** How tight one cluster is, and how far from the others; null where not defined. */
export interface ClusterCohesion {
  readonly label: number;
  readonly size: number;
  /** Root of the mean squared distance of its images to its centroid; null if it is empty. */
  readonly spread: number | null;
  /** 1 - spread² / mean squared distance of all labelled images to their mean: 1 is a point, 0 as wide as all. */
  readonly cohesion: number | null;
  /** Label of the nearest other centroid (ties: the lower), or -1 if there is no other. */
  readonly nearest: number;
  /** Distance to that centroid. */
  readonly separation: number | null;
}

/**
 * Measures spread, cohesion and separation of each cluster. Images with label -1 are left out.
 *
 * @param features N × D. @param labels N, each in [-1, k).
 * @returns one entry a label in [0, k). `cohesion` is null if all labelled images are equal.
 * @throws {TypeError} if `labels` is not N long. @throws {RangeError} if a label is out of range.
 *
 * Cost: O(N · D + k² · D).
 */
export function clusterCohesion(features: FeatureSet, labels: Int32Array, k: number): ClusterCohesion[] {
  const sizes = checkLabels('clusterCohesion', features, labels, k);
  const { data, dims } = features;
  const centroids = meanByLabel(data, labels, dims, k);
  const overall = meanByLabel(
    data,
    labels.map((label) => Math.min(label, 0)),
    dims,
    1,
  );
  const within = new Float64Array(k);
  let total = 0;
  let count = 0;
  for (let row = 0; row < labels.length; row++) {
    if (labels[row] === -1) continue;
    within[labels[row]] += squaredDistance(data, row, centroids, labels[row], dims);
    total += squaredDistance(data, row, overall, 0, dims);
    count++;
  }
  return Array.from(sizes, (size, label) => {
    if (size === 0) return { label, size, spread: null, cohesion: null, nearest: -1, separation: null };
    const variance = within[label] / size;
    const cohesion = total === 0 ? null : 1 - variance / (total / count);
    return {
      label,
      size,
      spread: Math.sqrt(variance),
      cohesion,
      ...nearestOther(centroids, dims, sizes, label),
    };
  });
}

function nearestOther(centroids: Float32Array, dims: number, sizes: Float64Array, label: number) {
  let nearest = -1;
  let smallest = Number.POSITIVE_INFINITY;
  for (let c = 0; c < sizes.length; c++) {
    if (c === label || sizes[c] === 0) continue;
    const distance = squaredDistance(centroids, label, centroids, c, dims);
    if (distance < smallest) {
      smallest = distance;
      nearest = c;
    }
  }
  return { nearest, separation: nearest === -1 ? null : Math.sqrt(smallest) };
}

/** Number of images of each label in [0, k), after checking the labels; `name` begins the message. */
export function checkLabels(name: string, features: FeatureSet, labels: Int32Array, k: number): Float64Array {
  if (!Number.isInteger(k) || k < 0) throw new RangeError(`${name}: k must be an integer from 0, got ${k}`);
  if (labels.length !== features.ids.length) {
    throw new TypeError(`${name}: labels must have ${features.ids.length} values, got ${labels.length}`);
  }
  const sizes = new Float64Array(k);
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row];
    if (label < -1 || label >= k) {
      throw new RangeError(`${name}: labels must be in [-1, ${k}), got ${label} in row ${row}`);
    }
    if (label !== -1) sizes[label]++;
  }
  return sizes;
}
