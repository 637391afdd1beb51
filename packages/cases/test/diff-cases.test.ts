import { join } from 'node:path';
import { parseConfig, resolveConfig } from '@ganscout/pipeline';
import { beforeAll, describe, expect, test } from 'vitest';
import { planLabel, planRename } from '../src/operations/source-operations.js';
import { planDissolve, planMerge, planSplit } from '../src/operations/source-operations-members.js';
import { changeSources } from '../src/operations/source-operations-request.js';
import { compareCases, compareStates } from '../src/reading/diff-cases.js';
import { differingOptions } from '../src/reading/diff-cases-options.js';
import { addImages, apply, imageId, openFakeCase } from './fake-case.js';
import { runOnFeatures } from './feature-run.js';
import { makeFolder } from './verify-folder.js';

const LABELS = [1, 1, 2, 3, 3, 3, 3, 4, 4, 0];
const NO_PATHS = new Map<string, string>();
const namesOf = (matched: ReturnType<typeof compareStates>['matched']) =>
  matched.map(({ left, right, shared }) => [left.id, right.id, shared]);

describe('compareStates()', () => {
  test('finds no difference between a case and itself', () => {
    const fake = openFakeCase(LABELS);
    const { images, matched, ...rest } = compareStates(fake, fake, NO_PATHS);
    expect(images).toEqual({ shared: 10, onlyLeft: 0, onlyRight: 0 });
    expect(namesOf(matched)).toEqual([
      ['S0003', 'S0003', 4],
      ['S0001', 'S0001', 2],
      ['S0004', 'S0004', 2],
      ['S0002', 'S0002', 1],
    ]);
    expect(rest).toEqual({ vanished: [], appeared: [], changed: [] });
  });

  test('matches by images, not by ids or names', () => {
    const left = openFakeCase(LABELS);
    // The two discovered sources have changed places.
    const right = openFakeCase(LABELS.map((label) => [0, 1, 2, 4, 3][label] as number));
    const { matched, changed } = compareStates(left, right, NO_PATHS);
    expect(namesOf(matched).slice(0, 3)).toEqual([
      ['S0003', 'S0004', 4],
      ['S0001', 'S0001', 2],
      ['S0004', 'S0003', 2],
    ]);
    expect(matched.map(({ isRenamed }) => isRenamed)).toEqual([true, false, true, false]);
    expect(changed).toEqual([]);
  });

  test('says which sources vanished and appeared, and which images have another source', () => {
    const [left, right] = [openFakeCase(LABELS), openFakeCase(LABELS)];
    apply(right, planMerge(right, ['S0003', 'S0004']));
    apply(right, planSplit(right, 'S0003', [3], { name: 'eva' }));
    addImages(right, [1, 0]);
    const { images, vanished, appeared, changed } = compareStates(
      left,
      right,
      new Map([[imageId(3), 'dump/3.png']]),
    );
    expect(images).toEqual({ shared: 10, onlyLeft: 0, onlyRight: 2 });
    expect(vanished.map(({ id, images: size }) => [id, size])).toEqual([['S0004', 2]]);
    expect(appeared.map(({ id, name, images: size }) => [id, name, size])).toEqual([['S0005', 'eva', 1]]);
    expect(changed).toEqual([
      {
        id: imageId(3),
        path: 'dump/3.png',
        left: { id: 'S0003', name: 'discovered-01' },
        right: { id: 'S0005', name: 'eva' },
      },
      ...[7, 8].map((row) => ({
        id: imageId(row),
        path: '',
        left: { id: 'S0004', name: 'discovered-02' },
        right: { id: 'S0003', name: 'discovered-01' },
      })),
    ]);
  });

  test('counts images that lost or got a source', () => {
    const [left, right] = [openFakeCase(LABELS), openFakeCase(LABELS)];
    apply(right, planDissolve(right, 'S0004'));
    const lost = compareStates(left, right, NO_PATHS).changed.map(({ id, right: now }) => [id, now]);
    expect(lost).toEqual([
      [imageId(7), null],
      [imageId(8), null],
    ]);
    expect(compareStates(right, left, NO_PATHS).changed.map(({ id }) => id)).toEqual([
      imageId(7),
      imageId(8),
    ]);
  });

  test('tells renaming and labelling apart from change', () => {
    const [left, right] = [openFakeCase(LABELS), openFakeCase(LABELS)];
    apply(right, planRename(right, 'S0003', 'dora'));
    apply(right, planLabel(right, 'S0004', 'eva'));
    const { matched, changed } = compareStates(left, right, NO_PATHS);
    expect(changed).toEqual([]);
    expect(
      matched.filter(({ isRenamed }) => isRenamed).map(({ right: now }) => [now.name, now.kind]),
    ).toEqual([
      ['dora', 'discovered'],
      ['eva', 'known'],
    ]);
  });

  test('matches known sources without shared images by name', () => {
    const [left, right] = [openFakeCase([1, 3]), openFakeCase([3, 1])];
    const { matched, vanished } = compareStates(left, right, NO_PATHS);
    // anna and discovered-01 share an image crosswise, so bert alone is matched by name.
    expect(namesOf(matched)).toEqual([
      ['S0001', 'S0003', 1],
      ['S0003', 'S0001', 1],
      ['S0002', 'S0002', 0],
    ]);
    expect(vanished.map(({ id }) => id)).toEqual(['S0004']);
  });
});

