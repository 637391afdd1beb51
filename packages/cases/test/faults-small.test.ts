import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readCase } from '../src/case-state.js';
import { changeSources } from '../src/operations/source-operations-request.js';
import { type DamageName, damageFiles, vouchedBy } from './faults/damage-trials.js';
import { killAtRandom, measureBaseline } from './faults/kill-trials.js';
import { writeTwice } from './faults/other-trials.js';
import { plantImages } from './faults/planted.js';
import { addScenario, caseOf, runScenario, type Scenario } from './faults/scenario.js';
import type { Tally } from './faults/trial.js';

// Some forty processes one after the other, on machines that may be busy.
vi.setConfig({ testTimeout: 300_000 });

// All faults, and many more of each, are brought about by `npm run test:faults`.
const root = mkdtempSync(join(tmpdir(), 'ganscout-faults-'));
const data = join(root, 'data');
beforeAll(() => plantImages(data));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Brings about a few faults in one command. */
async function faultsOf(scenario: Scenario, damage: DamageName): Promise<Tally[]> {
  const baseline = await measureBaseline(scenario, root);
  return [
    ...(await killAtRandom(scenario, root, { tries: 5, seed: 1, baseline })),
    await writeTwice(scenario, root, { tries: 1, baseline }),
    await damageFiles(scenario, root, { damage, isVouched: vouchedBy(scenario), most: 25 }),
  ];
}

function failuresOf(tallies: readonly Tally[]): string[] {
  return tallies.flatMap(({ fault, failures }) => failures.map((failure) => `${fault}: ${failure}`));
}

describe.concurrent('killed processes, two writers and damaged files', () => {
  test('of "ganscout run" lose nothing, and all damage is named', async () => {
    expect(failuresOf(await faultsOf(runScenario(data), 'truncated'))).toEqual([]);
  });

  test('of "ganscout add" lose no decision, and all damage is named', async () => {
    const scenario = await addScenario(data, join(root, 'base'));
    const tallies = await faultsOf(scenario, 'bit flipped');
    expect(failuresOf(tallies)).toEqual([]);
    expect(tallies.reduce((sum, { counts }) => sum + (counts.recorded ?? 0), 0)).toBeGreaterThan(0);

    // An add that was killed after it wrote an entry's files, and before the log named them, was never done.
    const directory = caseOf(join(root, 'base-whole'));
    const { ids, entries } = readCase(directory);
    const folder = (entry: number) => join(directory, `case/${String(entry).padStart(4, '0')}`);
    cpSync(folder(2), folder(entries.length + 1), { recursive: true });
    const request = { operation: 'note', source: 'S0001', note: 'something else' } as const;
    const context = { workingDirectory: root, now: () => new Date(0) };
    expect((await changeSources(directory, request, context)).state.ids.length).toBe(ids.length);
    expect(readCase(directory).ids.length).toBe(ids.length);
  });
});
