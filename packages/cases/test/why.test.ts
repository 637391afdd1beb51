import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFeatureSet } from '@ganscout/data-model';
import { unopenedRecord } from '@ganscout/images';
import { digestOf } from '@ganscout/storage';
import { beforeAll, describe, expect, test } from 'vitest';
import { addImages } from '../src/adding/add-images.js';
import { changeSources } from '../src/operations/source-operations-request.js';
import { explainImage, type ImageStory } from '../src/reading/why.js';
import { describeConstraint } from '../src/reading/why-entries.js';
import { type CaseInput, createImageFinder } from '../src/reading/why-find.js';
import { nearestImages } from '../src/reading/why-nearest.js';
import { runOnFeatures, writeFeatures } from './feature-run.js';
import { makeFolder } from './verify-folder.js';

const folder = makeFolder();
const context = {
  workingDirectory: folder,
  listener: () => undefined,
  signal: new AbortController().signal,
  now: () => new Date(0),
};

describe('explainImage()', () => {
  let directory = '';
  let before: ImageStory;
  const why = (text: string, nearest = 3) =>
    explainImage(directory, text, { workingDirectory: folder, nearest, signal: context.signal });
  const linesOf = ({ entries }: ImageStory, entry: number) =>
    entries.find((told) => told.entry === entry)?.lines.join('\n');

  beforeAll(async () => {
    directory = await runOnFeatures(folder);
    before = await why('y-75');
    const dump = writeFeatures(folder, 'z', { a: 6, g: 30 }, { isNamed: false });
    await addImages(directory, { locations: [dump], retrain: 'never', discoverFrom: 20 }, context);
    // The run took sources e and f for one: rows 40 to 59 and 60 to 79.
    const images = Array.from({ length: 20 }, (_, i) => `y-${60 + i}`);
    await changeSources(directory, { operation: 'split', source: 'S0005', images }, context);
  });

  test('tells each stage of the run, with score and p-value against the limit where there is a test', () => {
    expect(before.source).toEqual({
      id: 'S0005',
      name: 'discovered-01',
      kind: 'discovered',
      state: 'active',
    });
    const [training] = before.trainings;
    expect(training?.steps.map(({ stage, kind }) => [stage, kind])).toEqual([
      ['ood', 'unassigned'],
      ['kmeans', 'discovered'],
      ['merge', 'discovered'],
      ['refine', 'discovered'],
    ]);
    const [ood, kmeans] = training?.steps ?? [];
    expect(ood).toMatchObject({ images: 40, limit: 0.05, reason: 'no source accepted it', since: 1 });
    expect(ood?.pValue).toBeLessThanOrEqual(0.05);
    expect(kmeans).toMatchObject({ score: null, pValue: null, limit: null });
    expect(training?.final).toMatchObject({ round: 1, score: ood?.score, limit: 0.05 });
    expect([before.entries, before.constraints]).toEqual([[], []]);
  });

  test('tells what an add said of a new image, and what was discovered with it', async () => {
    const story = await why('z-20');
    expect(story).toMatchObject({ source: { id: 'S0006' }, trainings: [] });
    const told = linesOf(story, 2);
    expect(told).toContain('clustered with images that no source accepted');
    expect(told).toMatch(
      /score [\d.]+, p-value [\d.]+, not above the limit 0\.05, margin [\d.]+, nearest source S0005/,
    );
    expect(told).toMatch(/a candidate of 30 images was accepted as S0006, this image among them/);
    const known = await why('z-2');
    expect(known.source?.id).toBe('S0001');
    expect(linesOf(known, 2)).toMatch(
      /accepted by a known source\nscore -?[\d.]+, p-value [\d.]+, above the limit 0\.05/,
    );
  });

  test('tells what a person did to it, and which constraint holds from then on', async () => {
    const story = await why('y-75');
    expect(story.source?.id).toBe('S0007');
    expect(story.entries.map(({ entry, kind }) => [entry, kind])).toEqual([
      [1, 'opened'],
      [3, 'operation'],
    ]);
    expect(linesOf(story, 3)).toContain(
      'it went from S0005 (discovered-01) to S0007 (discovered-03): placed by a person',
    );
    expect(story.constraints).toEqual([
      { operation: 3, text: 'it must be in another source than 20 images' },
    ]);
    const stayed = await why('y-45');
    expect(stayed.source?.id).toBe('S0005');
    expect(linesOf(stayed, 3)).toContain('20 images left S0005 (discovered-01) for S0007 (discovered-03)');
  });

  test('finds the nearest images among those that stand for sources, itself left out', async () => {
    for (const [text, source, how] of [
      ['y-45', 'S0005', 'its features are kept with the case'],
      ['z-2', 'S0001', 'its features were made from what is kept of it'],
      ['x-7', 'S0001', 'its features are kept with the case'],
    ] as const) {
      const { nearest, id } = await why(text, 4);
      expect(nearest.how).toBe(how);
      expect(nearest.images.map((image) => image.source)).toEqual(Array(4).fill(source));
      expect(nearest.images.map((image) => image.id)).not.toContain(id);
      const distances = nearest.images.map(({ distance }) => distance);
      expect(distances).toEqual(distances.toSorted((a, b) => a - b));
    }
    expect((await why('y-45', 0)).nearest.images).toEqual([]);
  });

  test('says of a labelled image of which source it is', async () => {
    const story = await why('x-7');
    expect(story).toMatchObject({ labelledAs: 'a', source: null, trainings: [], entries: [] });
    expect(story.inputs).toMatchObject([{ path: 'x-7', set: 'known', entry: 1, status: 'ok' }]);
  });

  test('tells the stages of a training again too, known sources by the names that they have now', async () => {
    await changeSources(directory, { operation: 'rename', source: 'S0003', name: 'carl' }, context);
    await addImages(directory, { locations: [], retrain: 'always', discoverFrom: 20 }, context);
    const { trainings } = await why('y-25');
    expect(trainings.map(({ generation }) => generation)).toEqual([1, 2]);
    expect(trainings.map(({ steps }) => steps.at(-1)?.place)).toEqual(['c', 'S0003 (carl)']);
    expect((await why('z-2')).trainings.map(({ generation }) => generation)).toEqual([2]);
    expect((await why('z-1')).entries.at(-1)).toMatchObject({ entry: 5, kind: 'retrained' });
  });

  test('refuses an image that is not there', async () => {
    await expect(why('nowhere.png')).rejects.toThrow('the case has no image "nowhere.png"');
  });
});

