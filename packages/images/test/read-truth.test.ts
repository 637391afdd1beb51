import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ImageRecord, matchTruth, NO_FACTS, readTruth } from '../src/index.js';
import { makeFolder, put } from './temporary-images.js';

const record = (path: string, file: string): ImageRecord => ({
  id: file,
  path,
  file,
  source: null,
  group: null,
  bytes: 1,
  width: 64,
  height: 64,
  format: 'png',
  facts: NO_FACTS,
  status: 'ok',
  reason: '',
  patch: null,
});

describe('matchTruth()', () => {
  test('matches by the path given, by the absolute path, and by the end of it', async () => {
    const folder = makeFolder();
    put(
      folder,
      'truth.csv',
      'path,source,group\ngiven.png,a,g\ndump/2.png,b,\nsub/3.png,c,\nunused.png,d,\n',
    );
    const truth = await readTruth('truth.csv', folder);
    const matched = matchTruth(truth, [
      record('given.png', '/elsewhere/x.png'),
      record('/any/thing', join(folder, 'dump/2.png')),
      record('images/sub/3.png', '/far/images/sub/3.png'),
      record('images/4.png', '/far/images/4.png'),
    ]);
    expect(matched).toEqual({
      sources: ['a', 'b', 'c', null],
      groups: ['g', null, null, null],
      matched: 3,
      unmatched: ['unused.png'],
    });
  });

  test('does not guess when the files of several records end alike, but patches of one file all match', async () => {
    const folder = makeFolder();
    put(folder, 'truth.csv', 'file_name,label\n1.png,a\n2.png,b\n');
    const truth = await readTruth('truth.csv', folder);
    const ambiguous = matchTruth(truth, [record('x/1.png', '/x/1.png'), record('y/1.png', '/y/1.png')]);
    expect(ambiguous).toMatchObject({ sources: [null, null], matched: 0, unmatched: ['1.png', '2.png'] });
    const patches = matchTruth(truth, [record('x/2.png', '/x/2.png'), record('x/2.png', '/x/2.png')]);
    expect(patches.sources).toEqual(['b', 'b']);
    const part = matchTruth(truth, [record('x/not1.png', '/x/not1.png')]);
    expect(part.matched).toBe(0);
  });

  test('reads names with commas, quotes, line breaks and a leading =', async () => {
    const folder = makeFolder();
    put(folder, 'truth.csv', 'path,source\n"a,b\n""c"".png",x\n=1.png,y\n');
    const truth = await readTruth('truth.csv', folder);
    expect(matchTruth(truth, [record('a,b\n"c".png', '/1'), record('=1.png', '/2')]).sources).toEqual([
      'x',
      'y',
    ]);
  });
});

test('readTruth() refuses a table without sources', async () => {
  const folder = makeFolder();
  put(folder, 'truth.csv', 'path,kind\n1.png,x\n');
  await expect(readTruth('truth.csv', folder)).rejects.toThrow('truth.csv: there must be a column "source"');
});
