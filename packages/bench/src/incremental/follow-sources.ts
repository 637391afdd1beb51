/** The images of a case after one dump. */
export interface Snapshot {
  /** Number of each image's source; 0 where it waits. */
  readonly labels: Int32Array;
  /** True source of each image, as a position in the list of their names. */
  readonly truth: Int32Array;
}

/** How a true source fares after one dump. */
export interface Standing {
  /** Its images so far, and those of them in the source of the case that is it. */
  readonly images: number;
  readonly right: number;
  /** All images of that source of the case. */
  readonly held: number;
  /** The source of the case that holds most of its images; 0 if they wait. */
  readonly holder: number;
}

/** A true source through all dumps. */
export interface FollowedSource {
  readonly source: string;
  /** The source of the case that is it from the dump on where it was recognized; null if it never was. */
  readonly number: number | null;
  /** The dump, from 0, in which it was recognized. */
  readonly since: number | null;
  /** One a dump; null before it was recognized. */
  readonly standings: readonly (Standing | null)[];
  /** Whether another source of the case came to hold most of its images. */
  readonly isForgotten: boolean;
}

/**
 * Follows true sources through the dumps by the ids that the case gave.
 *
 * A known source is the case's source with its name. An unknown one is recognized in the first dump after which one source of
 * the case holds at least half of its images and more of it than of any other; that source stands for it from then on, whatever
 * happens to it.
 *
 * @param names of the true sources. @param knownNumbers the case's source of each known name.
 */
export function followSources(
  snapshots: readonly Snapshot[],
  names: readonly string[],
  knownNumbers: ReadonlyMap<string, number>,
): FollowedSource[] {
  const tables = snapshots.map((snapshot) => countPairs(snapshot, names.length));
  return names.map((source, row) => {
    let number = knownNumbers.get(source) ?? null;
    let since: number | null = null;
    const standings = tables.map((table, dump): Standing | null => {
      const own = table[row] as ReadonlyMap<number, number>;
      if (own.size === 0) return null;
      number ??= recognize(table, row);
      if (number === null) return null;
      since ??= dump;
      return {
        images: sum(own.values()),
        right: own.get(number) ?? 0,
        held: sum(table.map((counts) => counts.get(number as number) ?? 0)),
        holder: holderOf(own, number),
      };
    });
    const isForgotten = standings.some(
      (standing) => standing !== null && standing.holder !== 0 && standing.holder !== number,
    );
    return { source, number: since === null ? null : number, since, standings, isForgotten };
  });
}

/**
 * Counts images that were right after one dump, and are not after the next.
 *
 * @param earlier labels of the images that there were. @param later of those and more, the earlier ones first.
 * @param numbers the case's source of each true source, null where there is none.
 */
export function countUnlearned(
  { labels: earlier }: Snapshot,
  { labels: later, truth }: Snapshot,
  numbers: readonly (number | null)[],
): number {
  let count = 0;
  earlier.forEach((before, row) => {
    const number = numbers[truth[row] as number];
    if (before === number && later[row] !== number) count += 1;
  });
  return count;
}

/** For each true source, how many of its images each source of the case holds. */
function countPairs({ labels, truth }: Snapshot, sources: number): Map<number, number>[] {
  const table = Array.from({ length: sources }, () => new Map<number, number>());
  labels.forEach((number, image) => {
    const own = table[truth[image] as number] as Map<number, number>;
    own.set(number, (own.get(number) ?? 0) + 1);
  });
  return table;
}

function recognize(table: readonly ReadonlyMap<number, number>[], row: number): number | null {
  const own = table[row] as ReadonlyMap<number, number>;
  const number = holderOf(new Map([...own].filter(([held]) => held !== 0)));
  const count = own.get(number) ?? 0;
  const isMost = table.every((counts, other) => other === row || (counts.get(number) ?? 0) < count);
  return number !== 0 && 2 * count >= sum(own.values()) && isMost ? number : null;
}

/** The source with the largest count; ties go to the one preferred, else to the lower number; 0 if there is none. */
export function holderOf(counts: ReadonlyMap<number, number>, preferred = 0): number {
  const isPreferred = (number: number) => (number === preferred ? 0 : 1);
  const [first] = [...counts].sort(
    ([a, countA], [b, countB]) => countB - countA || isPreferred(a) - isPreferred(b) || a - b,
  );
  return first?.[0] ?? 0;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
