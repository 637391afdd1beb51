import type { ImageId } from '@ganscout/data-model';
import { digestOf } from '@ganscout/storage';

/** The rows in the order of the digests of their ids, which depends neither on the order of images nor on their names. */
export function byDigest(ids: readonly ImageId[], rows: readonly number[]): number[] {
  const keyed = rows.map((row) => ({ row, key: digestOf(ids[row] as ImageId) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.row - b.row));
  return keyed.map(({ row }) => row);
}