describe('an image is found', () => {
  const [first, second, same] = [
    digestOf('first'),
    digestOf('second'),
    `${digestOf('first').slice(0, 20)}${'0'.repeat(44)}`,
  ];
  const input = (id: string, path: string, more: object = {}): CaseInput => {
    const record = unopenedRecord({ id, path, file: join(folder, 'dump', path), source: null, group: null });
    return { record: { ...record, ...more }, set: 'discovery', entry: 1 };
  };
  const inputs = [
    input(first, 'a.png'),
    input(first, 'copy.png', { status: 'duplicate', reason: 'copy of a.png' }),
    input(second, 'b,\n.png'),
    input(same, 'c.png'),
    input('', 'broken.png', { status: 'unreadable', reason: 'not an image' }),
    input(digestOf('small'), 'small.png', { status: 'too_small', reason: '8 × 8' }),
    input(`${digestOf('whole')}#0,0,32,32`, 'whole.png'),
    input(`${digestOf('whole')}#32,0,32,32`, 'whole.png'),
  ];
  const ids = [first, second, same, ...inputs.slice(6).map(({ record }) => record.id)];
  const find = createImageFinder({ ids }, inputs);

  test.each([
    ['its id', first, 0],
    ['its path', 'b,\n.png', 1],
    ['the path of a copy', 'copy.png', 0],
    ['its absolute path', join(folder, 'dump', 'c.png'), 2],
    ['a path relative to the working directory', 'dump/c.png', 2],
    ['the beginning of its id', second.slice(0, 8), 1],
    ['the id of a patch', `${digestOf('whole')}#32,0,32,32`, 4],
  ])('by %s', (_, text, row) => {
    expect(find(text, folder)).toMatchObject({ row, id: ids[row] });
  });

  test('by a file with the same bytes, wherever it is', () => {
    writeFileSync(join(folder, 'renamed.png'), 'second');
    expect(find('renamed.png', folder).row).toBe(1);
  });

  test('with all its inputs', () => {
    expect(find('a.png', folder).inputs.map(({ record }) => record.path)).toEqual(['a.png', 'copy.png']);
  });

  test.each([
    ['too short a beginning', second.slice(0, 7), `the case has no image "${second.slice(0, 7)}"`],
    ['a beginning that several have', first.slice(0, 12), 'may be 2 images of the case; give one of'],
    ['a file of several patches', 'whole.png', 'may be 2 images of the case'],
    ['a file that could not be read', 'broken.png', 'was not used: unreadable, not an image'],
    ['one that is too small', 'small.png', 'was not used: too_small, 8 × 8'],
    ['nothing', '', 'the case has no image ""'],
    ['a text that is no path', 'a\0b', 'the case has no image "a\\u0000b"'],
    ['a folder', 'dump', 'the case has no image "dump"'],
  ])('not by %s', (_, text, message) => {
    expect(() => find(text, folder)).toThrow(message);
  });
});

test('nearestImages() orders by Euclidean distance, the earlier first at a tie, and leaves the image itself out', () => {
  const ids = ['p', 'q', 'r', 's'];
  const features = createFeatureSet(ids, 2, Float32Array.of(3, 4, 0, 0, 0, 1, 1, 0), {
    extractor: 'x',
    layer: '',
    round: 1,
    transform: '',
  });
  const nearby = { features, sources: [7, 8, 8, 9], labelled: [0, 1, 0, 0] };
  // From q, which is (0, 0): p at 5, r and s at 1.
  expect(nearestImages('q', [0, 0], nearby, 3)).toEqual([
    { id: 'r', source: 8, isLabelled: false, distance: 1 },
    { id: 's', source: 9, isLabelled: false, distance: 1 },
    { id: 'p', source: 7, isLabelled: false, distance: 5 },
  ]);
  expect(() => nearestImages('q', [0], nearby, 3)).toThrow('must have 2 values, got 1');
});

test('a constraint says of an image what holds for it, and nothing of others', () => {
  expect(describeConstraint({ kind: 'must-link', images: ['a', 'b', 'c'] }, 'a')).toBe(
    'it must be in one source with 2 other images',
  );
  expect(describeConstraint({ kind: 'cannot-link', left: ['a'], right: ['b', 'c'] }, 'b')).toBe(
    'it must be in another source than 1 image',
  );
  expect(describeConstraint({ kind: 'known', images: ['a'], name: 'x' }, 'a')).toBe(
    'it is of the known source "x"',
  );
  expect(describeConstraint({ kind: 'set-aside', images: ['a'] }, 'b')).toBeNull();
});
