import { join } from 'node:path';
import { digestOf, readIfThere, writeDurably } from '@ganscout/storage';
import type { Outcome } from './outcome.js';

/** What decides a cell's outcome: nothing else may. */
export type CellKey = Readonly<Record<string, unknown>>;

interface StoredCell extends Omit<Outcome, 'labels' | 'completed'> {
  readonly version: 1;
  readonly key: CellKey;
  readonly labels: readonly number[];
  readonly completed: readonly number[];
}

/** Keeps the outcomes of finished cells in a folder, each in a file named by the digest of its key. */
export class CellStore {
  readonly #folder: string;
  /** Seconds that cells took, by digest; those of earlier runs too. */
  readonly #seconds: Map<string, number>;

  constructor(folder: string) {
    this.#folder = folder;
    this.#seconds = new Map(Object.entries(parse(readIfThere(this.#timings)) ?? {}));
  }

  /** The outcome that is kept, or null: a file that is broken, or of another key, is none. */
  read(key: CellKey): Outcome | null {
    const stored = parse<StoredCell>(readIfThere(join(this.#folder, `${nameOf(key)}.json`)));
    if (stored === null || stored.version !== 1 || JSON.stringify(stored.key) !== JSON.stringify(key))
      return null;
    const { knownCount, clusterCount, namesKnown } = stored;
    return {
      labels: Int32Array.from(stored.labels),
      completed: Int32Array.from(stored.completed),
      knownCount,
      clusterCount,
      namesKnown,
    };
  }

  /** Keeps an outcome. Times are kept in a file of their own, so that those of cells do not depend on them. */
  write(key: CellKey, outcome: Outcome, seconds: number): void {
    const { labels, completed, ...rest } = outcome;
    const stored: StoredCell = {
      version: 1,
      key,
      ...rest,
      labels: Array.from(labels),
      completed: Array.from(completed),
    };
    const name = nameOf(key);
    writeDurably(join(this.#folder, `${name}.json`), `${JSON.stringify(stored)}\n`);
    this.#seconds.set(name, seconds);
    writeDurably(this.#timings, `${JSON.stringify(Object.fromEntries(this.#seconds), null, 2)}\n`);
  }

  /** Seconds that a kept cell took; null if nobody noted it. */
  secondsOf(key: CellKey): number | null {
    return this.#seconds.get(nameOf(key)) ?? null;
  }

  get #timings(): string {
    return join(this.#folder, 'seconds.json');
  }
}

function nameOf(key: CellKey): string {
  return digestOf(JSON.stringify(key)).slice(0, 32);
}

function parse<T>(bytes: Uint8Array | null): T | null {
  if (bytes === null) return null;
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as T;
  } catch {
    return null;
  }
}
