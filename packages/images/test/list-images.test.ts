import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  InputError,
  type Listing,
  listDiscoveryImages,
  listGivenImages,
  listKnownImages,
} from '../src/index.js';
import { makeFolder, put } from './temporary-images.js';

const sources = (listing: { entries: readonly { path: string; source: string | null }[] }) =>
  listing.entries.map(({ path, source }) => [path, source]);

describe('a text file of paths', () => {
  test('is relative to its own folder; blank lines, comments, CRLF and a byte order mark are no paths', async () => {
    const folder = makeFolder();
    for (const path of ['lists/a b.png', 'c.png', 'lists/#x.png']) put(folder, path, '');
    const absolute = put(folder, 'd.png', '');
    put(folder, 'lists/dump.txt', `\uFEFF# comment\r\n\r\na b.png\r\n../c.png\r\n./#x.png\r\n${absolute}`);
    const listing = await listDiscoveryImages('lists/dump.txt', { baseDirectory: folder });
    expect(listing.entries.map(({ path, file, problem }) => [path, file, problem]).sort()).toEqual(
      [
        ['../c.png', join(folder, 'c.png'), ''],
        ['./#x.png', join(folder, 'lists/#x.png'), ''],
        [absolute, absolute, ''],
        ['a b.png', join(folder, 'lists/a b.png'), ''],
      ].sort(),
    );
    expect(listing.labelSource).toBe('none');
  });

  test('keeps a line without a file, with the reason, and follows links it names', async () => {
    const folder = makeFolder();
    symlinkSync(put(makeFolder(), 'x.png', ''), join(folder, 'link.png'));
    mkdirSync(join(folder, 'sub'));
    put(folder, 'dump.txt', 'gone.png\nsub\nlink.png\n');
    const listing = await listDiscoveryImages('dump.txt', { baseDirectory: folder });
    expect(listing.entries.map(({ path, problem }) => [path, problem])).toEqual([
      ['gone.png', 'named in dump.txt, but no such file or folder (ENOENT)'],
      ['link.png', ''],
      ['sub', 'named in dump.txt, but it is a folder, not a file'],
    ]);
    expect(listing.unmatched.rows).toEqual(['gone.png', 'sub']);
  });

  test('that names nothing, or is no text, is an input error', async () => {
    const folder = makeFolder();
    put(folder, 'empty.txt', '# nothing\n\n');
    put(folder, 'binary.txt', 'a\0b');
    await expect(listDiscoveryImages('empty.txt', { baseDirectory: folder })).rejects.toThrow(
      new InputError('"empty.txt" holds no image'),
    );
    await expect(listDiscoveryImages('binary.txt', { baseDirectory: folder })).rejects.toThrow(
      /must be a text file/,
    );
  });
});

test('listGivenImages() and a single image as location list what is given', async () => {
  const folder = makeFolder();
  put(folder, 'a.png', '');
  const entry = { path: 'a.png', file: join(folder, 'a.png'), source: null, group: null, problem: '' };
  expect((await listGivenImages(['a.png'], folder)).entries).toEqual([entry]);
  expect((await listDiscoveryImages('a.png', { baseDirectory: folder })).entries).toEqual([entry]);
  await expect(listGivenImages([], folder)).rejects.toThrow(InputError);
});

