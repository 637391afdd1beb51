/** Sets of which no two share a row; N rows in all. */
export interface UnitedSets {
  /** Rows of each set, ascending. */
  readonly members: readonly (readonly number[])[];
  /** N, the same number for rows of one set; -1 for a row of none. */
  readonly setOf: Int32Array;
}

/**
 * Unites sets that share a row, directly or through others.
 *
 * @param sets each row in [0, rows). @returns the united sets, in the order in which the first of each was given.
 *
 * Cost: O(N + listed rows).
 */
export function uniteSets(sets: readonly Int32Array[], rows: number): UnitedSets {
  const first = new Int32Array(rows).fill(-1);
  const leader = sets.map((_, i) => i);
  const leaderOf = (set: number): number => {
    while (leader[set] !== set) set = leader[set] as number;
    return set;
  };
  for (const [i, set] of sets.entries()) {
    for (const row of set) {
      const other = first[row] as number;
      if (other === -1) first[row] = i;
      else {
        const [a, b] = [leaderOf(other), leaderOf(i)];
        leader[Math.max(a, b)] = Math.min(a, b);
      }
    }
  }
  const members = new Map<number, number[]>();
  const setOf = first.map((set) => (set === -1 ? -1 : leaderOf(set)));
  for (const [row, set] of setOf.entries()) {
    if (set === -1) continue;
    const present = members.get(set);
    if (present === undefined) members.set(set, [row]);
    else present.push(row);
  }
  return { members: [...members].sort(([a], [b]) => a - b).map(([, own]) => own), setOf };
}
