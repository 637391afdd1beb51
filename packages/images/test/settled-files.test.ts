import { mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  createSettling,
  type FileState,
  type WatchOptions,
  watchSettledFiles,
} from '../src/settled-files.js';
import { makeFolder, put } from './temporary-images.js';

/** What happens between two looks at a folder. */
type Change = (folder: string) => void;

/** Watches a folder while each change is made after one look, until the last was looked at. */
async function follow(
  folder: string,
  changes: readonly Change[],
  options: Partial<WatchOptions> = {},
): Promise<string[][]> {
  const end = new AbortController();
  const looks: string[][] = [[]];
  let left = changes.length;
  const files = watchSettledFiles('.', {
    settleSeconds: 2,
    pollSeconds: 1,
    baseDirectory: folder,
    signal: end.signal,
    wait: async (seconds) => {
      expect(seconds).toBe(options.pollSeconds ?? 1);
      if (left === 0) return end.abort();
      changes[changes.length - left--]?.(folder);
      looks.push([]);
    },
    ...options,
  });
  for await (const paths of files) looks.at(-1)?.push(...paths);
  return looks;
}

const nothing: Change = () => {};
const write =
  (path: string, content: string, second: number): Change =>
  (folder) => {
    utimesSync(put(folder, path, content), second, second);
  };

