/** Label of an image that no source or cluster has claimed. */
export const UNASSIGNED = -1;

/**
 * One label per image, in the row order of the feature set it was made from.
 *
 *   -1                          unassigned
 *   [0, knownCount)             a known source
 *   [knownCount, clusterCount)  a discovered cluster; every label in this range occurs
 */
export interface Assignment {
  readonly labels: Int32Array;
  readonly knownCount: number;
  readonly clusterCount: number;
}

/**
 * Makes an assignment after checking it.
 *
 * @throws {RangeError} if the counts are not integers with 0 ≤ knownCount ≤ clusterCount, a label is outside
 * [-1, clusterCount), or a discovered label does not occur.
 */
export function createAssignment(labels: Int32Array, knownCount: number, clusterCount: number): Assignment {
  if (
    !Number.isInteger(knownCount) ||
    !Number.isInteger(clusterCount) ||
    knownCount < 0 ||
    knownCount > clusterCount
  ) {
    throw new RangeError(
      `createAssignment: the counts must be integers with 0 ≤ knownCount ≤ clusterCount, got ${knownCount} and ${clusterCount}`,
    );
  }
  const occurs = new Uint8Array(clusterCount);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if (label < UNASSIGNED || label >= clusterCount) {
      throw new RangeError(
        `createAssignment: labels must be in [-1, ${clusterCount}), got ${label} in row ${i}`,
      );
    }
    if (label !== UNASSIGNED) occurs[label] = 1;
  }
  const missing = occurs.indexOf(0, knownCount);
  if (knownCount < clusterCount && missing !== -1) {
    throw new RangeError(
      `createAssignment: every discovered label in [${knownCount}, ${clusterCount}) must occur, ${missing} does not`,
    );
  }
  return { labels, knownCount, clusterCount };
}

/**
 * Renumbers the discovered clusters without gaps, in the order of their labels; known labels and -1 stay.
 *
 * @param labels each -1, in [0, knownCount), or any larger integer; not modified.
 */
export function compactLabels(labels: Int32Array, knownCount: number): Assignment {
  const found = [...new Set(labels)].filter((label) => label >= knownCount).sort((a, b) => a - b);
  const renumbered = new Map(found.map((label, i) => [label, knownCount + i]));
  return {
    labels: labels.map((label) => renumbered.get(label) ?? label),
    knownCount,
    clusterCount: knownCount + found.length,
  };
}

/** Row numbers whose label is -1, ascending. */
export function unassignedRows(assignment: Assignment): Int32Array {
  return rowsWhere(assignment.labels, (label) => label === UNASSIGNED);
}

/** Row numbers of each label that occurs, ascending; the labels in the order in which they first occur. Cost: O(N). */
export function rowsByLabel(labels: Int32Array): Map<number, number[]> {
  const rows = new Map<number, number[]>();
  labels.forEach((label, row) => {
    const own = rows.get(label);
    if (own === undefined) rows.set(label, [row]);
    else own.push(row);
  });
  return rows;
}

/** Row numbers in a discovered cluster, ascending. */
export function discoveredRows(assignment: Assignment): Int32Array {
  return rowsWhere(assignment.labels, (label) => label >= assignment.knownCount);
}

/** Row numbers whose label is accepted, ascending. Cost: O(N); a filter of `labels.keys()` takes many times as long. */
export function rowsWhere(labels: Int32Array, accepts: (label: number, row: number) => boolean): Int32Array {
  const rows = new Int32Array(labels.length);
  let count = 0;
  for (let row = 0; row < labels.length; row++) {
    if (accepts(labels[row] as number, row)) rows[count++] = row;
  }
  return rows.slice(0, count);
}
