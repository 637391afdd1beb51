import type { Random } from '@ganscout/numeric';

/**
 * Draws groups with replacement from all groups of all splits, the same for every split, since splits share images.
 *
 * @param groups of each split's rows.
 * @returns what draws once more: for each split the rows of the groups drawn, some repeated or left out.
 *
 * Source: A. Davison, D. Hinkley, "Bootstrap methods and their application", 1997, section 3.8.
 */
export function groupDrawer(groups: readonly (readonly string[])[], random: Random): () => Int32Array[] {
  const names = [...new Set(groups.flat())].sort();
  const place = new Map(names.map((name, i) => [name, i]));
  const rowsOf = groups.map((own) => {
    const rows: number[][] = names.map(() => []);
    own.forEach((name, row) => void (rows[place.get(name) as number] as number[]).push(row));
    return rows;
  });
  return () => {
    const drawn = names.map(() => random.integer(names.length));
    return rowsOf.map((rows) => Int32Array.from(drawn.flatMap((group) => rows[group] as number[])));
  };
}
