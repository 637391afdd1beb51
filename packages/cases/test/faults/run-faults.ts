import { join } from 'node:path';
import { damageFiles, repairStages, vouchedBy } from './damage-trials.js';
import { failWrites, fillFileSystem, forbidWriting, mayMount } from './disk-trials.js';
import { killAtRandom, measureBaseline } from './kill-trials.js';
import { readWhileWriting, removeInput, turnClockBack, writeTwice } from './other-trials.js';
import { plantImages } from './planted.js';
import { addScenario, runScenario, type Scenario } from './scenario.js';
import { formatTally } from './tally-table.js';
import type { Tally } from './trial.js';

interface FaultSettings {
  /** Kills of both commands together. */
  readonly kills: number;
  readonly seed: number;
  /** The one command to try, or null for both. */
  readonly only: string | null;
  /** Leaves out all other faults. */
  readonly killsOnly: boolean;
}

/** Brings about every fault in both commands and tells each kind as it is done. */
export async function runFaults(
  root: string,
  { kills, seed, only, killsOnly }: FaultSettings,
): Promise<Tally[]> {
  const data = join(root, 'data');
  await plantImages(data);
  const makers = { run: async () => runScenario(data), add: () => addScenario(data, join(root, 'base')) };
  const names = (Object.keys(makers) as (keyof typeof makers)[]).filter(
    (name) => only === null || only === name,
  );
  const tallies: Tally[] = [];
  for (const name of names) {
    const tries = Math.ceil(kills / names.length);
    tallies.push(...(await faultsOf(await makers[name](), root, { tries, seed, killsOnly })));
  }
  return tallies;
}

async function faultsOf(
  scenario: Scenario,
  root: string,
  { tries, seed, killsOnly }: { tries: number; seed: number; killsOnly: boolean },
): Promise<Tally[]> {
  const tallies: Tally[] = [];
  const done = (...told: Tally[]) => {
    tallies.push(...told);
    for (const tally of told) process.stdout.write(formatTally(tally));
  };
  const baseline = await measureBaseline(scenario, root);
  const { milliseconds, calls, whole } = baseline;
  process.stdout.write(
    `${scenario.name} takes ${(milliseconds / 1000).toFixed(1)} s and ${calls} calls that change files.\n`,
  );
  const some = { tries: Math.ceil(tries / 8), seed, baseline };
  done(...(await killAtRandom(scenario, root, { tries, seed, baseline })));
  if (killsOnly) return tallies;
  if (mayMount) done(await fillFileSystem(scenario, root, some));
  done(await failWrites(scenario, root, some));
  done(await forbidWriting(scenario, root, baseline));
  for (const [opening, when] of [
    'after listing',
    'before its first opening',
    'before its second opening',
  ].entries()) {
    done(await removeInput(scenario, root, { opening, when }));
  }
  done(await turnClockBack(scenario, root, baseline));
  done(await writeTwice(scenario, root, { tries: Math.ceil(tries / 20), baseline }));
  done(await readWhileWriting(scenario, root));
  for (const damage of ['truncated', 'bit flipped'] as const) {
    done(await damageFiles(scenario, root, { damage, isVouched: vouchedBy(scenario) }));
  }
  if (scenario.name === 'run') done(await repairStages(scenario, root, { tries: some.tries, whole }));
  return tallies;
}
