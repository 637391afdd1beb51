import type { ResolvedConfig } from '@ganscout/pipeline';
import { softwareVersions } from '@ganscout/pipeline';
import type { BenchSplit } from './bench-split.js';
import type { CellKey, CellStore } from './cell-store.js';
import type { Outcome } from './outcome.js';
import type { Outlook } from './outlook.js';

/** One method on one split with one seed. */
export interface Cell {
  /** For people, e.g. `seed 2, k-means, true k`. */
  readonly title: string;
  /** Cells of one pace take about the same time. */
  readonly pace: string;
  readonly split: BenchSplit;
  /** Of what decides the result besides the split: the options, the seed, the method's id. */
  readonly method: Readonly<Record<string, unknown>>;
  readonly compute: () => Promise<Outcome>;
}

/** Changed when outcomes of the same key may be others. */
const FORMAT = 1;

/** Returns the kept outcome of a cell, or computes and keeps it. @throws the signal's reason if it is aborted. */
export async function obtainOutcome(
  { title, pace, split, method, compute }: Cell,
  store: CellStore,
  outlook: Outlook,
  signal: AbortSignal,
  clock: () => number,
): Promise<Outcome> {
  signal.throwIfAborted();
  const key: CellKey = { format: FORMAT, software: softwareVersions().ganscout, split: split.digest, method };
  const kept = store.read(key);
  if (kept !== null) {
    outlook.finish(title, pace, store.secondsOf(key), true);
    return kept;
  }
  outlook.begin(title);
  const start = clock();
  const outcome = await compute();
  const seconds = (clock() - start) / 1000;
  store.write(key, outcome, seconds);
  outlook.finish(title, pace, seconds, false);
  return outcome;
}

/** The part of a configuration that decides what a discovery comes to. */
export function decisiveOptions({ run, rounds }: ResolvedConfig): Readonly<Record<string, unknown>> {
  return { seed: run.seed, rounds };
}
