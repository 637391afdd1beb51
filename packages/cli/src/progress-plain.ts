import type { ProgressLines } from './progress-bar.js';
import { type Advance, formatAdvance } from './progress-meter.js';
import type { OutputStream } from './shell.js';

/** Shortest time between two lines of a stage, in milliseconds. */
const INTERVAL = 1000;

/** A stage that has gone on for long is told of less often: after this share of its time. */
const SHARE = 0.1;

/** Prints plain lines, at most one a second besides those that stay: for files, pipes and dumb terminals. */
export function createPlainProgress(
  stream: OutputStream,
  { now }: { readonly now: () => number },
): ProgressLines {
  let begun = now();
  let lastTime = begun;
  let lastStage = '';
  return {
    print(line) {
      lastTime = now();
      stream.write(`${line}\n`);
    },
    show(stage: string, advance: Advance | null) {
      const time = now();
      if (stage !== lastStage) begun = time;
      lastStage = stage;
      if (advance === null || time - lastTime < Math.max(INTERVAL, SHARE * (lastTime - begun))) return;
      lastTime = time;
      stream.write(`${stage}: ${formatAdvance(advance)}\n`);
    },
    clear() {},
  };
}
