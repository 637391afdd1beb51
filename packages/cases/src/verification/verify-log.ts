import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join, normalize } from 'node:path';
import { AUDIT_FILES, AuditDamageError, type AuditEntry, readAuditLog } from '@ganscout/storage';
import type { Difference, FileCheck } from './verify-check.js';

/** The log of a case as far as it can be trusted. */
export interface LogFindings {
  /** Whether there is a log. */
  readonly isOpened: boolean;
  /** Entries before the first damaged line. */
  readonly entries: readonly AuditEntry[];
  readonly differences: readonly Difference[];
  readonly notes: readonly string[];
}

/** Reads the log; of a damaged one the entries before the damage. */
export function verifyLog(directory: string): LogFindings {
  const isOpened =
    existsSync(join(directory, AUDIT_FILES.log)) || existsSync(join(directory, AUDIT_FILES.head));
  try {
    const { entries, torn } = readAuditLog(directory);
    const tail = `${AUDIT_FILES.log} ends with ${torn?.length} characters of an entry that was never recorded; the next command that writes removes them`;
    return { isOpened, entries, differences: [], notes: torn === null ? [] : [tail] };
  } catch (error) {
    if (!(error instanceof AuditDamageError)) throw error;
    const isHead = error.file.endsWith(AUDIT_FILES.head);
    const entries = entriesBefore(directory, isHead ? Number.POSITIVE_INFINITY : error.line);
    const path = isHead ? AUDIT_FILES.head : AUDIT_FILES.log;
    const difference: Difference = {
      kind: isHead ? 'head' : 'chain',
      path,
      what: `is damaged in line ${error.line}: ${error.what}`,
    };
    const note = `entries from line ${error.line} of ${path} on were not checked`;
    return { isOpened, entries, differences: [difference], notes: isHead ? [] : [note] };
  }
}

/** Entries before a line. An entry that its own line gives wrong is one that the chain shows, so here each is whole. */
function entriesBefore(directory: string, line: number): AuditEntry[] {
  const path = join(directory, AUDIT_FILES.log);
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  try {
    return lines.slice(0, line - 1).map((text): AuditEntry => JSON.parse(text));
  } catch {
    // The head is checked after every line, so this is a log whose lines change while they are read.
    return [];
  }
}

/** Every file that an entry vouches for. */
export function filesOfEntries(directory: string, entries: readonly AuditEntry[]): FileCheck[] {
  return entries.flatMap(({ number, files }) =>
    Object.entries(files).map(([path, digest]): FileCheck => {
      const isOutside = isAbsolute(path) || normalize(path).startsWith('..');
      if (isOutside) {
        return {
          kind: 'file',
          path,
          file: '',
          digest: null,
          by: `lies outside of the case; entry ${number} names it`,
        };
      }
      return { kind: 'file', path, file: join(directory, path), digest, by: `entry ${number} names it` };
    }),
  );
}