describe('an image folder with a table', () => {
  test('metadata.csv: the column source before label, groups kept, both kinds of mismatch counted', async () => {
    const folder = makeFolder();
    for (const path of ['x/1.png', 'x/2.png', 'y,z.png', 'no-row.png', 'readme.md']) put(folder, path, '');
    put(
      folder,
      'metadata.csv',
      'file_name,source,label,group\nx/1.png,gan,0,s1\n./x/2.png,real,1,\n"y,z.png",,1,s2\ngone.png,gan,0,s3\n',
    );
    const listing = await listKnownImages(folder, { baseDirectory: '/' });
    expect(listing.entries.map(({ path, source, group, problem }) => [path, source, group, problem])).toEqual(
      [
        ['./x/2.png', 'real', null, ''],
        ['gone.png', 'gan', 's3', 'named in metadata.csv, but no such file or folder (ENOENT)'],
        ['no-row.png', null, null, ''],
        ['x/1.png', 'gan', 's1', ''],
        ['y,z.png', null, 's2', ''],
      ],
    );
    expect(listing.labelSource).toBe('metadata.csv, column "source"');
    expect(listing.labelled).toBe(3);
    expect(listing.unmatched).toEqual({ files: ['no-row.png', 'y,z.png'], rows: ['gone.png'] });
    expect(listing.ignored).toEqual(['readme.md']);
  });

  test('metadata.jsonl: the column label, or the one asked for', async () => {
    const folder = makeFolder();
    put(folder, '1.png', '');
    put(folder, 'metadata.jsonl', '{"file_name": "1.png", "label": 3, "model": "sd", "extra": {"a": 1}}\n\n');
    const byDefault = await listKnownImages(folder, { baseDirectory: '/' });
    expect(sources(byDefault)).toEqual([['1.png', '3']]);
    expect(byDefault.labelSource).toBe('metadata.jsonl, column "label"');
    const asked = await listKnownImages(folder, { baseDirectory: '/', labelColumn: 'model' });
    expect(sources(asked)).toEqual([['1.png', 'sd']]);
  });

  test('manifest.csv is read like metadata.csv', async () => {
    const folder = makeFolder();
    put(folder, 'a/1.png', '');
    put(
      folder,
      'manifest.csv',
      'file_name,source,kind,domain,group,width,height\na/1.png,a,gan,pizza,7,64,64\n',
    );
    const [entry] = (await listDiscoveryImages(folder, { baseDirectory: '/' })).entries;
    expect(entry).toMatchObject({ path: 'a/1.png', file: join(folder, 'a/1.png'), source: 'a', group: '7' });
  });

  test('a table as location lists its rows only', async () => {
    const folder = makeFolder();
    put(folder, '1.png', '');
    put(folder, 'other.png', '');
    put(folder, 'part.csv', 'path,source\n1.png,a\n');
    const listing = await listKnownImages('part.csv', { baseDirectory: folder });
    expect(sources(listing)).toEqual([['1.png', 'a']]);
    expect(listing.warnings).toEqual([]);
  });

  test('a link out of the folder is not followed though a row names it', async () => {
    const folder = makeFolder();
    symlinkSync(put(makeFolder(), 'x.png', ''), join(folder, 'link.png'));
    put(folder, 'metadata.csv', 'file_name,source\nlink.png,a\n');
    const listing = await listKnownImages(folder, { baseDirectory: '/' });
    expect(listing.entries[0]?.problem).toBe('symbolic link out of the folder, not followed');
    expect(listing.unmatched.rows).toEqual([]);
  });

  test('a row that leads out of the folder is not followed, unless the table itself is the location', async () => {
    const folder = makeFolder();
    const outside = put(folder, 'outside/secret.png', '');
    put(folder, 'dump/a.png', '');
    symlinkSync('../outside', join(folder, 'dump', 'linked'));
    const rows = ['a.png', './a.png', '../outside/secret.png', outside, 'linked/secret.png', '../dump/a.png'];
    const isFollowed = (listing: Listing) =>
      rows.map((row) => listing.entries.find(({ path }) => path === row)?.problem === '');
    const asked = { baseDirectory: folder };
    put(folder, 'dump/metadata.csv', `file_name,source\n${rows.map((row) => `${row},s\n`).join('')}`);
    expect(isFollowed(await listKnownImages('dump', asked))).toEqual([true, true, false, false, false, true]);
    expect(isFollowed(await listKnownImages('dump/metadata.csv', asked))).toEqual(rows.map(() => true));
  });

  test('a table that is a link out of the folder is not read, and one inside is', async () => {
    const folder = makeFolder();
    put(folder, 'outside.csv', 'file_name,source\na.png,x\n');
    put(folder, 'dump/a.png', '');
    symlinkSync('../outside.csv', join(folder, 'dump', 'metadata.csv'));
    symlinkSync('/dev/zero', join(folder, 'dump', 'metadata.jsonl'));
    expect(sources(await listDiscoveryImages('dump', { baseDirectory: folder }))).toEqual([
      ['dump/a.png', null],
    ]);
    put(folder, 'dump/in/table', 'file_name,source\na.png,x\n');
    symlinkSync('in/table', join(folder, 'dump', 'manifest.csv'));
    expect(sources(await listDiscoveryImages('dump', { baseDirectory: folder }))).toEqual([['a.png', 'x']]);
  });

  test('a table that breaks a rule is an input error that names the place', async () => {
    const folder = makeFolder();
    const list = (text: string, name: string, labelColumn?: string) => {
      put(folder, name, text);
      return listKnownImages(name, { baseDirectory: folder, labelColumn });
    };
    await expect(list('name,source\n1.png,a\n', 'a.csv')).rejects.toThrow(
      new InputError('a.csv: there must be a column "file_name", the columns are name, source'),
    );
    await expect(list('path,source\n1.png,a\n', 'a.csv', 'model')).rejects.toThrow(/a column "model"/);
    await expect(list('path,source\n1.png\n', 'a.csv')).rejects.toThrow(/^a\.csv: CSV line 2: /);
    await expect(list('path,source\n,a\n', 'a.csv')).rejects.toThrow(
      /row 1 must have a value in the column "path"/,
    );
    await expect(list('{"file_name": "1.png"}\n{oops\n', 'a.jsonl')).rejects.toThrow(/^a\.jsonl:2: /);
    await expect(list('[1]\n', 'a.jsonl')).rejects.toThrow(/^a\.jsonl:1: a line must be a JSON object/);
  });
});

