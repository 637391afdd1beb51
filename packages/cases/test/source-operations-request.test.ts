import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readCase } from '../src/case-state.js';
import { changeSources, type SourceRequest } from '../src/operations/source-operations-request.js';
import { listSources, readHistory, showSource } from '../src/registry/registry-listing.js';
import { runOnFeatures } from './feature-run.js';
import { makeFolder } from './verify-folder.js';

const folder = makeFolder();
let directory = '';
const change = (request: SourceRequest) =>
  changeSources(directory, request, { workingDirectory: folder, now: () => new Date(0) });
const images = Array.from({ length: 20 }, (_, i) => `y-${60 + i}`);
const labelsOf = () => [...readCase(directory).labels];

beforeAll(async () => {
  directory = await runOnFeatures(folder);
});

describe('changes of sources', () => {
  test('before any of them a run is listed with the ids that its sources will get', () => {
    const { counts, sources } = listSources(directory);
    expect(counts).toEqual({
      images: 80,
      ofKnown: 40,
      ofDiscovered: 40,
      waiting: 0,
      knownSources: 4,
      discoveredSources: 1,
      entries: 0,
    });
    expect(sources.map(({ id, name, images: size, last }) => [id, name, size, last])).toEqual([
      ['S0001', 'a', 10, null],
      ['S0002', 'b', 10, null],
      ['S0003', 'c', 10, null],
      ['S0004', 'd', 10, null],
      ['S0005', 'discovered-01', 40, null],
    ]);
    expect(readHistory(directory, null)).toEqual({ isOpened: false, lines: [] });
  });

  test('one that is refused writes nothing', async () => {
    const log = readFileSync(join(directory, 'summary.json'), 'utf8');
    await expect(change({ operation: 'retire', source: 'S0009' })).rejects.toThrow('no source S0009');
    await expect(change({ operation: 'undo', entry: null })).rejects.toThrow('there is nothing to undo');
    await expect(change({ operation: 'split', source: 'S0001', images: ['x-3'] })).rejects.toThrow(
      'image x-3 is a labelled one of the known set',
    );
    expect(readFileSync(join(directory, 'summary.json'), 'utf8')).toBe(log);
    expect(readCase(directory).entries.length).toBeLessThanOrEqual(1);
  });

  test('are written, told, undone and done again, and constraints follow', async () => {
    const before = labelsOf();
    const split = await change({ operation: 'split', source: 'discovered-01', images, reason: 'two seeds' });
    expect(split.lines[0]).toBe(
      'S0006 (discovered-02) was born from S0005 (discovered-01) with 20 images: two seeds',
    );
    expect(labelsOf().slice(60)).toEqual(Array(20).fill(6));
    const merge = await change({ operation: 'merge', sources: ['S0005', 'S0006'] });
    expect(labelsOf()).toEqual(before);
    expect(readCase(directory).constraints.map(({ kind }) => kind)).toEqual(['must-link']);
    const undone = await change({ operation: 'undo', entry: null });
    expect(undone.plan.body.undoes).toBe(merge.entry);
    expect(labelsOf().slice(60)).toEqual(Array(20).fill(6));
    expect(readCase(directory).constraints).toMatchObject([{ kind: 'cannot-link', operation: split.entry }]);
    await change({ operation: 'undo', entry: undone.entry });
    expect(labelsOf()).toEqual(before);
    expect(readCase(directory).constraints).toMatchObject([{ kind: 'must-link', operation: merge.entry }]);
    await change({ operation: 'undo', entry: null });
    await change({ operation: 'undo', entry: null });
    expect(labelsOf()).toEqual(before);
    expect(readCase(directory).constraints).toEqual([]);
    expect(readCase(directory).registry.sources[5]).toMatchObject({ state: 'merged', into: 'S0005' });
  });

  test('of names, notes and states leave the images where they are', async () => {
    const before = labelsOf();
    await change({ operation: 'rename', source: 'S0005', name: 'dora' });
    await change({ operation: 'note', source: 'dora', note: 'seen in March' });
    await change({ operation: 'label', source: 'dora', name: 'stylegan' });
    await change({ operation: 'retire', source: 'stylegan' });
    await change({ operation: 'restore', source: 'stylegan' });
    expect(labelsOf()).toEqual(before);
    const { source, history, representatives } = showSource(directory, 's5');
    expect(source).toMatchObject({
      name: 'stylegan',
      kind: 'known',
      notes: ['seen in March'],
      images: 40,
      state: 'active',
    });
    expect(representatives.length).toBeGreaterThan(0);
    expect(representatives[0]).toEqual({ id: source.representatives[0], path: source.representatives[0] });
    expect(history.at(-1)).toMatchObject({ kind: 'operation', what: 'restore of S0005 (stylegan)' });
    expect(readCase(directory).constraints).toMatchObject([{ kind: 'known', name: 'stylegan' }]);
  });

  test('that dissolve send images to those that wait', async () => {
    await change({ operation: 'dissolve', source: 'S0005' });
    expect(listSources(directory).counts).toMatchObject({
      waiting: 40,
      ofDiscovered: 0,
      discoveredSources: 0,
    });
    await change({ operation: 'undo', entry: null });
    expect(listSources(directory).counts).toMatchObject({ waiting: 0, ofKnown: 80 });
  });
});
