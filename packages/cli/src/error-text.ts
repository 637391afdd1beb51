import { inspect } from 'node:util';
import { escapeLines } from './escape-text.js';

/** What to do about failures of the system, by its code. */
const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full: free some space and go on with --resume.',
  EDQUOT: 'The disk quota is used up: free some space and go on with --resume.',
  EROFS: 'The file system is read-only: set run.output to a folder that can be written.',
  EACCES: 'Check the permissions of that path, or set run.output elsewhere.',
  EMFILE: 'Too many files are open: raise the limit (ulimit -n) or lower run.threads.',
};

/**
 * Says what went wrong in one paragraph, without a stack trace.
 *
 * @param isDebug adds the stack trace and the causes.
 */
export function formatError(error: unknown, isDebug: boolean): string {
  const message = error instanceof Error ? error.message || error.name : String(error);
  const advice = ADVICE[systemCode(error) ?? ''];
  const paragraph = `ganscout: ${[message, ...(advice === undefined ? [] : [advice])].join('\n')}`;
  return `${escapeLines(isDebug ? `${paragraph}\n${inspect(error)}` : paragraph)}\n`;
}

function systemCode(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as NodeJS.ErrnoException;
    if (typeof code === 'string') return code;
  }
  return undefined;
}
