import { createHash } from 'node:crypto';
import { createFeatureSet } from '@ganscout/data-model';
import { expect, test } from 'vitest';
import {
  bufferOf,
  chooseExemplars,
  exemplarsOf,
  readBuffer,
  readExemplars,
  selectExemplars,
  writeBuffer,
  writeExemplars,
} from '../src/exemplars.js';
import { initialState, type LabelState } from '../src/label-state.js';

const digest = (id: string) => createHash('sha256').update(id).digest('hex');

test('chooseExemplars() takes the images of each source whose ids have the smallest digests', () => {
  const ids = Array.from({ length: 30 }, (_, i) => `image-${i}`);
  // Even rows of source 0, multiples of three among the odd ones of source 1, the rest of none.
  const labels = Int32Array.from(ids, (_, row) => (row % 2 === 0 ? 0 : row % 3 === 0 ? 1 : -1));
  const chosen = chooseExemplars(ids, labels, 6);
  const ofZero = ids.filter((_, row) => row % 2 === 0).sort((a, b) => (digest(a) < digest(b) ? -1 : 1));
  const expected = [...ofZero.slice(0, 6).map((id) => ids.indexOf(id)), 3, 9, 15, 21, 27];
  expect([...chosen]).toEqual(expected.sort((a, b) => a - b));
});

test('chooseExemplars() does not depend on the order of the images', () => {
  const ids = Array.from({ length: 50 }, (_, i) => `image-${i}`);
  const idsOf = (order: string[]) =>
    [...chooseExemplars(order, new Int32Array(50), 10)].map((row) => order[row]).sort();
  expect(idsOf([...ids].reverse())).toEqual(idsOf(ids));
});

test('chooseExemplars() of no image, or of images of no source, is empty', () => {
  expect(chooseExemplars([], new Int32Array(0), 5)).toHaveLength(0);
  expect(chooseExemplars(['a'], Int32Array.of(-1), 5)).toHaveLength(0);
});

const SPACE = { extractor: 'test', layer: '', round: 0, transform: '' };
const rowsIn = (name: string) => {
  const at = name === 'whitened' ? 100 : 0;
  const set = (ids: string[], first: number) =>
    createFeatureSet(
      ids,
      1,
      Float32Array.from(ids, (_, i) => at + first + i),
      { ...SPACE, layer: name },
    );
  return { known: set(['k0', 'k1', 'k2'], 0), discovery: set(['d0', 'd1', 'd2', 'd3'], 10) };
};
const known = { labels: Int32Array.of(0, 1, 0), groups: Int32Array.of(0, 7, 0) };
const state: LabelState = {
  ...initialState(4, 2),
  // d0 unassigned, d1 of known source 1, d2 and d3 of a discovered one.
  assignment: { labels: Int32Array.of(-1, 1, 2, 2), knownCount: 2, clusterCount: 3 },
};
const names = ['descriptor', 'whitened'] as const;

test('exemplars are labelled images of known sources and images of discovered ones, in every space', () => {
  const { ids, labels, groups, labelled, features } = exemplarsOf(rowsIn, names, known, state);
  expect(ids).toEqual(['k0', 'k1', 'k2', 'd2', 'd3']);
  expect([...labels]).toEqual([0, 1, 0, 2, 2]);
  expect([...labelled]).toEqual([1, 1, 1, 0, 0]);
  expect([...groups.subarray(0, 3)]).toEqual([0, 7, 0]);
  expect(new Set([...groups]).size).toBe(4);
  expect([...(features.get('descriptor')?.data ?? [])]).toEqual([0, 1, 2, 12, 13]);
  expect([...(features.get('whitened')?.data ?? [])]).toEqual([100, 101, 102, 112, 113]);
});

test('the buffer has the images that no source has', () => {
  const { ids, rows, features } = bufferOf(rowsIn, names, state);
  expect([ids, [...rows], [...(features.get('whitened')?.data ?? [])]]).toEqual([['d0'], [0], [110]]);
});

test('exemplars and buffer are read back as they were written, also empty ones', () => {
  const files = new Map<string, Uint8Array>();
  const writer = {
    write: (name: string, content: unknown) =>
      void files.set(name, typeof content === 'string' ? Buffer.from(content) : (content as Uint8Array)),
  };
  const read = (name: string) => files.get(name) as Uint8Array;
  const exemplars = exemplarsOf(rowsIn, names, known, state);
  const full = { ...state, assignment: { ...state.assignment, labels: Int32Array.of(2, 1, 2, 2) } };
  for (const some of [exemplars, selectExemplars(exemplars, [])]) {
    writeExemplars(writer, some);
    expect(readExemplars(read)).toEqual(some);
  }
  for (const buffer of [bufferOf(rowsIn, names, state), bufferOf(rowsIn, names, full)]) {
    writeBuffer(writer, buffer);
    expect(readBuffer(read)).toEqual(buffer);
  }
});

test('selectExemplars() takes them in the order wanted', () => {
  const { ids, labels, features } = selectExemplars(exemplarsOf(rowsIn, names, known, state), [3, 1]);
  expect([ids, [...labels], [...(features.get('descriptor')?.data ?? [])]]).toEqual([
    ['d2', 'k1'],
    [2, 1],
    [12, 1],
  ]);
});
