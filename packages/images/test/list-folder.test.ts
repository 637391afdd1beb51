import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { InputError, listDiscoveryImages, listKnownImages } from '../src/index.js';
import { makeFolder, put } from './temporary-images.js';

const paths = (listing: { entries: readonly { path: string }[] }) => listing.entries.map(({ path }) => path);

describe('a folder with one sub-folder a source', () => {
  test('gives each image at any depth the name of its sub-folder', async () => {
    const folder = makeFolder();
    for (const path of ['b/2.png', 'b/deep/er/1.JPG', 'a/x.webp']) put(folder, `known/${path}`, '');
    const listing = await listKnownImages('known', { baseDirectory: folder });
    expect(listing.entries).toEqual([
      { path: 'known/a/x.webp', file: join(folder, 'known/a/x.webp'), source: 'a', group: null, problem: '' },
      { path: 'known/b/2.png', file: join(folder, 'known/b/2.png'), source: 'b', group: null, problem: '' },
      {
        path: 'known/b/deep/er/1.JPG',
        file: join(folder, 'known/b/deep/er/1.JPG'),
        source: 'b',
        group: null,
        problem: '',
      },
    ]);
    expect(listing.labelSource).toBe('sub-folders');
    expect(listing.labelled).toBe(3);
    expect(listing.warnings).toEqual([]);
  });

  test('counts images beside the sub-folders, other files and empty sub-folders', async () => {
    const folder = makeFolder();
    for (const path of ['a/1.png', 'loose.png', 'a/notes.txt', '.hidden.png', '.git/x.png', 'a/.x.png'])
      put(folder, path, '');
    mkdirSync(join(folder, 'empty'));
    const listing = await listKnownImages(folder, { baseDirectory: '/' });
    expect(listing.labelled).toBe(1);
    expect(listing.entries).toHaveLength(2);
    expect(listing.unmatched.files).toEqual([`${folder}/loose.png`]);
    expect(listing.ignored).toEqual([`${folder}/a/notes.txt`]);
    expect(listing.warnings).toEqual([
      'the sub-folder "empty" holds no image and is no source',
      `1 file without a source: "${folder}/loose.png"`,
      `1 file ignored for an extension that is not an image's: "${folder}/a/notes.txt"`,
    ]);
  });

  test('is refused if it has no sub-folder, since no image has a source', async () => {
    const folder = makeFolder();
    put(folder, '1.png', '');
    await expect(listKnownImages(folder, { baseDirectory: '/' })).rejects.toThrow(
      /must say the source.*none of its 1 has one/,
    );
  });
});

