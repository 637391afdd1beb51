import type { LabelState } from './label-state.js';
import type { Figures } from './run-summary.js';
import type { StageName } from './stage-name.js';

/** What a run tells while it goes on; listeners never change it. */
export type RunEvent =
  | { readonly type: 'inputs'; readonly known: InputCounts; readonly discovery: InputCounts }
  | { readonly type: 'warning'; readonly message: string }
  | {
      readonly type: 'stage-start';
      readonly round: number;
      readonly stage: StageName;
      readonly reason: string;
    }
  | {
      readonly type: 'progress';
      readonly stage: StageName | 'inputs';
      readonly done: number;
      readonly total: number;
      readonly unit: string;
    }
  | {
      /** A backbone has gone through its training images once more. */
      readonly type: 'epoch';
      readonly round: number;
      readonly epoch: number;
      readonly epochs: number;
      /** Mean over the batches, as trained. */
      readonly loss: number;
      /** Share of crops whose source was named right, in the step that learned from them. */
      readonly accuracy: number;
      readonly cropsPerSecond: number;
    }
  | {
      readonly type: 'stage-end';
      readonly round: number;
      readonly stage: StageName;
      /** Whether the result of an earlier run was kept. */
      readonly kept: boolean;
      readonly seconds: number;
      /** Labels after the stage, if it sets any. */
      readonly state: LabelState | null;
      /** Larger is more out-of-distribution, N values, after `ood` and `attribute`. */
      readonly oodScore: Float32Array | null;
    }
  | {
      /** Scores of the labels after a stage, where there is ground truth. */
      readonly type: 'figures';
      readonly round: number;
      readonly stage: StageName;
      readonly figures: Figures;
    }
  | {
      readonly type: 'round-end';
      readonly round: number;
      readonly state: LabelState;
      readonly changed: boolean;
      /** Why the round was undone; absent if it stands. */
      readonly undone?: string;
    };

/** How many images came in, by status, and where labels came from. */
export interface InputCounts {
  readonly total: number;
  readonly ok: number;
  readonly unreadable: number;
  readonly tooSmall: number;
  readonly duplicate: number;
  readonly labelSource: string;
}

export type Listener = (event: RunEvent) => void;