describe('watchSettledFiles()', () => {
  test('hands a file over once, two looks after it was first seen as it is', async () => {
    const looks = await follow(makeFolder(), [write('a.png', 'x', 1), nothing, nothing, nothing, nothing]);
    expect(looks).toEqual([[], [], [], ['a.png'], [], []]);
  });

  test('waits while a file grows, or only its time changes, and takes several at once in the order of their names', async () => {
    const looks = await follow(makeFolder(), [
      write('b.png', 'x', 1),
      write('b.png', 'xx', 1),
      write('b.png', 'xx', 2),
      write('in/a.jpg', 'x', 1),
      nothing,
      write('a.PNG', 'x', 9),
      nothing,
      nothing,
    ]);
    expect(looks).toEqual([[], [], [], [], [], ['b.png'], ['in/a.jpg'], [], ['a.PNG']]);
    const both = await follow(makeFolder(), [
      (folder) => {
        for (const name of ['b.png', 'a.png']) write(name, 'x', 1)(folder);
      },
      nothing,
      nothing,
    ]);
    expect(both.at(-1)).toEqual(['a.png', 'b.png']);
  });

  test('hands a file over again once it has changed and settled, also if its time went back', async () => {
    const looks = await follow(makeFolder(), [
      write('a.png', 'x', 1000),
      nothing,
      nothing,
      write('a.png', 'y', 5),
      nothing,
      nothing,
      nothing,
    ]);
    expect(looks).toEqual([[], [], [], ['a.png'], [], [], ['a.png'], []]);
  });

  test('waits for empty, hidden and unfinished files, and does not take files of other kinds', async () => {
    const looks = await follow(makeFolder(), [
      (folder) => {
        write('empty.png', '', 1)(folder);
        for (const name of [
          'a.png.part',
          'b.png.crdownload',
          '.c.png',
          'd.tmp',
          'e.txt',
          'f.part/x.png',
          '.g/x.png',
        ])
          write(name, 'x', 1)(folder);
      },
      nothing,
      nothing,
      nothing,
      (folder) => {
        for (const [before, after] of [
          ['a.png.part', 'a.png'],
          ['.c.png', 'c.png'],
          ['f.part', 'f'],
        ] as const)
          renameSync(join(folder, before), join(folder, after));
      },
      nothing,
      nothing,
    ]);
    expect(looks.slice(0, -1).flat()).toEqual([]);
    expect(looks.at(-1)).toEqual(['a.png', 'c.png', 'f/x.png']);
  });

  test('forgets a file that vanishes; when it is back as it was it is not handed over a second time', async () => {
    const remove: Change = (folder) => rmSync(join(folder, 'a.png'));
    const looks = await follow(makeFolder(), [
      write('a.png', 'x', 1),
      nothing,
      remove,
      write('a.png', 'x', 1),
      nothing,
      nothing,
      remove,
      write('a.png', 'x', 1),
      nothing,
      nothing,
      nothing,
    ]);
    expect(looks.map((paths) => paths.length)).toEqual([0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]);
  });

  test('follows links inside the folder only', async () => {
    const outside = makeFolder();
    put(outside, 'secret.png', 'x');
    const looks = await follow(makeFolder(), [
      (folder) => {
        write('a.png', 'x', 1)(folder);
        symlinkSync(join(outside, 'secret.png'), join(folder, 'out.png'));
        symlinkSync(outside, join(folder, 'folder'));
        symlinkSync('.', join(folder, 'circle'));
        symlinkSync('a.png', join(folder, 'in.png'));
        symlinkSync('none.png', join(folder, 'none here.png'));
      },
      nothing,
      nothing,
    ]);
    expect(looks.flat()).toEqual(['a.png', 'in.png']);
  });

  test('leaves out what was taken in before, until it changes', async () => {
    const looks = await follow(
      makeFolder(),
      [write('a.png', 'x', 1), nothing, nothing, write('a.png', 'xx', 2), nothing, nothing, nothing],
      { isSeen: ({ path, size, changed }) => path === 'a.png' && size === 1 && changed === 1000 },
    );
    expect(looks).toEqual([[], [], [], [], [], [], ['a.png'], []]);
  });

  test('counts the looks that the time to settle takes, and needs one at least', async () => {
    const changes = [write('a.png', 'x', 1), nothing, nothing, nothing, nothing];
    const times = async (settleSeconds: number, pollSeconds: number) =>
      (await follow(makeFolder(), changes, { settleSeconds, pollSeconds })).findIndex(
        (paths) => paths.length > 0,
      );
    expect(await times(0, 1)).toBe(2);
    expect(await times(1, 10)).toBe(2);
    expect(await times(2.1, 1)).toBe(4);
    expect(await times(60, 20)).toBe(4);
  });

  test('goes on when the folder is away for a while, and says so', async () => {
    const root = makeFolder();
    const folder = join(root, 'share');
    mkdirSync(folder);
    writeFileSync(join(folder, 'a.png'), 'x');
    const problems: string[] = [];
    const looks = await follow(
      folder,
      [
        nothing,
        () => renameSync(folder, join(root, 'away')),
        () => renameSync(join(root, 'away'), folder),
        nothing,
        nothing,
      ],
      { onProblem: (problem) => problems.push(problem) },
    );
    expect(problems).toEqual([expect.stringContaining('ENOENT')]);
    expect(looks.flat()).toEqual(['a.png']);
  });

  test('refuses a folder that is not there, and times out of range', async () => {
    const first = watchSettledFiles('none', {
      settleSeconds: 1,
      pollSeconds: 1,
      baseDirectory: makeFolder(),
    }).next();
    await expect(first).rejects.toThrow(/"none": the folder cannot be read: no such file or folder/);
    for (const pollSeconds of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => watchSettledFiles('.', { settleSeconds: 1, pollSeconds })).toThrow(/pollSeconds must be/);
    }
    expect(() => watchSettledFiles('.', { settleSeconds: -1, pollSeconds: 1 })).toThrow(
      'watchSettledFiles: settleSeconds must be a finite number of at least 0, got -1',
    );
  });

  test('ends at once when it is stopped while it waits', async () => {
    const end = new AbortController();
    const files = watchSettledFiles(makeFolder(), {
      settleSeconds: 1,
      pollSeconds: 3600,
      signal: end.signal,
    });
    const next = files.next();
    end.abort();
    expect(await next).toEqual({ done: true, value: undefined });
  });
});

test('createSettling() keeps files apart, and leaves what it is given alone', () => {
  const settle = createSettling(1);
  const file = (path: string, size: number): FileState => Object.freeze({ path, size, changed: 0 });
  const first = Object.freeze([file('a', 1), file('b', 1)]);
  expect(settle(first)).toEqual([]);
  expect(settle(Object.freeze([file('a', 1), file('b', 2)]))).toEqual([file('a', 1)]);
  expect(settle(Object.freeze([file('a', 1), file('b', 2)]))).toEqual([file('b', 2)]);
  expect(settle([])).toEqual([]);
});
