import type { BatchReport, EpochReport } from '@ganscout/networks';
import type { InputCounts } from '../events.js';

/** What a training tells while it goes on; listeners never change it. */
export type TrainingEvent =
  | { readonly type: 'warning'; readonly message: string }
  | {
      readonly type: 'inputs';
      readonly images: InputCounts;
      readonly sources: number;
      readonly training: number;
      readonly heldBack: number;
      readonly test: number;
    }
  /** Training begins, or goes on after an epoch. */
  | {
      readonly type: 'start';
      readonly afterEpoch: number;
      readonly epochs: number;
      readonly batchesPerEpoch: number;
      readonly batchSize: number;
      readonly device: string;
      readonly threads: number;
    }
  | ({ readonly type: 'batch' } & BatchReport)
  | ({ readonly type: 'epoch' } & EpochReport)
  | {
      readonly type: 'progress';
      readonly task: 'inputs' | 'test' | 'classify';
      readonly done: number;
      readonly total: number;
    };

export type TrainingListener = (event: TrainingEvent) => void;
