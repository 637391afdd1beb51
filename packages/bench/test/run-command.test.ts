import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { UsageError } from '../src/command-line.js';
import { runCommand } from '../src/run-command.js';

/** A terminal that keeps what is written to it, as `stdout: text` or `stderr: text`. */
class FakeTerminal extends EventEmitter {
  readonly written: string[] = [];
  readonly stdout = { write: (text: string) => this.written.push(`stdout: ${text}`) };
  readonly stderr = { write: (text: string) => this.written.push(`stderr: ${text}`) };
}

const failing = (error: unknown) => ({
  name: 'measure',
  parse: async () => ({}),
  run: async () => {
    throw error;
  },
});
const named = (name: string) => Object.assign(new Error('no'), { name });

it('runCommand() gives the command what it has read, and returns its exit code', async () => {
  const terminal = new FakeTerminal();
  const command = {
    name: 'count',
    parse: async (args: readonly string[]) => args.map(Number),
    run: async (values: readonly number[]) => values.length,
  };
  expect(await runCommand(['4', '5', '6'], command, terminal)).toBe(3);
  expect(terminal.written).toEqual([]);
});

it('runCommand() prints a text in place of running', async () => {
  const terminal = new FakeTerminal();
  const command = { ...failing(new Error('ran')), parse: async () => 'help\n' };
  expect(await runCommand(['--help'], command, terminal)).toBe(0);
  expect(terminal.written).toEqual(['stdout: help\n']);
});

it.each([
  [new UsageError('no'), 2],
  [named('ConfigError'), 2],
  [named('InputError'), 3],
  [new RangeError('no'), 1],
  ['no', 1],
])('runCommand() says why it failed: %s gives %i', async (error, code) => {
  const terminal = new FakeTerminal();
  expect(await runCommand([], failing(error), terminal)).toBe(code);
  expect(terminal.written).toEqual(['stderr: \nmeasure: no\n']);
});

it('runCommand() takes wrong usage as it takes any failure', async () => {
  const terminal = new FakeTerminal();
  const parse = async () => {
    throw new UsageError('unknown');
  };
  expect(await runCommand([], { ...failing(null), parse }, terminal)).toBe(2);
  expect(terminal.written).toEqual(['stderr: \nmeasure: unknown\n']);
});

it.each([
  undefined,
  'kept\n',
])('runCommand() ends with 130 when it is interrupted, and says %j', async (stopped) => {
  const terminal = new FakeTerminal();
  const run = async (_: unknown, signal: AbortSignal) => {
    terminal.emit('SIGINT');
    signal.throwIfAborted();
    return 0;
  };
  expect(await runCommand([], { ...failing(null), run, stopped }, terminal)).toBe(130);
  expect(terminal.written.join('')).toBe(`stderr: ${stopped ?? ''}`);
});