describe('annotation lines', () => {
  test('index the class list, given or in a file', async () => {
    const folder = makeFolder();
    for (const path of ['img/1.png', 'img/a\tb.png']) put(folder, path, '');
    put(folder, 'img/train.txt', '1.png\t1\r\na\tb.png\t0\r\n');
    put(folder, 'classes.txt', 'real\r\nstylegan\r\n');
    const expected = [
      ['1.png', 'stylegan'],
      ['a\tb.png', 'real'],
    ];
    const fromFile = await listKnownImages('img/train.txt', {
      baseDirectory: folder,
      classes: 'classes.txt',
    });
    expect(sources(fromFile)).toEqual(expected);
    expect(fromFile.labelSource).toBe('annotation lines with a list of 2 classes');
    expect(fromFile.labelled).toBe(2);
    const given = await listDiscoveryImages('img/train.txt', {
      baseDirectory: folder,
      classes: ['real', 'stylegan'],
    });
    expect(sources(given)).toEqual(expected);
  });

  test('without a class list are unlabelled for discovery and refused as known', async () => {
    const folder = makeFolder();
    put(folder, '1.png', '');
    put(folder, 'a.txt', '1.png\t4\n');
    const listing = await listDiscoveryImages('a.txt', { baseDirectory: folder });
    expect(sources(listing)).toEqual([['1.png', null]]);
    expect(listing.warnings).toEqual(['the labels of "a.txt" are not used, because no class list is given']);
    await expect(listKnownImages('a.txt', { baseDirectory: folder })).rejects.toThrow(/need a class list/);
  });

  test('that break a rule are an input error that names the line', async () => {
    const folder = makeFolder();
    put(folder, '1.png', '');
    const list = (text: string, classes: string | string[]) => {
      put(folder, 'a.txt', text);
      return listKnownImages('a.txt', { baseDirectory: folder, classes });
    };
    await expect(list('1.png\t0\n\n1.png\t2\n', ['x', 'y'])).rejects.toThrow(
      new InputError('a.txt:3: the label must be in [0, 2), the length of the class list, got 2'),
    );
    await expect(list('1.png\t-1\n', ['x'])).rejects.toThrow(/got -1/);
    await expect(list('1.png 0\n', ['x'])).rejects.toThrow(
      /a\.txt:1: a line must be a path, a tabulator and an integer/,
    );
    await expect(list('1.png\t0\n', ['x', 'x'])).rejects.toThrow(/labels 0 and 1 are both "x"/);
    put(folder, 'c.txt', 'x\n\ny\n');
    await expect(list('1.png\t0\n', 'c.txt')).rejects.toThrow(
      /c\.txt: the name of label 1 must not be empty/,
    );
    await expect(list('1.png\t0\n', 'gone.txt')).rejects.toThrow(/"gone\.txt" cannot be read: no such file/);
  });
});
