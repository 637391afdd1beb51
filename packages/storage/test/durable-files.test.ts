import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  digestOf,
  digestOfFile,
  digestOfLists,
  writeDurably,
  writeDurablyFrom,
} from '../src/durable-files.js';
import { makeFolder } from './temporary-folder.js';

test('writeDurably() makes the folder, replaces what was there, and leaves nothing beside the file', () => {
  const path = join(makeFolder(), 'deep/er/file.txt');
  writeDurably(path, 'first, and longer');
  writeDurably(path, Uint8Array.of(0xc3, 0xa4));
  expect(readFileSync(path, 'utf8')).toBe('ä');
  expect(readdirSync(join(path, '..'))).toEqual(['file.txt']);
});

test('writeDurably() writes over what an interrupted write left', () => {
  const folder = makeFolder();
  writeFileSync(join(folder, '.file.txt.tmp'), 'a part of something longer');
  writeDurably(join(folder, 'file.txt'), 'whole');
  expect(readFileSync(join(folder, 'file.txt'), 'utf8')).toBe('whole');
  expect(existsSync(join(folder, '.file.txt.tmp'))).toBe(false);
});

test('writeDurably() writes parts one after the other, bytes and text', () => {
  const path = join(makeFolder(), 'file.txt');
  writeDurably(path, [Uint8Array.of(0x61, 0x62), '', 'ä', new Uint8Array(0), Buffer.from('z')]);
  expect(readFileSync(path, 'utf8')).toBe('abäz');
  writeDurably(path, []);
  expect(readFileSync(path, 'utf8')).toBe('');
});

test('writeDurably() has written a part before it asks for the next', () => {
  const path = join(makeFolder(), 'file.bin');
  const reused = new Uint8Array(2);
  writeDurably(
    path,
    (function* () {
      for (let i = 1; i <= 3; i++) yield reused.fill(i);
    })(),
  );
  expect([...readFileSync(path)]).toEqual([1, 1, 2, 2, 3, 3]);
});

test('writeDurably() leaves the old file where a part cannot be made', () => {
  const path = join(makeFolder(), 'file.txt');
  writeDurably(path, 'old');
  const broken = function* () {
    yield 'new';
    throw new Error('no more');
  };
  expect(() => writeDurably(path, broken())).toThrow('no more');
  expect(readFileSync(path, 'utf8')).toBe('old');
});

test('digestOfLists() is the digest of the lists as JSON, also where they go in part by part', () => {
  const long = Array.from({ length: 60_000 }, (_, i) => `"image" ${i} of many`);
  for (const lists of [
    [],
    [[]],
    [[], ['a']],
    [
      ['ä', '\n'],
      [1, -2],
    ],
    [long, [7]],
  ]) {
    expect(digestOfLists(lists)).toBe(digestOf(JSON.stringify(lists)));
  }
  expect(digestOfLists([Int32Array.of(3, 4)])).toBe(digestOf('[[3,4]]'));
});

test('digestOf() is SHA-256, and a file that cannot be read has none', () => {
  // The digest of no bytes, from FIPS 180-4 test vectors, and of "abc".
  expect(digestOf('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(digestOf('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  const folder = makeFolder();
  writeFileSync(join(folder, 'abc'), 'abc');
  mkdirSync(join(folder, 'folder'));
  expect(digestOfFile(join(folder, 'abc'))).toBe(digestOf('abc'));
  expect(digestOfFile(join(folder, 'folder'))).toBeNull();
  expect(digestOfFile(join(folder, 'nothing'))).toBeNull();
});

test('writeDurablyFrom() has written a part before it asks for the next, and puts the file in place at the end', async () => {
  const folder = makeFolder();
  const path = join(folder, 'deep', 'file.txt');
  const seen: string[] = [];
  async function* parts() {
    yield 'ä';
    seen.push(readFileSync(join(folder, 'deep', '.file.txt.tmp'), 'utf8'));
    yield Uint8Array.of(0x62);
    seen.push(readFileSync(join(folder, 'deep', '.file.txt.tmp'), 'utf8'));
  }
  await writeDurablyFrom(path, parts());
  expect(seen).toEqual(['ä', 'äb']);
  expect(readFileSync(path, 'utf8')).toBe('äb');
  expect(readdirSync(join(folder, 'deep'))).toEqual(['file.txt']);
});

test('writeDurablyFrom() leaves the old file where its parts fail', async () => {
  const path = join(makeFolder(), 'file.txt');
  writeDurably(path, 'old');
  async function* parts() {
    yield 'new';
    throw new Error('no more');
  }
  await expect(writeDurablyFrom(path, parts())).rejects.toThrow('no more');
  expect(readFileSync(path, 'utf8')).toBe('old');
});
