import type { PatchLoader } from '@ganscout/images';
import type { BatchSource } from '@ganscout/networks';
import type { BalancedEpoch } from '@ganscout/numeric';

/**
 * Batches of patches at random places, drawn anew in each epoch.
 *
 * @param labels of each image. @param draw images of an epoch, counted from 0, and how often each has come before; a multiple of
 *   `batchSize`, and as many in every epoch.
 */
export function epochBatches(
  labels: ArrayLike<number>,
  loader: PatchLoader,
  batchSize: number,
  draw: (epoch: number) => BalancedEpoch,
): BatchSource {
  let order = { epoch: 0, drawn: draw(0) };
  return {
    batchCount: order.drawn.rows.length / batchSize,
    async load(epochFromOne, index) {
      const epoch = epochFromOne - 1;
      if (order.epoch !== epoch) order = { epoch, drawn: draw(epoch) };
      const { rows, draws } = order.drawn;
      const place = index * batchSize;
      const items = Array.from(rows.subarray(place, place + batchSize), (image, i) => {
        return { image, epoch, draw: draws[place + i] as number };
      });
      const patches = await loader.load(items);
      return { patches, labels: Int32Array.from(items, ({ image }) => labels[image] as number) };
    },
  };
}
