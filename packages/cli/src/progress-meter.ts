/** How far a stage is. */
export interface Advance {
  readonly done: number;
  /** 0 if unknown. */
  readonly total: number;
  readonly unit: string;
  /** Units a second since the stage began; null before it can be said. */
  readonly rate: number | null;
  /** Null before it can be said. */
  readonly secondsLeft: number | null;
}

/** Measures the pace of one stage. */
export interface Meter {
  advance(done: number, total: number, unit: string): Advance;
}

/** Shortest time that a pace is taken over, in milliseconds. */
const SHORTEST_SPAN = 500;

/** Shortest time that an outlook is founded on: the first images wait for workers to start. */
const SHORTEST_OUTLOOK = 2000;

/**
 * Starts measuring.
 *
 * @param now milliseconds. @param start units that were done before.
 */
export function createMeter(now: () => number, start = 0): Meter {
  const begun = now();
  return {
    advance(done, total, unit) {
      const span = now() - begun;
      const rate = span < SHORTEST_SPAN || done <= start ? null : (1000 * (done - start)) / span;
      const hasOutlook = rate !== null && span >= SHORTEST_OUTLOOK && total > 0 && total >= done;
      const secondsLeft = hasOutlook ? (total - done) / rate : null;
      return { done, total, unit, rate, secondsLeft };
    },
  };
}

/** `1200/2400 images (50 %), 310/s, 0:04 left`; what is not known is left out. */
export function formatAdvance({ done, total, unit, rate, secondsLeft }: Advance): string {
  const amount =
    total > 0 ? `${done}/${total} ${unit} (${Math.floor((100 * done) / total)} %)` : `${done} ${unit}`;
  const pace = rate === null ? [] : [`${formatRate(rate)}/s`];
  const left = secondsLeft === null ? [] : [`${formatDuration(secondsLeft)} left`];
  return [amount, ...pace, ...left].join(', ');
}

function formatRate(rate: number): string {
  return rate >= 10 ? String(Math.round(rate)) : rate.toPrecision(2);
}

/** `0:04`, `12:30`, `1:02:03`; rounded up, so that nothing is left at 0:00 only. */
export function formatDuration(seconds: number): string {
  const whole = Math.ceil(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const [hours, ...rest] = parts;
  const shown = hours === 0 ? rest : parts;
  return shown.map((part, i) => (i === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}
