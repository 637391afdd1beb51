import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ganscout } from './command.js';
import type { Baseline } from './kill-trials.js';
import { caseOf, entriesIn, type Scenario } from './scenario.js';
import { count, expectClean, inFolder, newTally, recover, type Tally, verify } from './trial.js';

/** Every look at the clock finds it an hour earlier than the one before: the result is the same. */
export async function turnClockBack(scenario: Scenario, root: string, baseline: Baseline): Promise<Tally> {
  const tally = newTally(`${scenario.name}: clock going backwards`);
  await inFolder(root, `${scenario.name}-clock`, async (folder, journal) => {
    scenario.prepare(folder);
    const end = await ganscout(scenario.start(folder), { fault: { kind: 'clock' } });
    count(tally, 'tries');
    count(tally, 'struck');
    if (end.code !== 0) tally.failures.push(`ended with ${end.code}: ${end.err}`);
    const times = scenario.name === 'add' ? entriesIn(folder).map(({ time }) => time) : [];
    if (times.some((time, i) => i > 0 && time >= (times[i - 1] as string)))
      tally.failures.push(`the clock did not go backwards: ${times.join(', ')}`);
    await recover(scenario, folder, { tally, label: 'clock', journal, whole: baseline.whole });
  });
  return tally;
}

/** Two processes start at once: one is refused, or comes when the other is done, and the result is that of one. */
export async function writeTwice(
  scenario: Scenario,
  root: string,
  { tries, baseline }: { tries: number; baseline: Baseline },
): Promise<Tally> {
  const tally = newTally(`${scenario.name}: two writers at once`);
  for (let i = 0; i < tries; i++) {
    await inFolder(root, `${scenario.name}-two-${i}`, async (folder, journal) => {
      scenario.prepare(folder);
      const command =
        scenario.name === 'run' ? [...scenario.start(folder), '--resume'] : scenario.start(folder);
      const ends = await Promise.all([ganscout(command), ganscout(command)]);
      count(tally, 'tries');
      const refused = ends.filter(
        ({ code, err }) => code === 1 && /is being written by process \d+/.test(err),
      );
      const done = ends.filter(({ code }) => code === 0);
      if (refused.length === 1) count(tally, 'struck');
      if (done.length < 1 || done.length + refused.length !== 2) {
        tally.failures.push(
          `try ${i}: ended with ${ends.map(({ code, err }) => `${code}: ${err.slice(-200)}`).join('; ')}`,
        );
      }
      await recover(scenario, folder, { tally, label: `try ${i}`, journal, whole: baseline.whole });
    });
  }
  return tally;
}

/**
 * An image vanishes after its folder was listed, or before it is opened for the time of a number: the command goes on
 * without it and says so in its table, and verifying names nothing but the image, if anything.
 */
export async function removeInput(
  scenario: Scenario,
  root: string,
  { opening, when }: { opening: number; when: string },
): Promise<Tally> {
  const tally = newTally(`${scenario.name}: image vanishes ${when}`);
  await inFolder(root, `${scenario.name}-vanish`, async (folder, counter) => {
    const data = join(root, `${scenario.name}-vanish-data`);
    cpSync(scenario.data, data, { recursive: true });
    scenario.prepare(folder);
    const file = join(data, scenario.name === 'run' ? 'dump/row-003.png' : 'later/row-003.png');
    const fault = { kind: 'vanish', file, opening, counter } as const;
    const end = await ganscout(scenario.start(folder, data), { fault });
    count(tally, 'tries');
    if (!existsSync(file)) count(tally, 'struck');
    if (end.code === 4) count(tally, 'completed');
    else tally.failures.push(`ended with ${end.code ?? end.signal}: ${end.err.slice(-300)}`);
    const { differences = [] } = (await verify(folder)) ?? {};
    if (differences.length === 0) count(tally, 'clean');
    else count(tally, 'named');
    for (const { path, what } of differences) {
      if (path !== file) tally.failures.push(`verify names ${path} ${what}`);
    }
    const row = inputRow(folder, scenario, file);
    if (!/,unreadable,/.test(row)) tally.failures.push(`its row does not say that it is unreadable: ${row}`);
    rmSync(data, { recursive: true });
  });
  return tally;
}

/** The line of a table of inputs that names a file. */
function inputRow(folder: string, scenario: Scenario, file: string): string {
  const last =
    scenario.name === 'run'
      ? null
      : entriesIn(folder).findLast(({ files }) => hasImages(files) !== undefined);
  const table = last === null ? 'inputs.csv' : (hasImages(last?.files ?? {}) as string);
  const lines = readFileSync(join(caseOf(folder), table), 'utf8').split('\n');
  return lines.find((line) => line.includes(file)) ?? '';
}

function hasImages(files: Readonly<Record<string, string>>): string | undefined {
  return Object.keys(files).find((path) => path.endsWith('/images.csv'));
}

/** Reads a case over and over while the command writes to it: each time it is whole. */
export async function readWhileWriting(scenario: Scenario, root: string): Promise<Tally> {
  const tally = newTally(`${scenario.name}: verified while being written`);
  await inFolder(root, `${scenario.name}-read`, async (folder) => {
    scenario.prepare(folder);
    const command = ganscout(scenario.start(folder));
    let isDone = false;
    const ended = command.then((end) => {
      isDone = true;
      if (end.code !== 0) tally.failures.push(`ended with ${end.code}: ${end.err}`);
    });
    while (!isDone) {
      count(tally, 'tries');
      count(tally, 'struck');
      await expectClean(folder, tally, `read ${tally.counts.tries}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await ended;
  });
  return tally;
}
