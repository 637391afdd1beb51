/** Values that are counted as they are gone through. */
export interface Counted<T> extends Iterable<T> {
  /** Values so far. */
  readonly count: () => number;
}

/** Counts the values of an iterable that can be gone through once. */
export function countRows<T>(values: Iterable<T>): Counted<T> {
  let count = 0;
  return {
    *[Symbol.iterator]() {
      for (const value of values) {
        count += 1;
        yield value;
      }
    },
    count: () => count,
  };
}
