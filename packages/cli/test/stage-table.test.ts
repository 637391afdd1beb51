import { expect, test } from 'vitest';
import { formatStages, formatStagesSideBySide } from '../src/stage-table.js';
import { SUMMARY, SUMMARY_WITHOUT_TRUTH } from './sample-summary.js';

test('formatStages() has one line a stage of a round', () => {
  expect(formatStages(SUMMARY.rounds).split('\n')).toEqual([
    'round  stage      assigned  sources  purity    NMI    ARI  purity*  NMI*  accepted',
    '    1  ood              40        0   0.912  0.800  0.700    0.950     -     0.050',
    '    2  merge           100        2   0.912  0.800  0.700    0.950     -     0.050',
    '    2  attribute       100        2   0.912  0.800  0.700    0.950     -     0.050',
    '',
  ]);
});

test('formatStages() shows counts only where there is no ground truth', () => {
  expect(formatStages(SUMMARY_WITHOUT_TRUTH.rounds).split('\n')[0]).toBe(
    'round  stage      assigned  sources',
  );
});

test('formatStagesSideBySide() puts runs of different length in one order, each under its title', () => {
  const [first] = SUMMARY.rounds;
  const short = { title: 'short', rounds: first === undefined ? [] : [first] };
  const lines = formatStagesSideBySide([short, { title: 'long', rounds: SUMMARY.rounds }]).split('\n');
  expect(lines).toEqual([
    '                  | short                                     | long',
    'round  stage      |  sources  purity    NMI    ARI  accepted  |  sources  purity    NMI    ARI  accepted',
    '    1  ood        |        0   0.912  0.800  0.700     0.050  |        0   0.912  0.800  0.700     0.050',
    '    2  merge      |                                           |        2   0.912  0.800  0.700     0.050',
    '    2  attribute  |                                           |        2   0.912  0.800  0.700     0.050',
    '',
  ]);
});

test('formatStagesSideBySide() leaves columns out rather than wrap', () => {
  const runs = [
    { title: 'one', rounds: SUMMARY.rounds },
    { title: 'two', rounds: SUMMARY.rounds },
  ];
  const widest = (text: string) => Math.max(...text.split('\n').map((line) => line.length));
  expect(widest(formatStagesSideBySide(runs))).toBe(104);
  const at90 = formatStagesSideBySide(runs, 90);
  expect(widest(at90)).toBe(90);
  expect(at90).not.toContain('ARI');
  const at80 = formatStagesSideBySide(runs, 80);
  expect(widest(at80)).toBeLessThanOrEqual(80);
  expect(at80).not.toContain('sources');
  expect(at80).toContain('NMI');
});
