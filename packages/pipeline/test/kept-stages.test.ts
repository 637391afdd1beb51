import { describe, expect, it } from 'vitest';
import { createMemoryRunner, type KeptStages } from '../src/memory-runner.js';
import type { StageKey } from '../src/stage-store.js';

const KEY: StageKey = { round: 1, stage: 'kmeans', options: { clusterCount: 3 }, inputs: { features: 'f' } };

/** Runs a stage that counts how often it is done. */
async function runTwice(
  kept: KeptStages | null,
  second: StageKey,
): Promise<{ done: number; kept: boolean[] }> {
  let done = 0;
  const seen: boolean[] = [];
  for (const key of [KEY, second]) {
    const runner = createMemoryRunner(
      (event) => {
        if (event.type === 'stage-end') seen.push(event.kept);
      },
      new AbortController().signal,
      () => 0,
      kept,
    );
    const { result } = await runner.run(
      key,
      async (writer) => {
        done += 1;
        writer.write('answer', 'same');
      },
      (output) => new TextDecoder().decode(output.read('answer')),
    );
    expect(result).toBe('same');
  }
  return { done, kept: seen };
}

describe('createMemoryRunner()', () => {
  it('does a stage once for all runners that keep the same stages', async () => {
    expect(await runTwice(new Map(), KEY)).toEqual({ done: 1, kept: [false, true] });
  });

  it('does it again with other options or inputs', async () => {
    const other = { ...KEY, options: { clusterCount: 4 } };
    expect(await runTwice(new Map(), other)).toEqual({ done: 2, kept: [false, false] });
    expect(await runTwice(new Map(), { ...KEY, inputs: { features: 'g' } })).toMatchObject({ done: 2 });
  });

  it('does every stage where nothing is kept', async () => {
    expect(await runTwice(null, KEY)).toEqual({ done: 2, kept: [false, false] });
  });
});
