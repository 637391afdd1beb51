import { createRandom, permutation } from './random.js';

/** Shares of the rows of each source; what is left is the training part. */
export interface SplitShares {
  /** In [0, 1); with 0 the part is empty. */
  readonly heldBack: number;
  /** In [0, 1), below 1 together with `heldBack`; with 0 the part is empty. */
  readonly test: number;
}

/** Rows to learn from, rows that decide when to stop, and rows to judge by; each ascending, together all. */
export interface GroupSplit {
  readonly training: Int32Array;
  readonly heldBack: Int32Array;
  readonly test: Int32Array;
}

const PARTS = ['training', 'heldBack', 'test'] as const;

/**
 * Splits rows into three parts so that no group is in two of them, and each part has about its share of every source.
 *
 * A group may hold rows of several sources (a photograph and what generators made of it). First each source puts one
 * group into each part that it is not yet in, those with the fewest groups first; then the other groups follow, the
 * largest first, each to the part that lacks most of its sources. Shares are met up to about one group. The split does
 * not depend on the order of the rows.
 *
 * @param labels N, each in [0, k); not modified.
 * @param sources k names, for the errors.
 * @param groups N: rows of one group show the same content.
 * @throws {RangeError} if a share or label is out of range, or a source (it is named) has fewer groups than there are
 *   parts, or no group left for a part because sources that share its groups needed them elsewhere.
 * @throws {TypeError} if there is not one group for each row.
 *
 * Cost: O(N log N).
 * Source: after K. Sechidis, G. Tsoumakas, I. Vlahavas, "On the stratification of multi-label data", ECML 2011.
 * Departs from the source: groups in place of rows, their sources in place of labels, and a first group for each part.
 */
export function splitByGroup(
  labels: Int32Array,
  sources: readonly string[],
  groups: readonly string[],
  shares: SplitShares,
  seed: number,
): GroupSplit {
  checkRows(labels, sources.length, groups);
  const partShares = checkShares(shares);
  const rowsOf = rowsByGroup(groups, seed);
  const state = startAssignment(labels, sources.length, rowsOf, partShares);
  placeFirstGroups(sources, state);
  const largestFirst = rowsOf.map((_, group) => group).sort((a, b) => rowsOf[b]!.length - rowsOf[a]!.length);
  for (const group of largestFirst) {
    if (state.partOf[group] === -1) assign(group, neediestPart(group, state), state);
  }
  const [training, heldBack, test] = PARTS.map((_, part) =>
    Int32Array.from(rowsOf.filter((_, group) => state.partOf[group] === part).flat()).sort(),
  );
  return { training: training!, heldBack: heldBack!, test: test! };
}

interface Assignment {
  readonly labels: Int32Array;
  /** Rows of each group. */
  readonly rowsOf: readonly (readonly number[])[];
  /** Part of each group, -1 if it has none yet. */
  readonly partOf: Int32Array;
  /** Parts that are not to be empty. */
  readonly parts: readonly number[];
  /** Rows of each source. */
  readonly totals: Int32Array;
  /** For each part and source the rows that are still wanted; below zero if there are too many. */
  readonly wanted: readonly Float64Array[];
  /** For each part and source the rows there are. */
  readonly placed: readonly Int32Array[];
}

/** Rows of each group; the groups are in random order, which their names and the seed decide. */
function rowsByGroup(groups: readonly string[], seed: number): number[][] {
  const rowsOf = new Map<string, number[]>();
  groups.forEach((name, row) => {
    const rows = rowsOf.get(name);
    if (rows === undefined) rowsOf.set(name, [row]);
    else rows.push(row);
  });
  const names = [...rowsOf.keys()].sort();
  const order = permutation(createRandom(seed, 'split-by-group'), names.length);
  return Array.from(order, (place) => rowsOf.get(names[place]!)!);
}

