import { type ImageRecord, unopenedRecord } from '@ganscout/images';
import { expect, test } from 'vitest';
import { formatAssignments, formatInputs, readAssignments, readInputs } from '../src/outputs.js';
import type { AssignmentRow } from '../src/run-summary.js';

const row = (i: number): AssignmentRow => ({
  imageId: `id-${i}`,
  path: `folder, with a comma/${i}.png`,
  kind: 'known',
  source: 'anna',
  score: i / 4,
  margin: 0.5,
  round: 1,
  reason: 'accepted',
});

test('formatAssignments() gives a table in parts that together are read back', () => {
  const rows = Array.from({ length: 3000 }, (_, i) => row(i));
  const parts = [...formatAssignments(rows)];
  // The header, and 3000 rows of about 68 characters in parts of 65,536: three full ones and a rest.
  expect(parts).toHaveLength(5);
  expect(readAssignments(parts.join(''))).toEqual(rows);
});

test('formatAssignments() asks for a row only when it is written', () => {
  let made = 0;
  function* rows() {
    for (; made < 10_000; made++) yield row(made);
  }
  const parts = formatAssignments(rows())[Symbol.iterator]();
  parts.next();
  expect(made).toBe(0);
  parts.next();
  expect(made).toBeLessThan(2000);
});

test('formatAssignments() of no row is the header alone', () => {
  expect([...formatAssignments([])]).toEqual(['image_id,path,kind,source,score,margin,round,reason\n']);
});

test('formatInputs() lists known images, then those of the discovery set', () => {
  const record = (id: string) => unopenedRecord({ id, path: id, file: id, source: null, group: null });
  const text = [...formatInputs({ known: [record('a')], discovery: [record('b'), record('c')] })].join('');
  const lines = text.trimEnd().split('\n');
  expect(lines).toHaveLength(4);
  expect(lines[1]).toBe('a,a,0,0,0,,ok,,known,,,,,,,,,a');
  expect(lines.slice(2).map((line) => line.split(',')[8])).toEqual(['discovery', 'discovery']);
});

test('readInputs() gives the records back, of both sets, patches and names of any kind included', () => {
  const hash = 'ab'.repeat(32);
  const known: ImageRecord = {
    id: `${hash}#0,128,64,32`,
    path: '=known, "one"\n.png',
    file: '/a folder/=known, "one"\n.png',
    source: 'anna',
    group: hash,
    bytes: 1234,
    width: 256,
    height: 512,
    format: 'png',
    facts: {
      size: '256x512',
      encoding: 'rgb8',
      jpegQuality: '',
      chroma: '',
      colorProfile: 'none',
      metadata: 'pHYs, tEXt:Software',
    },
    status: 'ok',
    reason: '',
    patch: { x: 0, y: 128, width: 64, height: 32 },
  };
  const imported = unopenedRecord({ id: 'a#1,2,3,4', path: 'a', file: '/x.npy', source: null, group: null });
  const broken = { ...imported, id: '', status: 'unreadable' as const, reason: 'no such file' };
  const sets = { known: [known], discovery: [imported, broken] };
  expect(readInputs([...formatInputs(sets)].join(''))).toEqual(sets);
  expect(readInputs([...formatInputs({ known: [], discovery: [] })].join(''))).toEqual({
    known: [],
    discovery: [],
  });
});

test('readInputs() refuses a table of other columns', () => {
  expect(() => readInputs('image_id,path\na,b\n')).toThrow(SyntaxError);
});
