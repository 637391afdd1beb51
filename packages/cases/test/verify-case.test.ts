import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { digestOf } from '@ganscout/storage';
import { describe, expect, test } from 'vitest';
import { verifyCase } from '../src/verification/verify-case.js';
import {
  inputsTable,
  makeFolder,
  plantCase,
  plantRun,
  stageFiles,
  vouch,
  writeFiles,
} from './verify-folder.js';

const verify = (directory: string, { checkInputs = true } = {}) =>
  verifyCase(directory, { checkInputs, onProgress() {}, signal: new AbortController().signal });

/** What verifying finds, as `path what`. */
async function differencesIn(directory: string): Promise<string[]> {
  return (await verify(directory)).differences.map(({ path, what }) => `${path} ${what}`);
}

/** Digest and time of every file below a folder. */
function stampsOf(folder: string): string {
  const stamps = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((path) => {
      const { mtimeNs, isFile } = statSync(join(folder, path), { bigint: true });
      return `${path} ${mtimeNs} ${isFile}`;
    });
  return createHash('sha256').update(stamps.join('\n')).digest('hex');
}

describe('a whole case', () => {
  test('has no difference and no note, and every file of it is read', async () => {
    const { directory } = plantCase(makeFolder());
    const progress: number[] = [];
    const verification = await verifyCase(directory, {
      checkInputs: true,
      onProgress: ({ done, total }) => progress.push(done / total),
      signal: new AbortController().signal,
    });
    expect(verification).toMatchObject({ directory, isOpened: true, entries: 3, differences: [], inputs: 3 });
    expect(verification.notes).toEqual([
      'inputs.csv: 1 of 4 inputs have no digest, as they could not be read or are features from elsewhere',
    ]);
    // Five tables, 2 + 2 files of entries, configuration of the second generation, 2 + 1 + 1 of stages, 3 inputs.
    expect(verification.files).toBe(5 + 4 + 1 + 4 + 3);
    expect(progress.at(-1)).toBe(1);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
  });

  test('is not written to', async () => {
    const folder = makeFolder();
    const { directory } = plantCase(folder);
    const before = stampsOf(folder);
    await verify(directory);
    appendFileSync(join(directory, 'audit.jsonl'), '{"torn');
    const torn = stampsOf(folder);
    expect(torn).not.toBe(before);
    await verify(directory);
    expect(stampsOf(folder)).toBe(torn);
  });

  test('is verified without its inputs where they are elsewhere', async () => {
    const folder = makeFolder();
    const { directory } = plantCase(folder);
    rmSync(join(folder, 'dump'), { recursive: true });
    expect(await verify(directory, { checkInputs: false })).toMatchObject({ differences: [], inputs: null });
  });
});

