import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { InputError } from '@ganscout/images';
import { beforeAll, expect, test } from 'vitest';
import { rememberPending } from '../src/adding/pending-add.js';
import { watchCase } from '../src/adding/watch-case.js';
import { bodyOf } from '../src/case-entry.js';
import { readCaseInputs } from '../src/case-records.js';
import { type CaseState, readCase } from '../src/case-state.js';
import { contextOf, copyRun, runOnImages } from './planted-case.js';
import { makeFolder } from './verify-folder.js';

let run: string;
beforeAll(async () => {
  run = await runOnImages();
});

/** What happens between two looks at the folder. */
type Change = () => void;
const nothing: Change = () => {};

/** Watches a folder while each change is made after one look, until the last was looked at; gives the names that each add took. */
async function follow(directory: string, folder: string, changes: readonly Change[]): Promise<string[][]> {
  const end = new AbortController();
  let left = changes.length;
  const request = {
    folder,
    retrain: 'never' as const,
    discoverFrom: 20,
    settleSeconds: 2,
    pollSeconds: 1,
    wait: async () => {
      if (left === 0) return end.abort();
      changes[changes.length - left--]?.();
    },
  };
  const taken: string[][] = [];
  for await (const { state, added } of watchCase(
    directory,
    request,
    contextOf(directory, { signal: end.signal }),
  ))
    taken.push(added === null ? [] : namesOf(state, added.entry));
  expect(end.signal.aborted).toBe(true);
  return taken;
}

/** Names of the inputs of an entry. */
function namesOf(state: CaseState, entry: number): string[] {
  const inputs = readCaseInputs(state).find((given) => given.entry === entry);
  return (inputs?.discovery ?? []).map(({ file }) => (file as string).split('/').at(-1) as string);
}

/** Puts an image of the later dump into a folder; changes of a file are told apart by its time. */
const put =
  (folder: string, name: string, second = 1): Change =>
  () => {
    copyFileSync(join(dirname(run), 'later', name), join(folder, name));
    utimesSync(join(folder, name), second, second);
  };

test('files are taken in as they arrive, each once, and a second watch takes none again', async () => {
  const directory = copyRun(run);
  const folder = makeFolder();
  put(folder, 'cross-000.png')();
  const changes = [
    nothing,
    nothing,
    put(folder, 'row-001.png'),
    put(folder, 'row-002.png'),
    nothing,
    nothing,
    nothing,
  ];
  expect(await follow(directory, folder, changes)).toEqual([
    ['cross-000.png'],
    ['row-001.png'],
    ['row-002.png'],
  ]);
  const state = readCase(directory);
  expect(state.ids).toHaveLength(52 + 3);
  expect(await follow(directory, folder, [nothing, nothing, nothing])).toEqual([]);
  const more = [put(folder, 'cross-003.png'), nothing, nothing, nothing];
  expect(await follow(directory, folder, more)).toEqual([['cross-003.png']]);
  expect(readCase(directory).ids).toHaveLength(56);
});

test('a file that still grows is waited for', async () => {
  const directory = copyRun(run);
  const folder = makeFolder();
  const bytes = readFileSync(join(dirname(run), 'later/cross-000.png'));
  const path = join(folder, 'cross-000.png');
  const write = (from: number, to: number) => () => {
    appendFileSync(path, bytes.subarray(from, to));
    utimesSync(path, to, to);
  };
  const half = Math.floor(bytes.length / 2);
  const grown = [write(0, 100), nothing, write(100, half), nothing, write(half, bytes.length), nothing];
  expect(await follow(directory, folder, grown)).toEqual([]);
  expect(await follow(directory, folder, [...Array(3).fill(nothing)])).toEqual([['cross-000.png']]);
  expect(readCaseInputs(readCase(directory)).at(-1)?.discovery).toMatchObject([{ status: 'ok' }]);
});

test('files in folders inside, with names that need care, are taken; what is no image is not', async () => {
  const directory = copyRun(run);
  const folder = makeFolder();
  mkdirSync(join(folder, 'deep'));
  copyFileSync(join(dirname(run), 'later/row-000.png'), join(folder, 'deep', 'a,"b"\n=1.png'));
  writeFileSync(join(folder, 'notes.txt'), 'no image');
  writeFileSync(join(folder, 'cross-001.png.part'), 'not whole');
  expect(await follow(directory, folder, [nothing, nothing])).toEqual([['a,"b"\n=1.png']]);
  expect(await follow(directory, folder, [nothing, nothing, nothing])).toEqual([]);
});

test('a broken file does not end the watch, and is not looked at again', async () => {
  const directory = copyRun(run);
  const folder = makeFolder();
  writeFileSync(join(folder, 'broken.png'), 'no image');
  const changes = [nothing, nothing, put(folder, 'row-001.png'), nothing, nothing, nothing];
  expect(await follow(directory, folder, changes)).toEqual([['broken.png'], ['row-001.png']]);
  expect(await follow(directory, folder, [nothing, nothing, nothing])).toEqual([]);
});

test('an add that was interrupted is gone on with first', async () => {
  const directory = copyRun(run);
  const folder = makeFolder();
  put(folder, 'cross-000.png')();
  const other = makeFolder();
  put(other, 'row-000.png')();
  rememberPending(directory, { locations: [other], retrain: 'never', discoverFrom: 20, entry: 2 });
  expect(await follow(directory, folder, [nothing, nothing])).toEqual([['row-000.png'], ['cross-000.png']]);
});

test('what arrived stays listed beside the case, with whole paths', async () => {
  const directory = copyRun(run);
  const folder = makeFolder();
  put(folder, 'cross-000.png')();
  await follow(directory, folder, [nothing, nothing]);
  const [location] = bodyOf(readCase(directory).entries[1] as never).locations as string[];
  expect(dirname(location as string)).toBe(join(directory, 'case/arrivals'));
  expect(readdirSync(join(directory, 'case/arrivals'))).toHaveLength(1);
  expect(readFileSync(location as string, 'utf8')).toBe(
    `${JSON.stringify({ file_name: join(folder, 'cross-000.png') })}\n`,
  );
});

test('a watch ends when it is aborted, while it waits or takes in; what it took in is gone on with', async () => {
  const directory = copyRun(run);
  const folder = makeFolder();
  put(folder, 'cross-000.png')();
  const end = new AbortController();
  const listener = () => end.abort(new Error('enough'));
  const request = { folder, retrain: 'never' as const, discoverFrom: 20, settleSeconds: 0, pollSeconds: 1 };
  const watched = watchCase(
    directory,
    { ...request, wait: async () => undefined },
    contextOf(directory, { signal: end.signal, listener }),
  );
  await expect(watched.next()).rejects.toThrow('enough');
  expect(readCase(directory).ids).toHaveLength(52);
  expect(await follow(directory, folder, [nothing, nothing])).toEqual([['cross-000.png']]);
});

test('a folder that is not there is refused', async () => {
  const directory = copyRun(run);
  const gone = join(makeFolder(), 'gone');
  await expect(follow(directory, gone, [nothing])).rejects.toThrow(InputError);
});
