import { createRandom, permutation } from '@ganscout/numeric';

/** Share of the time within which every unknown source has appeared. */
const APPEARING = 0.9;

/**
 * Parts images into dumps: known sources are spread over all of them, and each unknown source over those from its own time on.
 *
 * The i-th of U unknown sources, in a random order, appears in dump ⌊0.9 · i · dumps / U⌋; the images of a source are spread
 * evenly over its dumps, in a random order too.
 *
 * @param sources true source of each image. @param known names of the known ones. @param dumps at least 1.
 * @returns the images of each dump, by their positions; every image is in one, and a dump may be empty.
 */
export function planDumps(
  sources: readonly string[],
  known: readonly string[],
  dumps: number,
  seed: number,
): readonly Int32Array[] {
  const random = createRandom(seed, 'bench/dumps');
  const names = [...new Set(sources)].sort();
  const unknown = names.filter((name) => !known.includes(name));
  const order = permutation(random, unknown.length);
  const firstOf = new Map(names.map((name) => [name, 0]));
  order.forEach((at, i) => {
    firstOf.set(unknown[at] as string, Math.floor((APPEARING * i * dumps) / unknown.length));
  });
  const planned: number[][] = Array.from({ length: dumps }, () => []);
  for (const name of names) {
    const own = [...sources.keys()].filter((row) => sources[row] === name);
    const first = firstOf.get(name) as number;
    permutation(random, own.length).forEach((at, i) => {
      const dump = first + Math.floor((i * (dumps - first)) / own.length);
      planned[dump]?.push(own[at] as number);
    });
  }
  return planned.map((rows) => Int32Array.from(rows));
}
