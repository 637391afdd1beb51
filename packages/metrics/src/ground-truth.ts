/** True sources, for scoring only: no stage of the discovery may see them. */
export interface GroundTruth {
  /** Name of each source. */
  readonly sources: readonly string[];
  /** N, true source of each image in [0, sources.length), or -1 where it is not known: such images are not scored. */
  readonly labels: Int32Array;
  /** One per source, 1 if the run was given labelled images of it, else 0. */
  readonly isKnown: Uint8Array;
}

/**
 * Checks that a ground truth fits `imageCount` images.
 *
 * @throws {TypeError} if a length does not fit. @throws {RangeError} if a label is out of range.
 */
export function checkGroundTruth({ sources, labels, isKnown }: GroundTruth, imageCount: number): void {
  if (labels.length !== imageCount) {
    throw new TypeError(
      `evaluateDiscovery: truth.labels must have ${imageCount} values, got ${labels.length}`,
    );
  }
  if (isKnown.length !== sources.length) {
    throw new TypeError(
      `evaluateDiscovery: truth.isKnown must have ${sources.length} values, got ${isKnown.length}`,
    );
  }
  const wrong = labels.findIndex((label) => label < -1 || label >= sources.length);
  if (wrong !== -1) {
    throw new RangeError(
      `evaluateDiscovery: truth.labels must be in [-1, ${sources.length}), got ${labels[wrong]} in row ${wrong}`,
    );
  }
}
