import type { ImageRecord } from '@ganscout/images';
import { InputError, NO_FACTS } from '@ganscout/images';
import { expect, test } from 'vitest';
import { createStudy, scarceSources } from '../src/study.js';

function record(id: string, values: Partial<ImageRecord> = {}): ImageRecord {
  const size = { bytes: 1, width: 64, height: 64, format: 'png', facts: NO_FACTS, patch: null };
  return {
    id,
    path: id,
    file: `/${id}`,
    source: null,
    group: null,
    status: 'ok',
    reason: '',
    ...size,
    ...values,
  };
}

const known = [
  record('k0', { source: 'bert', group: 'g' }),
  record('k1', { source: 'anna' }),
  record('k2', { source: 'bert', group: 'g' }),
  record('k3', { source: 'anna', status: 'duplicate' }),
  record('k4'),
];
const discovery = [record('d0'), record('d1', { status: 'unreadable' }), record('d2')];

test('createStudy() takes usable images, labels by the order of names, and groups as they are given', () => {
  const study = createStudy(known, discovery);
  expect(study.knownSources).toEqual(['anna', 'bert']);
  expect(study.known.records.map(({ id }) => id)).toEqual(['k0', 'k1', 'k2']);
  expect([...study.known.labels]).toEqual([1, 0, 1]);
  expect([...study.known.groups]).toEqual([0, 1, 0]);
  expect(study.discovery.records.map(({ id }) => id)).toEqual(['d0', 'd2']);
  expect(scarceSources(study, 2)).toEqual(['anna']);
  expect(scarceSources(study, 3)).toEqual(['anna', 'bert']);
});

test('createStudy() keeps a group and an image of the same name apart', () => {
  const mixed = [record('g', { source: 'anna' }), record('k', { source: 'anna', group: 'g' })];
  expect([...createStudy(mixed, discovery).known.groups]).toEqual([0, 1]);
});

test('digests tell images from what is known of them: a new name, label or group leaves the images the same', () => {
  const before = createStudy(known, discovery);
  const changed = (values: Partial<ImageRecord>) =>
    createStudy([record('k0', { source: 'bert', group: 'g', ...values }), ...known.slice(1)], discovery);
  for (const values of [{ source: 'anna' }, { source: 'dora' }, { group: 'other' }]) {
    const after = changed(values);
    expect(after.imagesDigest).toBe(before.imagesDigest);
    expect(after.knownDigest).not.toBe(before.knownDigest);
    expect(after.digest).not.toBe(before.digest);
  }
  expect(changed({}).digest).toBe(before.digest);
});

test('digests change with an image, and with the side it is on', () => {
  const before = createStudy(known, discovery);
  const more = createStudy(known, [...discovery, record('d3')]);
  expect(more.imagesDigest).not.toBe(before.imagesDigest);
  expect(more.knownDigest).toBe(before.knownDigest);
  const anna = record('a', { source: 'anna' });
  const left = createStudy([anna, record('b', { source: 'anna' })], [record('c')]);
  const right = createStudy([anna], [record('b'), record('c')]);
  expect(left.imagesDigest).not.toBe(right.imagesDigest);
});

test('createStudy() refuses a set of which nothing can be used', () => {
  expect(() => createStudy([record('k')], discovery)).toThrow(InputError);
  expect(() => createStudy([], discovery)).toThrow(
    'the known set has no image that can be used and has a source',
  );
  expect(() => createStudy(known, [record('d', { status: 'too_small' })])).toThrow(
    'the discovery set has no image that can be used',
  );
});
