import { meanOf } from './summarize-values.js';

/** What a benchmark tells while it goes on. */
export type BenchEvent =
  | { readonly type: 'warning'; readonly message: string }
  | { readonly type: 'images'; readonly task: string; readonly done: number; readonly total: number }
  | {
      readonly type: 'cell';
      /** What is being done, or was done. */
      readonly title: string;
      readonly done: number;
      readonly total: number;
      /** Null before it can be said. */
      readonly secondsLeft: number | null;
    };

export type BenchListener = (event: BenchEvent) => void;

/** Counts cells and estimates the time that the others take. */
export class Outlook {
  readonly #listener: BenchListener;
  /** Cells of each pace that are still to come. */
  readonly #left: Map<string, number>;
  readonly #seconds = new Map<string, number[]>();
  readonly #total: number;
  #done = 0;

  /** @param paces of all cells. */
  constructor(paces: readonly string[], listener: BenchListener) {
    this.#listener = listener;
    this.#total = paces.length;
    this.#left = new Map();
    for (const pace of paces) this.#left.set(pace, (this.#left.get(pace) ?? 0) + 1);
  }

  begin(title: string): void {
    this.#tell(title);
  }

  /** @param seconds that it took, now or before. @param isKept whether it was done before. */
  finish(title: string, pace: string, seconds: number | null, isKept: boolean): void {
    this.#done += 1;
    this.#left.set(pace, Math.max(0, (this.#left.get(pace) ?? 0) - 1));
    if (seconds !== null) this.#seconds.set(pace, [...(this.#seconds.get(pace) ?? []), seconds]);
    if (!isKept) this.#tell(title);
  }

  #tell(title: string): void {
    const secondsLeft = this.secondsLeft();
    this.#listener({ type: 'cell', title, done: this.#done, total: this.#total, secondsLeft });
  }

  /**
   * Seconds that the cells to come take, by the mean of finished ones of their pace, or of all where there is none; null
   * before any is finished.
   */
  secondsLeft(): number | null {
    const all = [...this.#seconds.values()].flat();
    if (all.length === 0) return null;
    let sum = 0;
    for (const [pace, count] of this.#left) sum += count * meanOf(this.#seconds.get(pace) ?? all);
    return sum;
  }
}
