import { permutation, type Random } from '@ganscout/numeric';

/**
 * Draws `size` of the given rows without replacement; all of them if there are no more.
 *
 * @param rows ascending; not modified.
 * @returns drawn rows, ascending.
 */
export function sampleRows(rows: Int32Array, size: number, random: Random): Int32Array {
  if (rows.length <= size) return rows;
  return permutation(random, rows.length)
    .slice(0, size)
    .map((position) => rows[position])
    .sort();
}
