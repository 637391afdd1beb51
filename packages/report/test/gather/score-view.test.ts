import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CaseView, changeSources, openCaseView } from '@ganscout/cases';
import { beforeAll, expect, test } from 'vitest';
import { contextOf, copyRun, plantRun } from '../../../cases/test/planted-case.js';
import { makeFolder } from '../../../cases/test/verify-folder.js';
import { findMajorities } from '../../src/gather/majorities.js';
import { scoreView } from '../../src/gather/score-view.js';

/** What `plantRun` plants, in its order. */
const PLANTED = { anna: 10, bert: 10, carl: 10, dora: 20, emil: 20, fred: 20 };

let run: string;
beforeAll(async () => {
  const truth = join(makeFolder(), 'truth.csv');
  const names = Object.entries(PLANTED).flatMap(([name, count]) => Array<string>(count).fill(name));
  writeFileSync(truth, `path,source\n${names.map((name, i) => `y-${i},${name}\n`).join('')}`);
  run = await plantRun([`data.truth=${truth}`]);
});

const sourceWith = ({ labels, sources }: CaseView, row: number) =>
  sources[(labels[row] as number) - 1]?.id as string;

test('a run that nothing changed has the figures of its summary, with their intervals', async () => {
  const view = await openCaseView(run);
  const scores = scoreView(view);
  expect(scores?.figures).toEqual(view.summary.final?.figures);
  expect(scores?.intervals).toEqual(view.summary.final?.intervals);
  expect(scores?.matched).toBe(90);
  expect(scores?.missed).toEqual([]);
});

test('after a merge the figures are those of the sources as they are', async () => {
  const directory = copyRun(run);
  const before = await openCaseView(directory);
  // Rows 30 to 49 are of dora, 50 to 69 of emil.
  const sources = [sourceWith(before, 30), sourceWith(before, 50)];
  expect(before.sources.filter(({ kind }) => kind === 'discovered').map(({ size }) => size)).toEqual([
    20, 20, 20,
  ]);
  await changeSources(directory, { operation: 'merge', sources }, contextOf(directory));
  const view = await openCaseView(directory);
  const scores = scoreView(view);
  // 20 of 40 images in one source, 20 of 20 in the other.
  expect(scores?.figures.discoveredAveragePurity).toBeCloseTo(40 / 60, 12);
  expect(scores?.figures.auroc ?? null).toBeNull();
  expect(scores?.missed).toEqual(['emil']);
  const number = view.sources.find(({ id }) => id === sources[0])?.number as number;
  expect(findMajorities(view).get(number)).toEqual({ source: 'dora', share: 0.5, isKnown: false });
});

test('a known source that was renamed is still the one that the ground truth means', async () => {
  const directory = copyRun(run);
  const before = await openCaseView(directory);
  const source = sourceWith(before, 0);
  await changeSources(directory, { operation: 'rename', source, name: 'another' }, contextOf(directory));
  const view = await openCaseView(directory);
  expect(view.sources[0]?.name).toBe('another');
  expect(scoreView(view)?.figures.accuracyKnown).toBe(before.summary.final?.figures.accuracyKnown);
  expect(findMajorities(view).get(1)).toEqual({ source: 'anna', share: 1, isKnown: true });
});

test('without ground truth there are no scores and no majorities', async () => {
  const view = { ...(await openCaseView(run)), truth: null };
  expect(scoreView(view)).toBeNull();
  expect(findMajorities(view).size).toBe(0);
});
