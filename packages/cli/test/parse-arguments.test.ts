import { expect, test } from 'vitest';
import { defineCommand } from '../src/command.js';
import { UsageError } from '../src/exit-codes.js';
import { parseArguments } from '../src/parse-arguments.js';

const PAINT = defineCommand({
  usage: 'paint <wall> [colors..]',
  summary: 'Paint a wall',
  positionals: { wall: { type: 'string' }, colors: { type: 'string', array: true } },
  options: {
    set: { type: 'string', array: true, requiresArg: true, default: [] as string[] },
    coats: { type: 'number', requiresArg: true },
    dry: { type: 'boolean', default: false },
  },
  examples: [],
  exitCodes: [0],
  run: async () => 0,
});
const PROGRAM = {
  commands: [PAINT, { usage: 'tools', summary: 'Tools', commands: [{ ...PAINT, usage: 'list' }] }],
  version: '1.2.3',
  width: 80,
};

async function valuesOf(...args: string[]) {
  const request = await parseArguments(args, PROGRAM);
  if (request.kind === 'text') throw new Error(`expected a command, got ${request.text}`);
  return request.values;
}

async function refusal(...args: string[]): Promise<string> {
  const error = await parseArguments(args, PROGRAM).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UsageError);
  return (error as Error).message;
}

test('a repeated option takes one value each time and leaves positionals alone', async () => {
  const values = await valuesOf('paint', '--set', 'a.b=1', 'north', '--set', 'c==x y', 'red', '7');
  expect(values).toMatchObject({ set: ['a.b=1', 'c==x y'], wall: 'north', colors: ['red', '7'], dry: false });
});

test('what follows two dashes is a path, also with a dash in front', async () => {
  expect(await valuesOf('paint', '--', 'north', '-red', 'blue')).toMatchObject({
    wall: 'north',
    colors: ['./-red', 'blue'],
  });
});

test('a misspelled command or option is refused with the nearest one', async () => {
  expect(await refusal('pant')).toBe('unknown command "pant"; did you mean paint?');
  expect(await refusal('tools', 'lst')).toBe('unknown command "lst"; did you mean list?');
  expect(await refusal('paint', 'x', '--dyr')).toBe('unknown option --dyr; did you mean --dry?');
  expect(await refusal('paint', 'x', '--quite=3')).toBe('unknown option --quite; see --help');
  expect(await refusal('dance')).toBe('unknown command "dance"; the commands are paint, tools, completion');
});

test('options are suggested from the command at hand, even if a value is called like another', async () => {
  expect(await refusal('paint', 'tools', '--coast', '2')).toBe(
    'unknown option --coast; did you mean --coats?',
  );
});

test('missing commands, arguments and values are refused', async () => {
  expect(await refusal()).toBe('name a command: paint, tools; ganscout --help says what they do');
  expect(await refusal('tools')).toBe('name one of list after tools');
  expect(await refusal('paint')).toBe('too few arguments: expected ganscout paint <wall> [colors..]');
  expect(await refusal('paint', 'x', '--set')).toBe('--set needs a value');
});

test('an option with one value must stand once and be of its type', async () => {
  expect(await refusal('paint', 'x', '--coats=1', '--coats', '2')).toBe('--coats takes one value, got 2');
  expect(await refusal('paint', 'x', '--coats', 'many')).toBe('--coats must be a number');
});

test('help and version are text, and help names the exit codes', async () => {
  expect(await parseArguments(['--version'], PROGRAM)).toEqual({ kind: 'text', text: '1.2.3\n' });
  const help = await parseArguments(['paint', '--help'], PROGRAM);
  expect(help).toMatchObject({ kind: 'text', text: expect.stringContaining('Exit codes: 0 done; 2 usage') });
});