describe('damage', () => {
  test.each([
    ['a byte more', (path: string) => appendFileSync(path, 'x\n')],
    ['no byte left', (path: string) => truncateSync(path, 0)],
    ['a flipped bit', flipBit],
    ['the file gone', (path: string) => rmSync(path)],
  ])('of each file in turn, %s, is named first, and nothing else is', async (_, damage) => {
    const folder = makeFolder();
    const { directory, inputs } = plantCase(folder);
    const untold = ['metrics.jsonl', 'timings.json'];
    const own = readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !untold.includes(entry.name))
      .map(({ parentPath, name }) => join(parentPath, name));
    expect(own.length).toBe(5 + 4 + 1 + 4 + 3 + 2);
    for (const path of [...own, ...inputs]) {
      const before = readFileSync(path);
      damage(path);
      const [first, ...others] = (await verify(directory)).differences;
      const told = path.startsWith(directory) ? path.slice(directory.length + 1) : path;
      if (told.endsWith('/stage.json') && existsSync(path) && isManifest(path)) {
        // Where a stage's manifest stays readable, what differs is what it names.
        expect(first?.path.startsWith(told.slice(0, -'stage.json'.length))).toBe(true);
      } else if (told === 'audit.head.json' && !existsSync(path)) {
        expect(first?.path).toBe('audit.head.json');
      } else {
        expect(first?.path).toBe(told);
      }
      // A damaged table or log no longer names what it should.
      if (!/\.csv$|^audit/.test(told)) expect(others).toEqual([]);
      writeFileSync(path, before);
    }
    expect(await differencesIn(directory)).toEqual([]);
  });

  test('is told in the order of log, entries, stages and inputs', async () => {
    const { directory, inputs } = plantCase(makeFolder());
    for (const path of [
      inputs[2],
      inputs[0],
      join(directory, 'round-01/ood/score.npy'),
      join(directory, 'case/0002/labels.npy'),
      join(directory, 'summary.json'),
    ]) {
      writeFileSync(path as string, 'other');
    }
    const { differences } = await verify(directory);
    expect(differences.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      'file summary.json',
      'file case/0002/labels.npy',
      'stage round-01/ood/score.npy',
      `input ${inputs[0]}`,
      `input ${inputs[2]}`,
    ]);
    expect(differences[1]?.what).toBe(
      `was changed: expected SHA-256 ${digestOf('two')}, found ${digestOf('other')}; entry 2 names it`,
    );
  });

  test('of the log leaves the entries before it to be checked', async () => {
    const { directory } = plantCase(makeFolder());
    const path = join(directory, 'audit.jsonl');
    writeFileSync(path, readFileSync(path, 'utf8').replace(/"generation":2/, '"generation":3'));
    writeFileSync(join(directory, 'case/0001/labels.npy'), 'other');
    const { differences, entries, notes } = await verify(directory);
    expect(entries).toBe(2);
    expect(differences[0]).toMatchObject({ kind: 'chain', path: 'audit.jsonl' });
    expect(differences[0]?.what).toMatch(/^is damaged in line 3: expected the hash /);
    expect(differences[1]?.path).toBe('case/0001/labels.npy');
    expect(notes).toContain('entries from line 3 of audit.jsonl on were not checked');
  });

  test('of the head, lines cut off, and a removed log are told', async () => {
    const { directory } = plantCase(makeFolder());
    const path = join(directory, 'audit.jsonl');
    const lines = readFileSync(path, 'utf8').split(/(?<=\n)/);
    writeFileSync(path, lines.slice(0, 2).join(''));
    expect((await differencesIn(directory))[0]).toMatch(
      /^audit\.jsonl is damaged in line 3: expected entry 3 of the 3/,
    );
    rmSync(path);
    expect((await verify(directory)).isOpened).toBe(true);
    expect((await differencesIn(directory))[0]).toMatch(/^audit\.jsonl is damaged in line 1/);
    writeFileSync(path, lines.join(''));
    writeFileSync(join(directory, 'audit.head.json'), '{}\n');
    expect((await verify(directory)).differences).toMatchObject([{ kind: 'head', path: 'audit.head.json' }]);
  });

  test('of a path that leaves the case, and of a folder in the place of a file, is told without reading it', async () => {
    const { directory } = plantCase(makeFolder());
    vouch(directory, { '../outside': 'x', '/etc/hostname': 'x', 'round-01': 'x' });
    expect(await differencesIn(directory)).toEqual([
      '../outside lies outside of the case; entry 4 names it',
      '/etc/hostname lies outside of the case; entry 4 names it',
      'round-01 is no regular file; entry 4 names it',
    ]);
  });

  test('of files that an entry names as inputs, such as features, is told', async () => {
    const folder = makeFolder();
    const { directory } = plantCase(folder);
    const path = join(folder, 'x.npy');
    writeFiles(folder, { 'x.npy': 'features' });
    vouch(directory, {}, { inputFiles: { [path]: digestOf('features') } });
    expect(await verify(directory)).toMatchObject({ differences: [], inputs: 4 });
    appendFileSync(path, '.');
    expect((await differencesIn(directory))[0]).toContain(`${path} was changed`);
  });
});

function flipBit(path: string): void {
  const bytes = readFileSync(path);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] as number) ^ 1;
  writeFileSync(path, bytes);
}

function isManifest(path: string): boolean {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).outputs !== undefined;
  } catch {
    return false;
  }
}

