/** Tells on stderr how far an evaluation has come. */
export interface Progress {
  /** Shows what is being done; the next one takes its place. */
  show(text: string): void;
  /** Prints a line that stays. */
  print(line: string): void;
}

/** Shortest time between two passing lines where lines cannot be rewritten, in milliseconds. */
const INTERVAL = 5000;

/** Rewrites one line on a terminal; elsewhere prints what passes at most every five seconds. */
export function createProgress(
  stream: { write(text: string): unknown; readonly isTTY?: boolean },
  clock: () => number,
): Progress {
  const isLive = stream.isTTY === true;
  let last = Number.NEGATIVE_INFINITY;
  return {
    show(text) {
      if (isLive) stream.write(`\r\x1b[K${text}`);
      else if (clock() - last >= INTERVAL) {
        last = clock();
        stream.write(`${text}\n`);
      }
    },
    print(line) {
      stream.write(`${isLive ? '\r\x1b[K' : ''}${line}\n`);
    },
  };
}
