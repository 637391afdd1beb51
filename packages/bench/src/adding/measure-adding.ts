import { cpSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quantile } from '@ganscout/numeric';
import { GENERATED_SHAPE, generateFeatures } from '../scaling/generate-features.js';
import { type TimedCommand, timeCli } from '../scaling/time-cli.js';
import { splitFeatures } from './split-features.js';

/** One pair: two adds to a case, one after the other, and a run on what the first add makes of it. */
export interface AddingPair {
  /** Of a run, which it makes a case. */
  readonly first: TimedCommand;
  readonly second: TimedCommand;
  readonly whole: TimedCommand;
}

/** What is measured. */
export interface AddingRequest {
  /** Images of the case, and of each dump. */
  readonly size: number;
  readonly added: number;
  readonly pairs: number;
  readonly seed: number;
}

/** Medians over the pairs of seconds of an add over those of the whole run. */
export interface AddingRatios {
  readonly first: number;
  readonly second: number;
}

/**
 * Times `ganscout add` beside `ganscout run` on everything, from generated features, each as a whole command.
 *
 * Adds and runs alternate, so that both meet about the same load. Each add is made to a fresh copy of the same case.
 *
 * @param onPair is told each pair. @throws {Error} if a command fails.
 */
export async function measureAdding(
  { size, added, pairs, seed }: AddingRequest,
  onPair: (pair: AddingPair) => void,
  signal: AbortSignal,
): Promise<AddingPair[]> {
  const folder = mkdtempSync(join(tmpdir(), 'ganscout-adding-'));
  try {
    prepare(folder, size, added, seed);
    await timeCli(['run', 'case.yaml', '--no-report'], folder, signal);
    renameSync(join(folder, 'run'), join(folder, 'begun'));
    const measured: AddingPair[] = [];
    while (measured.length < pairs) {
      cpSync(join(folder, 'begun'), join(folder, 'case'), { recursive: true });
      const first = await timeCli(['add', 'case', 'dump-1.npy'], folder, signal);
      const second = await timeCli(['add', 'case', 'dump-2.npy'], folder, signal);
      rmSync(join(folder, 'case'), { recursive: true });
      const whole = await timeCli(['run', 'whole.yaml', '--no-report'], folder, signal);
      rmSync(join(folder, 'run'), { recursive: true });
      const pair = { first, second, whole };
      measured.push(pair);
      onPair(pair);
    }
    return measured;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The median of the pairs' ratios, which does not move with a load that both meet. */
export function ratiosOf(pairs: readonly AddingPair[]): AddingRatios {
  const median = (of: 'first' | 'second') =>
    quantile(
      pairs.map((pair) => pair[of].seconds / pair.whole.seconds),
      0.5,
    );
  return { first: median('first'), second: median('second') };
}

/** Writes the features of the case, of two dumps, and of the case with the first dump, all drawn alike. */
function prepare(folder: string, size: number, added: number, seed: number): void {
  const rows = size + 2 * added;
  generateFeatures(folder, { ...GENERATED_SHAPE, discovery: rows, seed });
  splitFeatures(join(folder, 'discovery'), { rows, dims: GENERATED_SHAPE.dims }, [
    { path: join(folder, 'base'), first: 0, count: size },
    { path: join(folder, 'whole'), first: 0, count: size + added },
    { path: join(folder, 'dump-1'), first: size, count: added },
    { path: join(folder, 'dump-2'), first: size + added, count: added },
  ]);
  for (const [name, discovery] of [
    ['case', 'base'],
    ['whole', 'whole'],
  ]) {
    const data = `data:\n  knownFeatures: known.npy\n  discoveryFeatures: ${discovery}.npy\n`;
    writeFileSync(join(folder, `${name}.yaml`), `${data}run:\n  output: run\n`);
  }
}
