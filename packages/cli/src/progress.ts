import type { RunEvent } from '@ganscout/pipeline';
import { escapeText } from './escape-text.js';
import { createProgressBar, type ProgressLines } from './progress-bar.js';
import { createMeter, type Meter } from './progress-meter.js';
import { createPlainProgress } from './progress-plain.js';
import {
  describeEpoch,
  describeFigures,
  describeInputs,
  describeRoundEnd,
  describeStageEnd,
  nameStage,
} from './progress-text.js';
import { hasColor, isLiveTerminal, paint, type Shell } from './shell.js';

/** Shows on stderr what a run tells. */
export interface Progress {
  readonly listener: (event: RunEvent) => void;
  /**
   * Shows how far something else than a stage is.
   *
   * @param secondsLeft an estimate that knows more than the pace so far; null where there is none yet.
   */
  advance(task: string, done: number, total: number, unit: string, secondsLeft?: number | null): void;
  /** Prints a line that stays. */
  note(line: string): void;
  /** Prints a warning, also where progress is quiet. */
  warn(message: string): void;
  /** Leaves the terminal clean; to be called when the run is over, well or not. */
  close(): void;
}

/**
 * Chooses how progress is shown: a bar on a terminal, plain lines elsewhere.
 *
 * @param options.isQuiet shows warnings only.
 */
export function createProgress(
  shell: Pick<Shell, 'stderr' | 'env' | 'now'>,
  { isQuiet = false }: { readonly isQuiet?: boolean } = {},
): Progress {
  const color = hasColor(shell.stderr, shell.env);
  const lines = isLiveTerminal(shell)
    ? createProgressBar(shell.stderr, { now: shell.now, color })
    : createPlainProgress(shell.stderr, shell);
  const tell = isQuiet ? () => {} : createNarrator(lines, shell.now);
  const meters = createMeters(shell.now);
  const warn = (message: string) =>
    lines.print(`${paint('warning:', 'yellow', color)} ${escapeText(message)}`);
  return {
    listener: (event) => (event.type === 'warning' ? warn(event.message) : tell(event)),
    note(line) {
      if (isQuiet) return;
      lines.clear();
      lines.print(escapeText(line));
    },
    warn,
    advance(task, done, total, unit, secondsLeft) {
      if (isQuiet) return;
      if (secondsLeft === undefined) lines.show(task, meters.of(task, done).advance(done, total, unit));
      else lines.show(task, { done, total, unit, rate: null, secondsLeft });
    },
    close: () => lines.clear(),
  };
}

function createNarrator(lines: ProgressLines, now: () => number): (event: RunEvent) => void {
  const meters = createMeters(now);
  let round: number | null = null;
  const finish = (texts: readonly string[]) => {
    lines.clear();
    for (const text of texts) lines.print(escapeText(text));
  };
  return (event) => {
    switch (event.type) {
      case 'stage-start':
        round = event.round;
        meters.of(nameStage(round, event.stage), 0);
        return lines.show(nameStage(round, event.stage), null);
      case 'progress': {
        const name = nameStage(event.stage === 'inputs' ? null : round, event.stage);
        return lines.show(name, meters.of(name, event.done).advance(event.done, event.total, event.unit));
      }
      case 'inputs':
        return finish(describeInputs(event));
      case 'epoch':
        return finish([describeEpoch(event)]);
      case 'stage-end':
        return finish([describeStageEnd(event)]);
      case 'figures':
        return finish([describeFigures(event)]);
      case 'round-end':
        return finish([describeRoundEnd(event)]);
    }
  };
}

/** Keeps the meter of the task at hand; another task, or one that starts anew, gets another meter. */
function createMeters(now: () => number) {
  let current: { task: string; meter: Meter; done: number } | null = null;
  return {
    of(task: string, done: number): Meter {
      if (current?.task !== task || done < current.done) {
        current = { task, meter: createMeter(now, done), done };
      }
      current.done = done;
      return current.meter;
    },
  };
}
