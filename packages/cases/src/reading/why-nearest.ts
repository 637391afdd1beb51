import type { FeatureSet, ImageId } from '@ganscout/data-model';

/** An image that stands for a source, and how far it is. */
export interface NearImage {
  readonly id: ImageId;
  /** Number of its source. */
  readonly source: number;
  /** Whether it is a labelled image of a known source. */
  readonly isLabelled: boolean;
  /** Euclidean, in the spaces of the out-of-distribution test. */
  readonly distance: number;
}

/** The images to look among: E rows. */
export interface NearbyImages {
  /** E × D. */
  readonly features: FeatureSet;
  /** E, number of each source. */
  readonly sources: ArrayLike<number>;
  /** E, 1 for a labelled image. */
  readonly labelled: ArrayLike<number>;
}

/**
 * The images nearest to one, nearest first; itself is left out. Ties go to the earlier one.
 *
 * @param image its D values.
 * @throws {RangeError} if it has another number of values than the others.
 *
 * Cost: O(E · D).
 */
export function nearestImages(
  id: ImageId,
  image: ArrayLike<number>,
  { features, sources, labelled }: NearbyImages,
  most: number,
): NearImage[] {
  const { ids, dims, data } = features;
  if (image.length !== dims) {
    throw new RangeError(`nearestImages: the image must have ${dims} values, got ${image.length}`);
  }
  const found = ids.map((other, row): NearImage => {
    let sum = 0;
    for (let d = 0; d < dims; d++) sum += ((image[d] as number) - (data[row * dims + d] as number)) ** 2;
    return {
      id: other,
      source: sources[row] as number,
      isLabelled: labelled[row] === 1,
      distance: Math.sqrt(sum),
    };
  });
  return found
    .filter((near) => near.id !== id)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, most);
}
