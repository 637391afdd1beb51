import { rowsWhere } from '@ganscout/data-model';
import type { PatchLoader } from '@ganscout/images';
import type { BatchSource } from '@ganscout/networks';
import { balancedEpoch, createRandom, permutation } from '@ganscout/numeric';
import type { NetworkOptions } from '../config/backbone-options.js';

/** Images that a network learns from. */
export interface LabelledRows {
  /** Label of each image, -1 for those that it does not learn from. */
  readonly labels: Int32Array;
  readonly classCount: number;
}

type SamplingOptions = Pick<NetworkOptions, 'sampling' | 'batchSize'>;

/** What is drawn in an epoch: images, and how often each has come before. */
interface Drawn {
  readonly rows: Int32Array;
  readonly draws: Int32Array;
}

/** Batches of crops at random places: each source as often as the others, or each image once an epoch. */
export function cropBatches(
  { labels, classCount }: LabelledRows,
  loader: PatchLoader,
  { sampling, batchSize }: SamplingOptions,
  seed: number,
): BatchSource {
  const rows = rowsWhere(labels, (label) => label >= 0);
  const names = Array.from({ length: classCount }, (_, label) => `source ${label}`);
  const draw = (epoch: number): Drawn =>
    sampling === 'balanced'
      ? balancedEpoch(labels, names, rows, { seed, epoch, batchSize })
      : shuffledEpoch(rows, batchSize, seed, epoch);
  let order = { epoch: 1, drawn: draw(0) };
  return {
    batchCount: order.drawn.rows.length / batchSize,
    async load(epoch, index) {
      if (order.epoch !== epoch) order = { epoch, drawn: draw(epoch - 1) };
      const { rows: taken, draws } = order.drawn;
      const place = index * batchSize;
      const items = Array.from(taken.subarray(place, place + batchSize), (image, i) => {
        return { image, epoch: epoch - 1, draw: draws[place + i] as number };
      });
      const patches = await loader.load(items);
      return { patches, labels: Int32Array.from(items, ({ image }) => labels[image] as number) };
    },
  };
}

/** Every row once, in a new order; the last batch is filled up with further crops of the first rows. */
function shuffledEpoch(rows: Int32Array, batchSize: number, seed: number, epoch: number): Drawn {
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
): number[] | null {
  if (sampling === 'balanced') return null;
  const sizes = new Array<number>(classCount).fill(0);
  for (const label of labels) if (label >= 0) sizes[label]! += 1;
  const largest = Math.max(...sizes);
  return sizes.map((size) => largest / size);
}
