/** What an epoch came to. */
export interface EpochFigures {
  /** From 1. */
  readonly epoch: number;
  /** Of its last step. */
  readonly learningRate: number;
  /** Mean over the batches, as trained: with label smoothing, class weights, dropout and augmentation. */
  readonly trainingLoss: number;
  /** Share of training patches whose class was named right, in the step that learned from them. */
  readonly trainingAccuracy: number;
  /** Mean norm of the gradients before it is limited. */
  readonly gradientNorm: number;
  /** Mean over the classes of their mean cross-entropy on the held-back share; null without one. */
  readonly heldBackLoss: number | null;
  /** Mean over the classes of the share of held-back patches named right; null without one. */
  readonly heldBackAccuracy: number | null;
}

/** The epoch with the lowest held-back loss, the first of equal ones; the last one where nothing is held back; 0 if none. */
export function bestEpochOf(history: readonly EpochFigures[]): number {
  let best: EpochFigures | undefined;
  for (const figures of history) {
    const { heldBackLoss } = figures;
    if (heldBackLoss === null || best === undefined || heldBackLoss < (best.heldBackLoss as number))
      best = figures;
  }
  return best?.epoch ?? 0;
}

/** Whether so many epochs have passed since the best one. @param patience null for no end. */
export function isOutOfPatience(history: readonly EpochFigures[], patience: number | null): boolean {
  return patience !== null && history.length - bestEpochOf(history) >= patience;
}