describe('a run that was never opened as a case', () => {
  const unopened = 'the run was never opened as a case: nothing vouches for its tables';

  test('has its stages and inputs verified', async () => {
    const { directory, inputs } = plantRun(makeFolder());
    expect(await verify(directory)).toMatchObject({
      isOpened: false,
      entries: 0,
      differences: [],
      files: 4 - 1 + 2,
    });
    writeFileSync(inputs[1] as string, 'other');
    writeFileSync(join(directory, 'round-01/ood/score.npy'), 'other');
    rmSync(join(directory, 'round-02/attribute/stage.json'));
    const { differences, notes } = await verify(directory);
    expect(differences.map(({ path }) => path)).toEqual([
      'round-01/ood/score.npy',
      'round-02/attribute/stage.json',
      inputs[1],
    ]);
    expect(notes).toContain(unopened);
  });

  test('may be unfinished', async () => {
    const { directory } = plantRun(makeFolder());
    for (const name of ['summary.json', 'inputs.csv']) rmSync(join(directory, name));
    writeFiles(directory, { 'round-02/.ood-0123/labels.npy': 'part', 'run.lock': '{}' });
    expect(await verify(directory)).toMatchObject({
      differences: [],
      notes: [
        unopened,
        'inputs.csv is not there: its inputs were not checked',
        'the run has not come to its end; "ganscout run --resume" finishes it',
        'a lock is there: another process is writing, or was stopped while it did',
        'nothing names round-02/.ood-0123/: it is left over, and not used',
      ],
    });
  });

  test('of which the inputs cannot be read as a table, or have no digests, is told', async () => {
    const { directory } = plantRun(makeFolder());
    writeFileSync(join(directory, 'inputs.csv'), 'image_id,file,bytes\na,b\n');
    expect((await differencesIn(directory))[0]).toMatch(/^inputs\.csv cannot be read as a table: CSV line 2/);
    writeFileSync(join(directory, 'inputs.csv'), 'image_id,path\na,b\n');
    expect((await verify(directory)).notes).toContain(
      'inputs.csv has no columns image_id, file and bytes: its inputs were not checked',
    );
    const imported = [digestOf('an image elsewhere'), '/x.npy', '0'];
    writeFileSync(join(directory, 'inputs.csv'), inputsTable({}, [imported]));
    expect(await verify(directory)).toMatchObject({ differences: [], inputs: 0 });
  });

  test('is not there: what holds no run is refused', async () => {
    await expect(verify(makeFolder())).rejects.toThrow(
      /holds no run; name the directory that "ganscout run" wrote/,
    );
  });
});

test('what interrupted commands leave is told in notes, and is no damage', async () => {
  const { directory } = plantCase(makeFolder());
  writeFiles(directory, {
    'case/pending.json': '{}',
    'case/described/0123/round-01/describe/stage.json': '{}',
    'case/0004/labels.npy': 'never recorded',
    'case/0001/.ids.json.tmp': '[',
    ...stageFiles('case/generation-03/round-01/ood', { 'labels.npy': 'x' }),
    'case/generation-03/round-01/ood/labels.npy': 'changed, but never recorded',
  });
  appendFileSync(join(directory, 'audit.jsonl'), '{"number":4');
  const { differences, notes } = await verify(directory);
  expect(differences).toEqual([]);
  expect(notes.slice(0, 1)).toEqual([
    'audit.jsonl ends with 11 characters of an entry that was never recorded; the next command that writes removes them',
  ]);
  expect(notes.slice(2)).toEqual([
    `an add has not come to its end; "ganscout add ${directory} --resume" finishes it`,
    'nothing names case/0001/.ids.json.tmp: it is left over, and not used',
    'nothing names case/0004/: it is left over, and not used',
  ]);
  rmSync(join(directory, 'case/pending.json'));
  expect((await verify(directory)).notes.slice(3)).toEqual([
    'nothing names case/0004/: it is left over, and not used',
    'nothing names case/described/: it is left over, and not used',
    'nothing names case/generation-03/: it is left over, and not used',
  ]);
});

test('verifying stops when it is told to', async () => {
  const { directory } = plantCase(makeFolder());
  const signal = AbortSignal.abort(new Error('stopped'));
  await expect(verifyCase(directory, { checkInputs: true, onProgress() {}, signal })).rejects.toThrow(
    'stopped',
  );
});
