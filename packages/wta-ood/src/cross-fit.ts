import { type FeatureSet, rowsWhere } from '@ganscout/data-model';
import { agreementsOf, batchRows } from './agreements.js';
import { checkFeatures, checkLabels } from './checks.js';
import { countCodes } from './code-counts.js';
import type { WtaOptions } from './options.js';
import { meanDistance } from './scores.js';
import { createWtaHash, type PackedCodes, packCodes, takeCodes, type WtaHash } from './wta-hash.js';

/** Labelled images in folds. */
export interface FoldedImages {
  /** N × D, one space. */
  readonly known: FeatureSet;
  /** N, each in [0, sourceCount). */
  readonly labels: Int32Array;
  readonly sourceCount: number;
  /** N, each in [0, foldCount). */
  readonly folds: Int32Array;
  readonly foldCount: number;
}

/**
 * Mean Hamming distance of each labelled image to the images of each source that are not in its fold.
 *
 * The distances that `fitWtaDetector` on all other folds and `scoreImages` would give, without their calibrations: each
 * image is hashed once, and the counts of codes outside a fold are those of all images less those of the fold.
 *
 * @param seed integer in [0, 2^53): permutations.
 * @returns N × S, in [0, H]; H for a source without images outside the fold.
 * @throws {TypeError} if there is not one label and one fold for each image.
 * @throws {RangeError} if a label or a fold is out of range, a feature is not finite, or dims < windowSize.
 *
 * Cost: O(N · H · K + N · S · H / 8 + foldCount · S · H · K); memory of N · H / 8 bytes for K = 2.
 */
export function crossFitDistances(
  images: FoldedImages,
  options: Pick<WtaOptions, 'hashCount' | 'windowSize'>,
  seed: number,
): Float32Array {
  const { known, labels, sourceCount, folds, foldCount } = images;
  const hash = createWtaHash(known.dims, options.hashCount, options.windowSize, seed);
  checkFeatures('crossFitDistances', known);
  checkLabels('crossFitDistances', known, labels, sourceCount, hash);
  checkFolds(images);
  const codes = packCodes(hash, known.data, 0, labels.length);
  const cells = labels.map((label, row) => folds[row] * sourceCount + label);
  const counts = countCodes(hash, codes, cells, foldCount * sourceCount);
  const sizes = new Int32Array(foldCount * sourceCount);
  for (const cell of cells) sizes[cell]++;
  const distances = new Float32Array(labels.length * sourceCount);
  for (let fold = 0; fold < foldCount; fold++) {
    const rows = rowsWhere(folds, (other) => other === fold);
    const others = {
      hash,
      sourceCount,
      sizes: sumOutside(sizes, fold, foldCount),
      counts: sumOutside(counts, fold, foldCount),
    };
    fillDistances(others, codes, rows, distances);
  }
  return distances;
}

/** Adds up all blocks of equal length but one. */
function sumOutside(blocks: Int32Array, left: number, blockCount: number): Int32Array {
  const length = blocks.length / blockCount;
  const sums = new Int32Array(length);
  for (let block = 0; block < blockCount; block++) {
    if (block === left) continue;
    for (let i = 0; i < length; i++) sums[i] += blocks[block * length + i];
  }
  return sums;
}

/** @param into N × S; the given rows are overwritten. */
function fillDistances(
  sources: {
    readonly hash: WtaHash;
    readonly sourceCount: number;
    readonly sizes: Int32Array;
    readonly counts: Int32Array;
  },
  codes: PackedCodes,
  rows: Int32Array,
  into: Float32Array,
): void {
  const { hash, sourceCount, sizes } = sources;
  const batch = batchRows(codes.bytesPerRow, sourceCount);
  for (let first = 0; first < rows.length; first += batch) {
    const some = rows.slice(first, first + batch);
    const sums = agreementsOf(sources, takeCodes(codes, some));
    for (const [i, row] of some.entries()) {
      for (let s = 0; s < sourceCount; s++) {
        into[row * sourceCount + s] = meanDistance(hash.hashCount, sums[i * sourceCount + s], sizes[s]);
      }
    }
  }
}

function checkFolds({ labels, folds, foldCount }: FoldedImages): void {
  if (folds.length !== labels.length) {
    throw new TypeError(
      `crossFitDistances: folds must hold one value for each of ${labels.length} images, got ${folds.length}`,
    );
  }
  const wrong = folds.findIndex((fold) => fold < 0 || fold >= foldCount);
  if (wrong !== -1) {
    throw new RangeError(
      `crossFitDistances: folds must be in [0, ${foldCount}), got ${folds[wrong]} in row ${wrong}`,
    );
  }
}
