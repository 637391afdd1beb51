import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '@ganscout/images';
import { type Verification, verifyCase } from '../../src/verification/verify-case.js';
import { type CommandEnd, ganscout } from './command.js';
import { caseOf, entriesIn, recordedLines, type Scenario } from './scenario.js';

/**
 * What is counted of tries with a fault:
 *
 *   tries      made
 *   struck     the fault came before the command was done, or the second writer was refused
 *   clean      verifying after it found no difference, or nothing to verify yet
 *   named      it found one
 *   completed  going on came to the end
 *   same       with the result that is had without a fault
 *   recorded   entries of the log before the fault
 *   lost       of these, those that are not there any more
 */
export const COUNTS = ['tries', 'struck', 'clean', 'named', 'completed', 'same', 'recorded', 'lost'] as const;
export type CountName = (typeof COUNTS)[number];

/** What the tries with one kind of fault came to. */
export interface Tally {
  readonly fault: string;
  /** What was not looked at is not there. */
  readonly counts: Partial<Record<CountName, number>>;
  /** What went wrong, one line each. */
  readonly failures: string[];
}

export function newTally(fault: string): Tally {
  return { fault, counts: {}, failures: [] };
}

/** Adds to a count. */
export function count({ counts }: Tally, name: CountName, amount = 1): void {
  counts[name] = (counts[name] ?? 0) + amount;
}

/** Verifies a case; null if nothing is there yet. */
export async function verify(folder: string): Promise<Verification | null> {
  try {
    const signal = new AbortController().signal;
    return await verifyCase(caseOf(folder), { checkInputs: true, onProgress() {}, signal });
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

/** Verifies after a fault that leaves no damage, and counts what was found. */
export async function expectClean(folder: string, tally: Tally, label: string): Promise<void> {
  const verification = await verify(folder);
  const first = verification?.differences[0];
  count(tally, 'clean', first === undefined ? 1 : 0);
  count(tally, 'named', first === undefined ? 0 : 1);
  if (first !== undefined) {
    tally.failures.push(`${label}: verify names ${first.path} ${first.what}`);
  }
}

/** Numbers of the entries that a process wrote down as recorded. */
export function journalled(journal: string): number[] {
  return existsSync(journal) ? readFileSync(journal, 'utf8').trim().split('\n').map(Number) : [];
}

/**
 * Looks at what a fault left, goes on to the end, and compares with the result without a fault.
 *
 * @param journal of the struck process.
 */
export async function recover(
  scenario: Scenario,
  folder: string,
  { tally, label, journal, whole }: { tally: Tally; label: string; journal: string; whole: string },
): Promise<void> {
  await expectClean(folder, tally, `${label}, after the fault`);
  const lines = recordedLines(folder);
  const recorded = Math.max(lines.split('\n').length - 1, 0, ...journalled(journal));
  count(tally, 'recorded', recorded);
  const rest = scenario.goOn(folder);
  if (rest !== null) {
    const end = await ganscout(rest);
    if (end.code !== 0) {
      tally.failures.push(`${label}: going on ended with ${end.code ?? end.signal}: ${end.err.trimEnd()}`);
      return;
    }
  }
  count(tally, 'completed');
  countLost(folder, tally, { label, lines, recorded });
  const isSame = scenario.stateOf(folder) === whole;
  count(tally, 'same', isSame ? 1 : 0);
  if (!isSame) tally.failures.push(`${label}: the result is another than without the fault`);
  const after = await verify(folder);
  const first = after?.differences[0];
  if (first !== undefined)
    tally.failures.push(`${label}: at the end verify names ${first.path} ${first.what}`);
}

/** Compares the log with its lines before. */
function countLost(
  folder: string,
  tally: Tally,
  { label, lines, recorded }: { label: string; lines: string; recorded: number },
): void {
  const kept = recordedLines(folder).startsWith(lines) ? entriesIn(folder).length : 0;
  count(tally, 'lost', Math.max(0, recorded - kept));
  if (kept < recorded) tally.failures.push(`${label}: of ${recorded} recorded entries ${kept} are there`);
}

/** Says how a process ended that should have failed with a message, or null if it did. */
export function unexpected({ code, signal, err }: CommandEnd, message: RegExp): string | null {
  if (code !== 0 && signal === null && message.test(err)) return null;
  return `ended with ${code ?? signal} and not with ${message}: ${err.trimEnd().slice(-300)}`;
}

/** Runs a try in a folder of its own, which is removed after. */
export async function inFolder(
  root: string,
  name: string,
  attempt: (folder: string, journal: string) => Promise<void>,
): Promise<void> {
  const folder = join(root, name);
  const journal = `${folder}.journal`;
  try {
    await attempt(folder, journal);
  } finally {
    for (const path of [folder, journal]) rmSync(path, { recursive: true, force: true });
  }
}
