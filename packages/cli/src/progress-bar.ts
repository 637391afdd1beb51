import { type Advance, formatAdvance } from './progress-meter.js';
import { type OutputStream, paint } from './shell.js';
import { fitText } from './text-width.js';

const CLEAR_LINE = '\r\x1b[2K';
const BAR_WIDTH = 24;
/** Shortest time between two drawings, in milliseconds. */
const INTERVAL = 100;

/** Lines that pass by, and one below them that is rewritten in place. */
export interface ProgressLines {
  /** Prints a line that stays. */
  print(line: string): void;
  /** Shows how far a stage is; may leave out what comes too fast. */
  show(stage: string, advance: Advance | null): void;
  /** Takes away the line of the stage that has ended. */
  clear(): void;
}

/** Shows a bar on a terminal, on one line that is rewritten at most ten times a second. */
export function createProgressBar(
  stream: OutputStream,
  { now, color }: { readonly now: () => number; readonly color: boolean },
): ProgressLines {
  let drawn = '';
  let lastStage = '';
  let lastTime = Number.NEGATIVE_INFINITY;
  const clear = () => {
    if (drawn !== '') stream.write(CLEAR_LINE);
    drawn = '';
    lastStage = '';
  };
  return {
    print(line) {
      const below = drawn;
      stream.write(`${below === '' ? '' : CLEAR_LINE}${line}\n${below}`);
    },
    show(stage, advance) {
      if (stage === lastStage && now() - lastTime < INTERVAL) return;
      lastStage = stage;
      lastTime = now();
      // One column stays free: some terminals wrap a full line.
      drawn = formatBarLine(stage, advance, (stream.columns ?? 80) - 1, color);
      stream.write(`${CLEAR_LINE}${drawn}`);
    },
    clear,
  };
}

function formatBarLine(stage: string, advance: Advance | null, width: number, color: boolean): string {
  if (advance === null) return fitText(`${stage} ...`, width);
  const text = `${stage}  ${formatAdvance(advance)}`;
  const room = Math.min(BAR_WIDTH, width - text.length - 4);
  if (advance.total === 0 || room < 4) return fitText(text, width);
  const filled = Math.floor((room * Math.min(advance.done, advance.total)) / advance.total);
  const bar = `${'='.repeat(filled)}${' '.repeat(room - filled)}`;
  return `${stage}  [${paint(bar, 'cyan', color)}] ${formatAdvance(advance)}`;
}
