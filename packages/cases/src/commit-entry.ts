import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { appendAuditEntry, digestOf, digestOfFile, syncFolder } from '@ganscout/storage';
import type { EntryDraft } from './case-entry.js';
import { entryFolder } from './case-files.js';
import { type CaseState, foldEntries } from './case-state.js';

/**
 * Writes an entry: its files into a folder of their own, then the line of the log that names them.
 *
 * Until the line is there nothing has happened, and from then on it has; a crash leaves at most a folder that no line names,
 * which the next entry replaces. To be called by the owner of the case's lock only.
 *
 * @returns the state after it.
 * @throws {AuditDamageError} if the log is damaged. @throws {Error} if a vouched file is missing.
 */
export function commitEntry(
  state: CaseState,
  { kind, body, files, vouched }: EntryDraft,
  now: () => Date,
): CaseState {
  const { directory } = state;
  const number = state.entries.length + 1;
  const folder = entryFolder(number);
  const digests: Record<string, string> = {};
  for (const path of vouched) {
    const digest = digestOfFile(join(directory, path));
    if (digest === null)
      throw new Error(`${join(directory, path)} must be there to be vouched for, but cannot be read`);
    digests[path] = digest;
  }
  // What a killed writer left under this number is no entry's.
  rmSync(join(directory, folder), { recursive: true, force: true });
  if (files.size > 0) writeFolder(directory, folder, files);
  for (const [name, content] of files) digests[`${folder}/${name}`] = digestOf(content);
  const entry = appendAuditEntry(directory, { time: now().toISOString(), kind, body, files: digests });
  return foldEntries(state, [entry]);
}

function writeFolder(directory: string, folder: string, files: EntryDraft['files']): void {
  const home = join(directory, folder);
  const workshop = join(directory, `${folder}.unfinished`);
  rmSync(workshop, { recursive: true, force: true });
  mkdirSync(workshop, { recursive: true });
  // Nobody looks into the folder before it has its name: each file is synced once, and the folder once for all.
  for (const [name, content] of files) writeFileSync(join(workshop, name), content, { flush: true });
  syncFolder(workshop);
  renameSync(workshop, home);
  syncFolder(join(directory, 'case'));
}