function startAssignment(
  labels: Int32Array,
  sourceCount: number,
  rowsOf: readonly (readonly number[])[],
  shares: readonly number[],
): Assignment {
  const totals = new Int32Array(sourceCount);
  for (const label of labels) totals[label]!++;
  return {
    labels,
    rowsOf,
    partOf: new Int32Array(rowsOf.length).fill(-1),
    parts: shares.flatMap((share, part) => (share > 0 ? [part] : [])),
    totals,
    wanted: shares.map((share) => Float64Array.from(totals, (total) => share * total)),
    placed: shares.map(() => new Int32Array(sourceCount)),
  };
}

/** Gives each source a group in each part: of the free ones, that which comes nearest to its share. */
function placeFirstGroups(sources: readonly string[], state: Assignment): void {
  const { labels, rowsOf, parts, partOf, placed, wanted } = state;
  const groupsOf = sources.map((): number[] => []);
  rowsOf.forEach((rows, group) => {
    for (const source of new Set(rows.map((row) => labels[row]!))) groupsOf[source]!.push(group);
  });
  const scarceFirst = groupsOf
    .map((_, source) => source)
    .sort((a, b) => groupsOf[a]!.length - groupsOf[b]!.length);
  for (const source of scarceFirst) {
    const own = groupsOf[source]!;
    if (own.length < parts.length) refuseScarce(sources[source]!, parts, own.length);
    const count = (group: number) => rowsOf[group]!.filter((row) => labels[row] === source).length;
    for (const part of parts.filter((one) => placed[one]![source] === 0)) {
      const free = own.filter((group) => partOf[group] === -1);
      if (free.length === 0) refuseShared(sources[source]!, part);
      const misfits = free.map((group) => Math.abs(count(group) - wanted[part]![source]!));
      const best = misfits.reduce((least, misfit, i) => (misfit < misfits[least]! ? i : least), 0);
      assign(free[best]!, part, state);
    }
  }
}

/** Puts a group into a part. @param state overwritten. */
function assign(group: number, part: number, state: Assignment): void {
  state.partOf[group] = part;
  for (const row of state.rowsOf[group]!) {
    state.wanted[part]![state.labels[row]!]!--;
    state.placed[part]![state.labels[row]!]!++;
  }
}

/** The part that lacks the largest share of the sources of the group's rows; ties go to the first. */
function neediestPart(group: number, { labels, rowsOf, parts, totals, wanted }: Assignment): number {
  const lack = (part: number) =>
    rowsOf[group]!.reduce((sum, row) => sum + wanted[part]![labels[row]!]! / totals[labels[row]!]!, 0);
  return parts.reduce((best, part) => (lack(part) > lack(best) ? part : best));
}

function checkRows(labels: Int32Array, sourceCount: number, groups: readonly string[]): void {
  if (groups.length !== labels.length) {
    throw new TypeError(`splitByGroup: ${labels.length} groups are needed, got ${groups.length}`);
  }
  const row = labels.findIndex((label) => label < 0 || label >= sourceCount);
  if (row === -1) return;
  throw new RangeError(
    `splitByGroup: labels must be in [0, ${sourceCount}), got ${labels[row]} in row ${row}`,
  );
}

function checkShares({ heldBack, test }: SplitShares): readonly number[] {
  for (const [name, share] of Object.entries({ heldBack, test, 'a sum of': heldBack + test })) {
    if (!(share >= 0 && share < 1)) {
      throw new RangeError(`splitByGroup: shares and their sum must be in [0, 1), got ${name} ${share}`);
    }
  }
  return [1 - heldBack - test, heldBack, test];
}

function refuseScarce(source: string, parts: readonly number[], found: number): never {
  throw new RangeError(
    `splitByGroup: source "${source}" must have at least ${parts.length} groups, one for each of ${parts.map((part) => PARTS[part]).join(', ')}, got ${found}`,
  );
}

function refuseShared(source: string, part: number): never {
  throw new RangeError(
    `splitByGroup: source "${source}" must have a group in each part, and none is left for ${PARTS[part]}, since it shares its groups with other sources; give it more groups of its own, or try another seed`,
  );
}
