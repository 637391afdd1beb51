import { expect, test } from 'vitest';
import { createProgress } from '../src/progress.js';
import { createFakeShell } from './fake-shell.js';
import { describeProgress, INPUTS, MERGE_END, MERGE_START, ROUND_END } from './sample-events.js';

test('without a terminal there is at most one line a second, and one when a stage ends', () => {
  const shell = createFakeShell();
  const { listener } = createProgress(shell);
  for (const [time, done] of [
    [0, 0],
    [400, 10],
    [1000, 25],
    [1500, 40],
    [2000, 50],
  ] as const) {
    shell.time = time;
    listener(describeProgress(done));
  }
  listener(MERGE_START);
  listener(MERGE_END);
  listener(ROUND_END);
  expect(shell.err()).toBe(
    'describe: 25/100 images (25 %), 25/s\n' +
      'describe: 50/100 images (50 %), 25/s, 0:02 left\n' +
      'round 2 merge: 3 discovered sources, 6 of 8 images assigned, 0.4 s\n' +
      'round 2: 3 discovered sources, 6 of 8 images assigned; no label changed\n',
  );
  expect(shell.out()).toBe('');
});

test('a stage that goes on for long is told of less often', () => {
  const shell = createFakeShell();
  const { listener } = createProgress(shell);
  for (let second = 0; second <= 100; second++) {
    shell.time = 1000 * second;
    listener(describeProgress(second, 1000));
  }
  const told = [...shell.err().matchAll(/describe: (\d+)\//g)].map(([, done]) => Number(done));
  // Each second up to 10 s; from 11 s on the pause is a tenth of the time that has passed, in whole seconds here.
  expect(told.slice(0, 13)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15]);
  expect(told.length).toBeLessThan(40);
});

test('figures and counts of a stage are each told in a line', () => {
  const shell = createFakeShell();
  const figures = { wholeAveragePurity: 0.9, wholeNmi: null };
  createProgress(shell).listener({ type: 'figures', round: 1, stage: 'ood', figures });
  expect(shell.err()).toBe('round 1 ood: average purity 0.900, NMI - over the whole discovery set\n');
});

test('inputs are told by status and label source', () => {
  const shell = createFakeShell();
  createProgress(shell).listener(INPUTS);
  expect(shell.err()).toBe(
    'known set: 10 images; labels: sub-folders\n' +
      'discovery set: 12 images, 8 used (2 unreadable, 1 too small, 1 with the same bytes as another); labels: none\n',
  );
});

test('a stage that was kept says so', () => {
  const shell = createFakeShell();
  createProgress(shell).listener({ ...MERGE_END, kept: true, state: null } as typeof MERGE_END);
  expect(shell.err()).toBe('round 2 merge: kept from before\n');
});

test('a terminal has one bar that is rewritten, at most ten times a second, and cleared at the end', () => {
  const shell = createFakeShell({ isTTY: true, env: { NO_COLOR: '1' } });
  const progress = createProgress(shell);
  progress.listener(describeProgress(0));
  shell.time = 50;
  progress.listener(describeProgress(5));
  shell.time = 1000;
  progress.listener(describeProgress(50));
  progress.close();
  expect(shell.err().split('\r\x1b[2K')).toEqual([
    '',
    `describe  [${' '.repeat(24)}] 0/100 images (0 %)`,
    `describe  [${'='.repeat(12)}${' '.repeat(12)}] 50/100 images (50 %), 50/s`,
    '',
  ]);
});

test('a bar never fills the last column of a narrow terminal', () => {
  const shell = createFakeShell({ isTTY: true, columns: 30 });
  const progress = createProgress(shell);
  progress.listener(describeProgress(50));
  const drawn = shell.err().replace('\r\x1b[2K', '');
  expect(drawn.length).toBeLessThan(30);
  expect(drawn).toContain('describe');
});

test('colors are used on a terminal unless NO_COLOR is set', () => {
  const draw = (env: Record<string, string>) => {
    const shell = createFakeShell({ isTTY: true, env });
    createProgress(shell).listener(describeProgress(50));
    return shell.err();
  };
  expect(draw({})).toContain('\x1b[36m');
  expect(draw({ NO_COLOR: '1' })).not.toContain('\x1b[36m');
});

test('a warning stays above the bar and cannot steer the terminal', () => {
  const shell = createFakeShell({ isTTY: true, env: { NO_COLOR: '1' } });
  const progress = createProgress(shell);
  progress.listener(MERGE_START);
  progress.listener({ type: 'warning', message: 'odd name \x1b[2J' });
  expect(shell.err()).toBe(
    '\r\x1b[2Kround 2 merge ...\r\x1b[2Kwarning: odd name \\x1b[2J\nround 2 merge ...',
  );
});

test('quiet progress tells warnings only', () => {
  const shell = createFakeShell();
  const { listener } = createProgress(shell, { isQuiet: true });
  listener(MERGE_END);
  listener({ type: 'warning', message: 'x' });
  expect(shell.err()).toBe('warning: x\n');
});
