import { expect, it } from 'vitest';
import { parseArguments, resolveOptions } from '../src/arguments.js';
import { UsageError } from '../src/command-line.js';

it('parseArguments() reads repeated options and fills in the others', async () => {
  const values = await parseArguments([
    'images',
    '--protocol',
    '128',
    '--protocol',
    'whole',
    '--set',
    'run.rounds=2',
  ]);
  expect(values).toMatchObject({
    folder: 'images',
    splits: 6,
    rareCount: 3,
    rareSize: 20,
    protocols: ['128', 'whole'],
    perturbations: ['none'],
    settings: ['run.rounds=2'],
    output: null,
  });
});

it.each([
  [[]],
  [['a', 'b']],
  [['images', '--splits', '0']],
  [['images', '--known-share', '1']],
  [['images', '--protocol', '96']],
  [['images', '--perturb', 'sepia']],
  [['images', '--set', 'data.patchSize=64']],
  [['images', '--nothing']],
])('parseArguments() refuses %j', async (args) => {
  await expect(parseArguments(args)).rejects.toThrow(UsageError);
});

it('parseArguments() returns the help text', async () => {
  expect(await parseArguments(['--help'])).toContain('--known-share');
});

it('resolveOptions() takes stage options and refuses what does not exist', () => {
  expect(resolveOptions('girish2021', ['run.rounds=3']).rounds).toHaveLength(3);
  expect(() => resolveOptions('default', ['kmeans.nothing=1'])).toThrow('unknown key');
});
