import { setImmediate } from 'node:timers/promises';
import type { AuditEntry } from '@ganscout/storage';
import { bodyOf } from '../case-entry.js';
import { generationFolder } from '../case-files.js';
import { checkHoldsRun } from '../case-state.js';
import { checkFile, createDigestReader, type Difference, type FileCheck } from './verify-check.js';
import { filesOfInputs } from './verify-inputs.js';
import { listFiles, noteLeftovers } from './verify-leftovers.js';
import { filesOfEntries, verifyLog } from './verify-log.js';
import { filesOfStages } from './verify-stages.js';

/** How a case is verified. */
export interface VerificationSettings {
  /** Whether to read the inputs too, not only what the case holds. */
  readonly checkInputs: boolean;
  /** Called after each file. */
  readonly onProgress: (progress: { readonly done: number; readonly total: number }) => void;
  readonly signal: AbortSignal;
}

/** What verifying a case found. */
export interface Verification {
  readonly directory: string;
  /** False for a run that was never opened as a case: nothing vouches for its tables then. */
  readonly isOpened: boolean;
  /** Entries of the log that hold. */
  readonly entries: number;
  /** Files that were read. */
  readonly files: number;
  /** Those of them that are inputs; null if they were not to be checked. */
  readonly inputs: number | null;
  /** What is not as it was recorded, in the order in which it was found; none in a whole case. */
  readonly differences: readonly Difference[];
  /** What is no damage, one sentence each. */
  readonly notes: readonly string[];
}

/** Files that are read before other work of the process gets its turn. */
const AT_ONCE = 16;

/**
 * Computes the digests of a case anew and compares them with what was recorded: the chain of the log and its head,
 * the files that its entries name, those that stages wrote, and the inputs. Writes nothing and takes no lock.
 *
 * What an interrupted command leaves is no damage: a torn tail of the log, folders that no entry names, a pending add.
 * A run that was never opened as a case has no log; its stages and inputs are verified.
 *
 * @throws {InputError} if the directory holds no run. @throws the signal's reason if it is aborted.
 *
 * Cost: reads every file once.
 */
export async function verifyCase(
  directory: string,
  { checkInputs, onProgress, signal }: VerificationSettings,
): Promise<Verification> {
  const { isOpened, entries, differences, notes } = verifyLog(directory);
  if (!isOpened) checkHoldsRun(directory);
  const files = listFiles(directory);
  const own = ownChecks(directory, files, entries);
  const inputs = checkInputs ? filesOfInputs(directory, entries) : { checks: [], notes: [] };
  const reader = createDigestReader();
  const checks = [...own, ...inputs.checks];
  const found = new Map(differences.map((difference) => [difference.path, difference]));
  for (const [i, check] of checks.entries()) {
    if (i % AT_ONCE === 0) await setImmediate();
    signal.throwIfAborted();
    const difference = checkFile(check, reader);
    if (difference !== null && !found.has(check.path)) found.set(check.path, difference);
    onProgress({ done: i + 1, total: checks.length });
  }
  const named = new Set(own.map(({ path }) => path));
  const ofRun = isOpened ? [] : ['the run was never opened as a case: nothing vouches for its tables'];
  return {
    directory,
    isOpened,
    entries: entries.length,
    files: reader.files,
    inputs: checkInputs ? new Set(inputs.checks.map(({ file }) => file)).size : null,
    differences: [...found.values()],
    notes: [...ofRun, ...notes, ...inputs.notes, ...noteLeftovers(directory, files, named)],
  };
}

/** What entries name and what stages wrote; a file that both name alike is checked once, as the entry's. */
function ownChecks(directory: string, files: readonly string[], entries: readonly AuditEntry[]): FileCheck[] {
  const ofEntries = filesOfEntries(directory, entries);
  const known = new Set(ofEntries.map(({ path, digest }) => `${path} ${digest}`));
  const recorded = new Set(ofEntries.map(({ path }) => path));
  const generations = new Set(
    entries.flatMap(({ body }) => bodyOf({ body }).generation ?? []).map(generationFolder),
  );
  const isOurs = (folder: string) => {
    const [, home] = /^(case\/[^/]+)\//.exec(folder) ?? [];
    return home === undefined || generations.has(home) || recorded.has(`${folder}/stage.json`);
  };
  const ofStages = filesOfStages(directory, files, isOurs).filter(
    ({ path, digest }) => !known.has(`${path} ${digest}`),
  );
  return [...ofEntries, ...ofStages];
}
