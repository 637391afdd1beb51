import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ganscout } from './command.js';
import type { Baseline } from './kill-trials.js';
import { shareOf } from './planted.js';
import { caseOf, recordedLines, type Scenario } from './scenario.js';
import { count, expectClean, inFolder, newTally, recover, type Tally, unexpected } from './trial.js';

/** Whether this process may mount file systems that nobody else sees; main.ts tries to get it that right. */
export const mayMount = process.env.GANSCOUT_OWN_MOUNTS === '1';

function mount(...args: string[]): void {
  execFileSync('mount', args, { stdio: 'pipe' });
}

async function onMount(folder: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } finally {
    execFileSync('umount', [folder], { stdio: 'pipe' });
  }
}

/** Bytes of the files below a folder, each rounded up to whole pages as a memory file system does. */
function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map(({ parentPath, name }) => statSync(join(parentPath, name)))
    .reduce((sum, found) => sum + 4096 * Math.ceil(found.size / 4096), 0);
}

/** Runs the command on file systems that are too small by a random part, then makes room and goes on. */
export async function fillFileSystem(
  scenario: Scenario,
  root: string,
  { tries, seed, baseline }: { tries: number; seed: number; baseline: Baseline },
): Promise<Tally> {
  const tally = newTally(`${scenario.name}: file system full (tmpfs)`);
  let [before, after] = [0, 0];
  await inFolder(root, `${scenario.name}-size`, async (folder) => {
    scenario.prepare(folder);
    before = bytesIn(folder);
    await ganscout(scenario.start(folder));
    after = bytesIn(folder);
  });
  for (let i = 0; i < tries; i++) {
    await inFolder(root, `${scenario.name}-full-${i}`, async (folder, journal) => {
      const room = before + (after - before) * shareOf(`full ${scenario.name} ${seed} ${i}`);
      mkdirSync(folder);
      mount('-t', 'tmpfs', '-o', 'size=256m', 'ganscout-faults', folder);
      await onMount(folder, async () => {
        scenario.prepare(folder);
        mount('-o', `remount,size=${Math.ceil(room / 1024) + 8}k`, folder);
        const end = await ganscout(scenario.start(folder), { fault: { kind: 'none', journal } });
        await judgeFull(tally, `try ${i}, room for ${Math.ceil(room / 1024)} kB`, end, async (label) => {
          // Verifying must need no room.
          await expectClean(folder, newTally(''), label);
          mount('-o', 'remount,size=256m', folder);
          await recover(scenario, folder, { tally, label, journal, whole: baseline.whole });
        });
      });
    });
  }
  return tally;
}

/** The same by writes that fail once a random number of bytes is written; needs no rights. */
export async function failWrites(
  scenario: Scenario,
  root: string,
  { tries, seed, baseline }: { tries: number; seed: number; baseline: Baseline },
): Promise<Tally> {
  const tally = newTally(`${scenario.name}: write fails with ENOSPC`);
  let grown = 0;
  await inFolder(root, `${scenario.name}-size`, async (folder) => {
    scenario.prepare(folder);
    const before = bytesIn(folder);
    await ganscout(scenario.start(folder));
    grown = bytesIn(folder) - before;
  });
  for (let i = 0; i < tries; i++) {
    await inFolder(root, `${scenario.name}-writes-${i}`, async (folder, journal) => {
      scenario.prepare(folder);
      const bytes = Math.floor(grown * shareOf(`writes ${scenario.name} ${seed} ${i}`));
      const end = await ganscout(scenario.start(folder), { fault: { kind: 'full', bytes, journal } });
      await judgeFull(tally, `try ${i}, after ${bytes} bytes`, end, (label) =>
        recover(scenario, folder, { tally, label, journal, whole: baseline.whole }),
      );
    });
  }
  return tally;
}

/** A command with enough room ends well; one without says what is the matter, and the rest is done after. */
async function judgeFull(
  tally: Tally,
  label: string,
  end: Awaited<ReturnType<typeof ganscout>>,
  goOn: (label: string) => Promise<void>,
): Promise<void> {
  count(tally, 'tries');
  if (end.code === 0) return;
  count(tally, 'struck');
  const problem = unexpected(end, /no space left/i);
  if (problem !== null) tally.failures.push(`${label}: ${problem}`);
  await goOn(label);
}

/** Runs the command where it may not write: it says so and changes nothing; then it may, and goes on. */
export async function forbidWriting(scenario: Scenario, root: string, baseline: Baseline): Promise<Tally> {
  const tally = newTally(`${scenario.name}: read-only output (${mayMount ? 'mount' : 'rights'})`);
  await inFolder(root, `${scenario.name}-readonly`, async (folder, journal) => {
    scenario.prepare(folder);
    const before = recordedLines(folder);
    const attempt = async () => {
      count(tally, 'tries');
      const end = await ganscout(scenario.start(folder), {
        // Root may write anywhere, so the command gives that up.
        fault: mayMount ? { kind: 'none' } : { kind: 'user', user: 65534 },
      });
      const problem = unexpected(end, /read-only|permission denied|not permitted/i);
      if (problem === null) count(tally, 'struck');
      else tally.failures.push(problem);
      if (recordedLines(folder) !== before) tally.failures.push('the log was changed');
    };
    if (mayMount) {
      mount('--bind', folder, folder);
      mount('-o', 'remount,bind,ro', folder);
      await onMount(folder, attempt);
    } else {
      const places = scenario.name === 'run' ? [folder] : [folder, caseOf(folder)];
      for (const place of places) chmodSync(place, 0o555);
      await attempt();
      for (const place of places) chmodSync(place, 0o755);
    }
    await recover(scenario, folder, { tally, label: 'read-only', journal, whole: baseline.whole });
  });
  return tally;
}
