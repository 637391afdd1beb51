import { rowsByLabel } from '@ganscout/data-model';
import { sampleRows } from '@ganscout/metrics';
import { createRandom } from '@ganscout/numeric';

/** Images of a source that a map shows at least, if it has as many and the map has room. */
const LEAST_OF_SOURCE = 20;

/**
 * Draws the images that a map shows: all if there are no more than `points`, else some of each group, the more the larger it is.
 *
 * No group is left out while there are no more groups than points; small ones keep up to 20 images.
 *
 * @param labels N, one value for each group, 0 or more; not modified.
 * @returns rows, ascending, `points` at the most.
 *
 * Cost: O(N).
 */
export function sampleForMap(labels: Int32Array, points: number, seed: number): Int32Array {
  if (labels.length <= points) return Int32Array.from(labels.keys());
  const groups = [...rowsByLabel(labels).values()].filter((rows) => rows.length > 0);
  const random = createRandom(seed, 'report/map-sample');
  const sizes = shareOut(
    groups.map((rows) => rows.length),
    points,
  );
  const drawn = groups.flatMap((rows, i) => [
    ...sampleRows(Int32Array.from(rows), sizes[i] as number, random),
  ]);
  return Int32Array.from(drawn).sort();
}

/** How many of each group: at least the least, and of the rest of the room a share by size, rounded down. */
function shareOut(sizes: readonly number[], points: number): number[] {
  const least = Math.min(LEAST_OF_SOURCE, Math.floor(points / sizes.length));
  if (least === 0) {
    // The largest groups have one point each; of equal ones the first.
    const order = sizes.map((_, i) => i).sort((a, b) => (sizes[b] as number) - (sizes[a] as number) || a - b);
    const shown = new Set(order.slice(0, points));
    return sizes.map((_, i) => (shown.has(i) ? 1 : 0));
  }
  const kept = sizes.map((size) => Math.min(size, least));
  const room = points - kept.reduce((sum, size) => sum + size, 0);
  const left = sizes.reduce((sum, size, i) => sum + size - (kept[i] as number), 0);
  return sizes.map((size, i) => {
    const own = kept[i] as number;
    return own + Math.floor(((size - own) * room) / left);
  });
}
