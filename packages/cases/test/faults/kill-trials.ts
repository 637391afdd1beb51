import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Fault, ganscout, ganscoutOrFail } from './command.js';
import { shareOf } from './planted.js';
import type { Scenario } from './scenario.js';
import { count, inFolder, newTally, recover, type Tally } from './trial.js';

/** A command without a fault: how long it takes, how often it changes files, and what it comes to. */
export interface Baseline {
  readonly milliseconds: number;
  readonly calls: number;
  readonly whole: string;
}

export async function measureBaseline(scenario: Scenario, root: string): Promise<Baseline> {
  let baseline: Baseline | undefined;
  await inFolder(root, `${scenario.name}-baseline`, async (folder) => {
    scenario.prepare(folder);
    const file = join(root, `${scenario.name}-calls`);
    const end = await ganscoutOrFail(scenario.start(folder), { fault: { kind: 'count', file } });
    const calls = Number(readFileSync(file, 'utf8'));
    baseline = { milliseconds: end.milliseconds, calls, whole: scenario.stateOf(folder) };
  });
  return baseline as Baseline;
}

/**
 * Kills the command at random moments: of its duration in even tries, at one of its calls that change files in odd ones,
 * with half of the bytes written where the call writes some. Where the command was done before, the moment comes earlier
 * in another try: each of the `tries` is a kill.
 */
export async function killAtRandom(
  scenario: Scenario,
  root: string,
  { tries, seed, baseline }: { tries: number; seed: number; baseline: Baseline },
): Promise<Tally[]> {
  const byTime = newTally(`${scenario.name}: SIGKILL at a random moment`);
  const byCall = newTally(`${scenario.name}: SIGKILL inside a call that changes files`);
  for (let i = 0; i < tries; i++) {
    const share = shareOf(`${scenario.name} ${seed} ${i}`);
    const attempt = (earlier: number) => {
      const call = 1 + Math.floor(share * earlier * baseline.calls);
      const killAfter = share * earlier * baseline.milliseconds;
      return i % 2 === 0
        ? { tally: byTime, killAfter, label: `try ${i}, killed after ${killAfter.toFixed(0)} ms` }
        : { tally: byCall, call, label: `try ${i}, killed at call ${call}` };
    };
    for (
      let earlier = 1;
      !(await killOnce(scenario, root, attempt(earlier), baseline.whole));
      earlier *= 0.7
    );
  }
  return [byTime, byCall];
}

/** Kills the command and goes on with it. @returns false if it was done before. */
async function killOnce(
  scenario: Scenario,
  root: string,
  { tally, label, call, killAfter }: { tally: Tally; label: string; call?: number; killAfter?: number },
  whole: string,
): Promise<boolean> {
  let isStruck = false;
  await inFolder(root, `${scenario.name}-kill`, async (folder, journal) => {
    scenario.prepare(folder);
    const fault: Fault = call === undefined ? { kind: 'none', journal } : { kind: 'kill', call, journal };
    const end = await ganscout(
      scenario.start(folder),
      killAfter === undefined ? { fault } : { fault, killAfter },
    );
    count(tally, 'tries');
    isStruck = end.signal === 'SIGKILL';
    if (!isStruck && end.code !== 0) tally.failures.push(`${label}: ended with ${end.code}: ${end.err}`);
    if (!isStruck) return;
    count(tally, 'struck');
    await recover(scenario, folder, { tally, label, journal, whole });
  });
  return isStruck;
}
