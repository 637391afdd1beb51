import { rowsWhere } from '@ganscout/data-model';
import { balancedClassWeights } from '@ganscout/extractor';
import type { PatchLoader } from '@ganscout/images';
import type { BatchSource } from '@ganscout/networks';
import { type BalancedEpoch, balancedEpoch, createRandom, permutation } from '@ganscout/numeric';
import type { NetworkOptions } from '../config/backbone-options.js';
import { epochBatches } from '../epoch-batches.js';

/** Images that a network learns from. */
export interface LabelledRows {
  /** Label of each image, -1 for those that it does not learn from. */
  readonly labels: Int32Array;
  readonly classCount: number;
}

type SamplingOptions = Pick<NetworkOptions, 'sampling' | 'batchSize'>;

/** Batches of crops at random places: each source as often as the others, or each image once an epoch. */
export function cropBatches(
  { labels, classCount }: LabelledRows,
  loader: PatchLoader,
  { sampling, batchSize }: SamplingOptions,
  seed: number,
): BatchSource {
  const rows = learnedRows(labels);
  const names = Array.from({ length: classCount }, (_, label) => `source ${label}`);
  return epochBatches(labels, loader, batchSize, (epoch) =>
    sampling === 'balanced'
      ? balancedEpoch(labels, names, rows, { seed, epoch, batchSize })
      : shuffledEpoch(rows, batchSize, seed, epoch),
  );
}

/** Every row once, in a new order; the last batch is filled up with further crops of the first rows. */
function shuffledEpoch(rows: Int32Array, batchSize: number, seed: number, epoch: number): BalancedEpoch {
  const order = permutation(createRandom(seed, `crops/${epoch}`), rows.length);
  const length = Math.ceil(rows.length / batchSize) * batchSize;
  const place = (i: number) => order[i % rows.length] as number;
  return {
    rows: Int32Array.from({ length }, (_, i) => rows[place(i)] as number),
    draws: Int32Array.from({ length }, (_, i) => Math.floor(i / rows.length)),
  };
}

/** Weight of each source in the loss: images of the largest over its own; null where sampling makes up for it. */
export function lossWeights(
  { labels, classCount }: LabelledRows,
  { sampling }: Pick<SamplingOptions, 'sampling'>,
): readonly number[] | null {
  if (sampling === 'balanced') return null;
  return [...balancedClassWeights(labels, learnedRows(labels), classCount)];
}

function learnedRows(labels: Int32Array): Int32Array {
  return rowsWhere(labels, (label) => label >= 0);
}
