/** How much may be under way at once. */
export interface Bounds<T> {
  /** Computations at once, at least 1; twice as many results may wait for their turn. */
  readonly threads: number;
  /** Share of `budget` that an item's result takes. */
  readonly weigh?: (item: T) => number;
  /** Largest sum of weights under way; an item heavier than that goes alone. */
  readonly budget?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Computes something for each item, several at once, and hands the results over one by one in the items' order.
 *
 * The next result is handed over once `visit` has returned for the one before. The first error ends it, after
 * the computations under way have ended.
 *
 * @throws whatever `compute` or `visit` throws, and the signal's reason if it is aborted.
 */
export async function mapInOrder<T, R>(
  items: readonly T[],
  bounds: Bounds<T>,
  compute: (item: T) => Promise<R>,
  visit: (result: R, item: T, index: number) => void | Promise<void>,
): Promise<void> {
  const { threads, weigh = () => 0, budget = Number.POSITIVE_INFINITY, signal } = bounds;
  if (!Number.isInteger(threads) || threads < 1) {
    throw new RangeError(`images: threads must be an integer of at least 1, got ${threads}`);
  }
  const results: (Promise<R> | undefined)[] = [];
  let visited = 0;
  let weight = 0;
  const mayStart = (item: T) =>
    results.length === visited || (results.length < visited + 2 * threads && weight + weigh(item) <= budget);
  const start = (item: T) => {
    // One lane a thread: an item waits for the one `threads` places before it.
    const before = results[results.length - threads];
    const run = () => (signal?.aborted ? Promise.reject(signal.reason) : compute(item));
    const result = before === undefined ? run() : before.then(run);
    result.catch(() => {});
    results.push(result);
    weight += weigh(item);
  };
  try {
    while (visited < items.length) {
      signal?.throwIfAborted();
      while (results.length < items.length && mayStart(items[results.length] as T)) {
        start(items[results.length] as T);
      }
      const item = items[visited] as T;
      await visit(await (results[visited] as Promise<R>), item, visited);
      weight -= weigh(item);
      // The result is let go of here, so that its memory can be taken back.
      results[visited] = undefined;
      visited++;
    }
  } finally {
    await Promise.allSettled(results.slice(visited));
  }
}
