import { createRandom, permutation } from '@ganscout/numeric';

/** What a split has to know of an image or patch. */
export interface SplitRow {
  readonly path: string;
  readonly source: string | null;
  /** Images of one group show the same content; null stands for a group of its own. */
  readonly group: string | null;
}

/** How splits are drawn. */
export interface SplitOptions {
  /** Share of the sources that are known. */
  readonly knownShare: number;
  /** Share of the groups of a known source that are labelled. */
  readonly labelledShare: number;
  /** Unknown sources that are made rare. */
  readonly rareCount: number;
  /** Images or patches that a rare source keeps. */
  readonly rareSize: number;
}

/** What one split makes of the sources, whatever the images are cut into. */
export interface SplitPlan {
  readonly seed: number;
  /** Ascending, as the others. */
  readonly knownSources: readonly string[];
  readonly unknownSources: readonly string[];
  readonly rareSources: readonly string[];
  readonly rareSize: number;
  /** Labelled groups of each known source. */
  readonly labelledGroups: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Sources of kind `real` among the known ones, at the least, if there are that many. */
const FEWEST_REAL = 2;

/**
 * Draws which sources are known, which of their groups are labelled, and which unknown sources are rare.
 *
 * A known source has at least two groups, so that it can have labelled images and others. Two sources of kind `real`
 * are drawn first, then the rest from all that are left. Rare are only sources with more than `rareSize` images.
 *
 * @param rows whole images, or patches; all with a source.
 * @param kinds kind of each source; may be empty.
 * @throws {RangeError} if the options leave no known or no unknown source.
 */
export function planSplit(
  rows: readonly SplitRow[],
  kinds: ReadonlyMap<string, string>,
  options: SplitOptions,
  seed: number,
): SplitPlan {
  const sources = [...groupBySource(rows).keys()].sort();
  const eligible = sourcesWithGroups(rows);
  const count = Math.round(options.knownShare * sources.length);
  if (count < 1 || count >= sources.length || count > eligible.length) {
    throw new RangeError(
      `planSplit: known sources must be from 1 to ${Math.min(eligible.length, sources.length - 1)}, the share ${options.knownShare} of ${sources.length} sources is ${count}`,
    );
  }
  const drawn = shuffled(eligible, seed, 'known sources');
  const real = drawn.filter((source) => kinds.get(source) === 'real').slice(0, Math.min(FEWEST_REAL, count));
  const others = drawn.filter((source) => !real.includes(source));
  const known = [...real, ...others].slice(0, count);
  return planSplitOf(rows, known, options, seed);
}

/**
 * Draws which groups of the given known sources are labelled, and which of the other sources are rare.
 *
 * @param rows all with a source; those of sources that are to play no part are left out by the caller.
 * @param known each has at least two groups.
 */
export function planSplitOf(
  rows: readonly SplitRow[],
  known: readonly string[],
  { labelledShare, rareCount, rareSize }: Omit<SplitOptions, 'knownShare'>,
  seed: number,
): SplitPlan {
  const bySource = groupBySource(rows);
  const knownSources = [...known].sort();
  const unknownSources = [...bySource.keys()].sort().filter((source) => !knownSources.includes(source));
  const abundant = unknownSources.filter((source) => (bySource.get(source) ?? []).length > rareSize);
  const labelled = knownSources.map((source): [string, ReadonlySet<string>] => {
    const groups = shuffled(groupNames(bySource.get(source) ?? []), seed, `groups/${source}`);
    const share = Math.round(labelledShare * groups.length);
    return [source, new Set(groups.slice(0, Math.min(groups.length - 1, Math.max(1, share))))];
  });
  return {
    seed,
    knownSources,
    unknownSources,
    rareSources: shuffled(abundant, seed, 'rare sources').slice(0, rareCount).sort(),
    rareSize,
    labelledGroups: new Map(labelled),
  };
}

/** Sources with at least two groups, ascending: only these can have labelled images and others. */
export function sourcesWithGroups(rows: readonly SplitRow[]): string[] {
  const bySource = groupBySource(rows);
  return [...bySource.keys()].sort().filter((source) => groupNames(bySource.get(source) ?? []).length >= 2);
}

/** The labelled rows of a split, in the order given. */
export function labelledRows<Row extends SplitRow>(plan: SplitPlan, rows: readonly Row[]): Row[] {
  return rows.filter((row) => isLabelled(plan, row));
}

/**
 * The discovery set of a split, in the order given: what is not labelled, with `rareSize` rows of each rare source.
 *
 * Which rows a rare source keeps is drawn from its rows in their order.
 */
export function discoveryRows<Row extends SplitRow>(plan: SplitPlan, rows: readonly Row[]): Row[] {
  const kept = new Set<Row>();
  for (const source of plan.rareSources) {
    const own = rows.filter((row) => row.source === source);
    for (const row of shuffled(own, plan.seed, `rare/${source}`).slice(0, plan.rareSize)) kept.add(row);
  }
  const rare = new Set(plan.rareSources);
  return rows.filter((row) => (rare.has(row.source as string) ? kept.has(row) : !isLabelled(plan, row)));
}

function isLabelled({ labelledGroups }: SplitPlan, row: SplitRow): boolean {
  return labelledGroups.get(row.source as string)?.has(groupOf(row)) ?? false;
}

/** Name of a row's group; a row without one is a group of its own. */
export function groupOf({ group, path }: Pick<SplitRow, 'group' | 'path'>): string {
  return group ?? path;
}

function groupNames(rows: readonly SplitRow[]): string[] {
  return [...new Set(rows.map(groupOf))].sort();
}

function groupBySource(rows: readonly SplitRow[]): Map<string, SplitRow[]> {
  const bySource = new Map<string, SplitRow[]>();
  for (const row of rows) {
    const source = row.source as string;
    const list = bySource.get(source);
    if (list === undefined) bySource.set(source, [row]);
    else list.push(row);
  }
  return bySource;
}

/** The values in a random order of their own stream. */
export function shuffled<T>(values: readonly T[], seed: number, stream: string): T[] {
  const order = permutation(createRandom(seed, `bench/${stream}`), values.length);
  return Array.from(order, (i) => values[i] as T);
}
