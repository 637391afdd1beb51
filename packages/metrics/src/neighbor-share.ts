import type { FeatureSet } from '@ganscout/data-model';
import { createRandom } from '@ganscout/numeric';
import { checkLabels } from './cohesion.js';
import { nearestNeighbors } from './nearest-neighbors.js';
import { sampleRows } from './sample-rows.js';

/** How neighbors are looked for; positive integers. */
export interface NeighborShareOptions {
  /** Nearest other images of an image; 15 by default. */
  readonly neighbors?: number;
  /** Images of each cluster whose neighbors are looked for, at most; 200 by default. */
  readonly imagesPerCluster?: number;
  /** Images among which they are looked for, at most; 20,000 by default. */
  readonly candidates?: number;
  /** For what is drawn where there are more. */
  readonly seed: number;
}

/**
 * Measures how much each cluster is among its own: the mean, over its images, of the share of their nearest other images
 * that have its label.
 *
 * Images with label -1 are neighbors like all others, and are of no cluster. A cluster of n images comes to
 * (n - 1) / `neighbors` at most, so small ones cannot come to 1. Where only a share f of all images are candidates,
 * neighbors are drawn from about `neighbors` / f nearest images: the figure looks that much farther around, and the
 * bound for small clusters is about f · n / `neighbors`.
 *
 * @param features N × D. @param labels N, each in [-1, k).
 * @returns k values in [0, 1]; NaN for a cluster without an image, and where there is no other image.
 * @throws {TypeError} if `labels` is not N long. @throws {RangeError} if a label is out of range, or an option is not
 * a positive integer.
 *
 * Cost: O(k · Q · C · D) for Q images of a cluster and C candidates at most: linear in N.
 */
export function neighborShare(
  features: FeatureSet,
  labels: Int32Array,
  k: number,
  { neighbors = 15, imagesPerCluster = 200, candidates = 20_000, seed }: NeighborShareOptions,
): Float64Array {
  checkLabels('neighborShare', features, labels, k);
  checkPositive({ neighbors, imagesPerCluster, candidates });
  const random = createRandom(seed, 'metrics/neighbor-share');
  const among = sampleRows(Int32Array.from(labels.keys()), candidates, random);
  return Float64Array.from(rowsByLabel(labels, k), (rows, label) => {
    const images = sampleRows(rows, imagesPerCluster, random);
    const found = nearestNeighbors(features, images, among, neighbors);
    return meanShare(found, neighbors, (row) => labels[row] === label);
  });
}

/** Mean over the images of the share of their neighbors that are of the own cluster; NaN without any. */
function meanShare(found: Int32Array, neighbors: number, isOwn: (row: number) => boolean): number {
  let sum = 0;
  let images = 0;
  for (let start = 0; start < found.length; start += neighbors) {
    const present = found.subarray(start, start + neighbors).filter((row) => row !== -1);
    if (present.length === 0) continue;
    sum += present.filter(isOwn).length / present.length;
    images++;
  }
  return images === 0 ? Number.NaN : sum / images;
}

function rowsByLabel(labels: Int32Array, k: number): Int32Array[] {
  const rows = Array.from({ length: k }, (): number[] => []);
  labels.forEach((label, row) => {
    if (label !== -1) rows[label].push(row);
  });
  return rows.map((own) => Int32Array.from(own));
}

function checkPositive(options: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (Number.isInteger(value) && value > 0) continue;
    throw new RangeError(`neighborShare: ${name} must be a positive integer, got ${value}`);
  }
}
