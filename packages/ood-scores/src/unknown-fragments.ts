/** Images in fragments: small clusters, far more than there are sources. */
export interface FragmentMembers {
  readonly fragmentCount: number;
  /** Fragment of each labelled image, in [0, fragmentCount). */
  readonly known: Int32Array;
  /** Fragment of each tested image, in [0, fragmentCount). */
  readonly tested: Int32Array;
  /** Whether the test rejects it, for each tested image. */
  readonly rejected: ArrayLike<boolean>;
}

/** Share of a fragment's tested images of which more must be rejected. */
const MAJORITY = 0.5;
/** Share of a fragment's images from which on labelled ones vouch for it. */
const VOUCHING = 0.6;

/**
 * Says which fragments belong to unknown sources: more than half of their tested images are rejected, and less than
 * 60 % of all their images are labelled ones.
 *
 * Images of one fragment are of one source nearly always, so their verdicts vote: a single image near the threshold
 * goes with those like it.
 *
 * @returns fragmentCount values; false for a fragment without tested images.
 * @throws {TypeError} if there is not one verdict for each tested image.
 *
 * Cost: O(N).
 */
export function unknownFragments({ fragmentCount, known, tested, rejected }: FragmentMembers): boolean[] {
  if (rejected.length !== tested.length) {
    throw new TypeError(
      `unknownFragments: rejected must hold ${tested.length} values, got ${rejected.length}`,
    );
  }
  const labelled = new Int32Array(fragmentCount);
  const sizes = new Int32Array(fragmentCount);
  const rejections = new Int32Array(fragmentCount);
  for (const fragment of known) labelled[fragment]++;
  for (const [i, fragment] of tested.entries()) {
    sizes[fragment]++;
    if (rejected[i]) rejections[fragment]++;
  }
  return Array.from(sizes, (size, fragment) => {
    const vouched = labelled[fragment] >= VOUCHING * (labelled[fragment] + size);
    return rejections[fragment] > MAJORITY * size && !vouched;
  });
}
