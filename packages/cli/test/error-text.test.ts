import { expect, test } from 'vitest';
import { formatError } from '../src/error-text.js';
import { EXIT, exitCodeOf, UsageError } from '../src/exit-codes.js';

function named(name: string, cause?: unknown): Error {
  return Object.assign(new Error(`${name} message`, { cause }), { name });
}

test('an error is told in one paragraph without its stack', () => {
  expect(formatError(new RangeError('k must be 3, got \x1b[2J'), false)).toBe(
    'ganscout: k must be 3, got \\x1b[2J\n',
  );
});

test('debugging adds the stack and the causes', () => {
  const text = formatError(new Error('outer', { cause: new Error('inner') }), true);
  expect(text).toContain('ganscout: outer\n');
  expect(text).toContain('error-text.test.ts');
  expect(text).toContain('inner');
});

test('a failure of the system comes with what to do, also as a cause', () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  expect(formatError(new Error('Cannot run stage', { cause: full }), false)).toBe(
    'ganscout: Cannot run stage\nThe disk is full: free some space and go on with --resume.\n',
  );
});

test('exit codes follow the class of an error or of its cause', () => {
  expect(exitCodeOf(new UsageError('x'))).toBe(EXIT.usage);
  expect(exitCodeOf(named('ConfigError'))).toBe(2);
  expect(exitCodeOf(named('RunExistsError'))).toBe(2);
  expect(exitCodeOf(named('InputError'))).toBe(3);
  expect(exitCodeOf(named('StageError', named('InputError')))).toBe(3);
  expect(exitCodeOf(named('FolderLockedError'))).toBe(1);
  expect(exitCodeOf('text')).toBe(1);
});