describe('an unlabelled folder', () => {
  test('is listed in the byte order of the paths', async () => {
    const folder = makeFolder();
    for (const path of [
      'ä.png',
      'b.png',
      'B.png',
      'a/2.png',
      'a-1.png',
      '10.png',
      '9.png',
      '𝄞.png',
      '\uFF01.png',
    ])
      put(folder, path, '');
    const listing = await listDiscoveryImages('.', { baseDirectory: folder });
    // Bytes: '-' 2d < '/' 2f; 'ä' c3…; U+FF01 is ef… and U+1D11E is f0…, the other way round in UTF-16.
    expect(paths(listing)).toEqual(
      ['10.png', '9.png', 'B.png', 'a-1.png', 'a/2.png', 'b.png', 'ä.png', '\uFF01.png', '𝄞.png'].map(
        (path) => `./${path}`,
      ),
    );
    expect(listing.labelSource).toBe('none');
    expect(listing.labelled).toBe(0);
  });

  test('keeps names with commas, quotes, line breaks and a leading =', async () => {
    const folder = makeFolder();
    const names = ['=1+1.png', 'a"b.png', 'a,b.png', 'a\nb.png'];
    for (const name of names) put(folder, name, '');
    expect(paths(await listDiscoveryImages(`${folder}/`, { baseDirectory: '/' })).sort()).toEqual(
      names.map((name) => `${folder}/${name}`).sort(),
    );
  });

  test('gives a reason to names that are not UTF-8, and shows their bytes', async () => {
    const folder = makeFolder();
    const write = (name: string) =>
      writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name, 'latin1')]), '');
    try {
      write('caf\xe9\n.png');
      write('\xff.txt');
    } catch {
      return; // There are file systems that take no such name.
    }
    put(folder, 'fine \ufffd.png', '');
    const listing = await listDiscoveryImages('.', { baseDirectory: folder });
    const broken = 'its name is not valid UTF-8, so it cannot be opened; rename it';
    expect(listing.entries.map(({ path, problem }) => [path, problem])).toEqual([
      ['./caf\\xe9\\x0a.png', broken],
      ['./fine \ufffd.png', ''],
    ]);
    expect(listing.ignored).toEqual(['./\\xff.txt']);
  });

  test('gives a reason to every symbolic link it does not follow', async () => {
    const folder = makeFolder();
    const outside = put(makeFolder(), 'secret.png', '');
    put(folder, 'in/real.png', '');
    symlinkSync(join(folder, 'in/real.png'), join(folder, 'inside.png'));
    symlinkSync(outside, join(folder, 'outside.png'));
    symlinkSync('nowhere', join(folder, 'broken.png'));
    symlinkSync('loop.png', join(folder, 'loop.png'));
    symlinkSync('..', join(folder, 'in/up'));
    const listing = await listDiscoveryImages('.', { baseDirectory: folder });
    expect(Object.fromEntries(listing.entries.map(({ path, problem }) => [path, problem]))).toEqual({
      './broken.png': 'symbolic link that leads nowhere: no such file or folder (ENOENT)',
      './in/real.png': '',
      './in/up': 'symbolic link to a folder, not followed',
      './inside.png': '',
      './loop.png': 'symbolic link that leads nowhere: its symbolic links form a loop (ELOOP)',
      './outside.png': 'symbolic link out of the folder, not followed',
    });
  });

  test('that is empty, holds no image, or does not exist is an input error', async () => {
    const folder = makeFolder();
    const list = () => listDiscoveryImages('dump', { baseDirectory: folder });
    await expect(list()).rejects.toThrow(
      new InputError(
        `"dump" cannot be read: no such file or folder (ENOENT); it is looked for at ${folder}/dump`,
      ),
    );
    mkdirSync(join(folder, 'dump'));
    await expect(list()).rejects.toThrow(new InputError('"dump" holds no image'));
    put(folder, 'dump/a.txt', '');
    await expect(list()).rejects.toThrow(/"dump" holds no image \(1 file ignored .* "dump\/a\.txt"\)/);
    await expect(listDiscoveryImages('dump/a.txt/b', { baseDirectory: folder })).rejects.toThrow(
      /a part of its path is a file.*ENOTDIR/,
    );
  });
});

describe('a folder without permission', () => {
  // Permissions do not bind the superuser, so the listing runs in a process that has given its rights up.
  const listWithoutRights = (folder: string) => {
    const dropRights =
      process.getuid?.() === 0 ? 'process.setgroups([]); process.setgid(65534); process.setuid(65534);' : '';
    const script = `
      const { listDiscoveryImages } = await import(process.argv[1]);
      ${dropRights}
      try { console.log(JSON.stringify(await listDiscoveryImages(process.argv[2], { baseDirectory: '/' }))); }
      catch (error) { console.log(JSON.stringify({ name: error.name, message: error.message })); }`;
    const index = new URL('../src/list-images.ts', import.meta.url).href;
    const child = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', script, index, folder],
      {
        cwd: new URL('..', import.meta.url),
        env: { ...process.env, TSX_DISABLE_CACHE: '1' },
        encoding: 'utf8',
      },
    );
    expect(child.status, child.stderr).toBe(0);
    return JSON.parse(child.stdout);
  };

  test('is an input error with its path', () => {
    const folder = makeFolder();
    put(folder, 'a/1.png', '');
    chmodSync(folder, 0o000);
    try {
      expect(listWithoutRights(folder)).toEqual({
        name: 'InputError',
        message: `"${folder}": the folder cannot be read: permission denied (EACCES)`,
      });
    } finally {
      chmodSync(folder, 0o755);
    }
  });

  test('inside another has an entry with the reason, and the rest goes on', () => {
    const folder = makeFolder();
    put(folder, 'a/1.png', '');
    put(folder, 'b/1.png', '');
    chmodSync(folder, 0o755);
    chmodSync(join(folder, 'a'), 0o000);
    try {
      expect(listWithoutRights(folder).entries).toMatchObject([
        { path: `${folder}/a`, problem: 'the folder cannot be read: permission denied (EACCES)' },
        { path: `${folder}/b/1.png`, problem: '' },
      ]);
    } finally {
      chmodSync(join(folder, 'a'), 0o755);
    }
  });
});
