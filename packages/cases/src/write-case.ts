import { lockFolder } from '@ganscout/storage';
import { type CaseState, checkHoldsRun, emptyState, readOpenedCase } from './case-state.js';
import { commitEntry } from './commit-entry.js';
import { draftOpening } from './open-case.js';

/**
 * Takes a case for writing, opens it as one if that was not done yet, and gives it back at the end.
 *
 * @throws {InputError} if the directory holds no finished run. @throws {FolderLockedError} if another process is writing to it.
 * @throws {AuditDamageError} if its log is damaged.
 */
export async function writeCase<Result>(
  directory: string,
  now: () => Date,
  write: (state: CaseState) => Promise<Result>,
): Promise<Result> {
  // Before the lock, which would make the folder.
  checkHoldsRun(directory);
  const unlock = lockFolder(directory, now);
  try {
    return await write(
      readOpenedCase(directory) ?? commitEntry(emptyState(directory), draftOpening(directory), now),
    );
  } finally {
    unlock();
  }
}
