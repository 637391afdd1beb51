import { beforeAll, describe, expect, test, vi } from 'vitest';
import { readCase } from '../src/case-state.js';
import { changeSources, type SourceRequest } from '../src/operations/source-operations-request.js';
import { type KnownSourceTest, readKnownSourceTest } from '../src/reading/known-source-test.js';
import { add, contextOf, copyRun, plantDump, plantRun } from './planted-case.js';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const read = (directory: string) => readKnownSourceTest(readCase(directory)) as KnownSourceTest;
const change = (directory: string, request: SourceRequest) =>
  changeSources(directory, request, contextOf(directory));
const smallest = (scores: Float32Array) => scores.reduce((least, score) => Math.min(least, score));
const largest = (scores: Float32Array) => scores.reduce((most, score) => Math.max(most, score));

let run: string;
beforeAll(async () => {
  run = await plantRun();
});

describe('readKnownSourceTest()', () => {
  test('holds every image of a run against the known sources, discovered ones too', () => {
    const { rows, oodScore, nearest, pValue } = read(run);
    expect(Array.from(rows)).toEqual(Array.from({ length: 90 }, (_, row) => row));
    // 10 of each known source, then 60 of unknown ones.
    expect(Array.from(nearest.slice(0, 30))).toEqual([1, 2, 3].flatMap((number) => Array(10).fill(number)));
    expect(nearest.every((number) => number >= 1 && number <= 3)).toBe(true);
    expect(largest(oodScore.slice(0, 30))).toBeLessThanOrEqual(smallest(oodScore.slice(30)));
    expect(pValue).toHaveLength(90);
    expect(Math.max(...(pValue?.slice(30) ?? [1]))).toBeLessThan(0.05);
  });

  test('says the same after sources were renamed, merged and retired', async () => {
    const directory = copyRun(run);
    const { registry, labels } = readCase(directory);
    const dora = registry.sources[(labels[30] as number) - 1]?.id as string;
    await change(directory, { operation: 'rename', source: 'S0001', name: 'ann' });
    await change(directory, { operation: 'merge', sources: ['S0001', dora] });
    await change(directory, { operation: 'retire', source: 'S0002' });
    expect(read(directory)).toEqual(read(run));
  });

  test('has only the images that the last training had, by their rows in the case', async () => {
    const directory = copyRun(run);
    const before = read(directory);
    await add(directory, [plantDump(directory, 'z', { anna: 4, gina: 30 })]);
    expect(readCase(directory).ids).toHaveLength(124);
    expect(read(directory)).toEqual(before);
    await add(directory, [], { retrain: 'always' });
    const { rows, oodScore, nearest } = read(directory);
    expect(rows.length).toBeGreaterThan(90);
    expect([oodScore.length, nearest.length]).toEqual([rows.length, rows.length]);
    const { ids } = readCase(directory);
    const annas = Array.from(rows.keys()).filter((i) =>
      /^(y-\d|z-[0-3])$/.test(ids[rows[i] as number] as string),
    );
    expect(annas.map((i) => nearest[i])).toEqual(annas.map(() => 1));
  });
});
