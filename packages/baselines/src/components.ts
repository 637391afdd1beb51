/** Disjoint sets of the rows 0 … N - 1; each is known by its lowest row. */
export interface Components {
  /** The lowest row of the set that has this row. */
  find(row: number): number;
  /** Makes one set of the sets of two rows. */
  join(a: number, b: number): void;
}

/** Starts with every row a set of its own. Cost of a call: nearly constant. */
export function createComponents(rows: number): Components {
  const parents = Int32Array.from({ length: rows }, (_, row) => row);
  const find = (row: number): number => {
    let at = row;
    while (parents[at] !== at) {
      parents[at] = parents[parents[at]];
      at = parents[at];
    }
    return at;
  };
  return {
    find,
    join(a, b) {
      const first = find(a);
      const second = find(b);
      if (first < second) parents[second] = first;
      else parents[first] = second;
    },
  };
}

/**
 * Renumbers labels from 0 in the order of their first rows.
 *
 * @param labels N, any integers of at least -1; -1 stays. Not modified.
 */
export function numberByFirstRow(labels: Int32Array): Int32Array {
  const numbers = new Map<number, number>([[-1, -1]]);
  return labels.map((label) => {
    const number = numbers.get(label) ?? numbers.size - 1;
    numbers.set(label, number);
    return number;
  });
}

/** N, the number of each row's set, by first row. */
export function componentLabels(rows: number, { find }: Components): Int32Array {
  return numberByFirstRow(Int32Array.from({ length: rows }, (_, row) => find(row)));
}