describe('differingOptions()', () => {
  const config = (text: string) =>
    resolveConfig(parseConfig(`data: { known: a, discovery: b }\n${text}`, '/tmp/pipeline.yaml'), {
      workingDirectory: '/tmp',
    });

  test('finds none where only the output differs', () => {
    expect(differingOptions(config('run: { output: x }'), config('run: { output: y }'))).toEqual([]);
  });

  test('tells an option of all rounds once, and one of a round with its number', () => {
    const left = config('run: { rounds: 3 }\nkmeans: { clusterCount: 50 }');
    const right = config(
      'run: { rounds: 3, seed: 2 }\nkmeans: { clusterCount: 60 }\nrounds: { 3: { ood: { hashCount: 512 } } }',
    );
    const hashCount = String(left.rounds[0]?.ood.hashCount);
    expect(differingOptions(left, right)).toEqual([
      { path: 'run.seed', left: '1', right: '2' },
      { path: 'rounds.3.ood.hashCount', left: hashCount, right: '512' },
      { path: 'kmeans.clusterCount', left: '50', right: '60' },
    ]);
  });

  test('compares the rounds that both have', () => {
    const differences = differingOptions(config('run: { rounds: 2 }'), config('run: { rounds: 3 }'));
    expect(differences).toEqual([{ path: 'run.rounds', left: '2', right: '3' }]);
  });
});

describe('compareCases()', () => {
  const folder = makeFolder();
  let [left, right] = ['', ''];
  beforeAll(async () => {
    left = await runOnFeatures(folder, 'left');
    right = await runOnFeatures(folder, 'right', ['run.seed=2']);
    const context = { workingDirectory: folder, now: () => new Date(0) };
    await changeSources(right, { operation: 'rename', source: 'S0005', name: 'dora' }, context);
  });

  test('compares a run with a case, with options, counts, paths and figures', () => {
    const comparison = compareCases(left, right);
    expect(comparison.options).toEqual([{ path: 'run.seed', left: '1', right: '2' }]);
    expect([comparison.left.counts.entries, comparison.right.counts.entries]).toEqual([0, 2]);
    expect(comparison.images).toEqual({ shared: 80, onlyLeft: 0, onlyRight: 0 });
    expect(comparison.matched.find(({ isRenamed }) => isRenamed)).toMatchObject({
      left: { name: 'discovered-01' },
      right: { name: 'dora' },
    });
    expect(comparison.figures?.left.figures).toHaveProperty('wholeNmi');
  });

  test('says which directory holds no run', () => {
    expect(() => compareCases(left, join(folder, 'nowhere'))).toThrow(/nowhere holds no run/);
  });
});
