import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestOf, digestOfFile, writeDurably } from '../src/durable-files.js';
import { makeFolder } from './run-folder.js';

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
