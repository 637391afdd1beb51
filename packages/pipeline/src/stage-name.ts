/** The stages of a run in the order in which they are done; `describe` is done once, `attribute` after the last round. */
export const STAGE_NAMES = [
  'describe',
  'whiten',
  'train',
  'ood',
  'kmeans',
  'merge',
  'refine',
  'attribute',
] as const;

export type StageName = (typeof STAGE_NAMES)[number];

/** A stage that could not be done: which, in which round, and why (`cause`). */
export class StageError extends Error {
  readonly round: number;
  readonly stage: StageName;

  constructor(round: number, stage: StageName, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`Cannot run stage "${stage}" in round ${round}: ${reason}`, { cause });
    this.name = 'StageError';
    this.round = round;
    this.stage = stage;
  }
}
