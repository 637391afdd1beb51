import { describe, expect, test } from 'vitest';
import { createNames, safeName } from '../src/safe-name.js';

describe('safeName()', () => {
  test.each([
    ['discovered-03', 'discovered-03'],
    ['../../etc/passwd', 'etc-passwd'],
    ['..', ''],
    ['', ''],
    ['   ', ''],
    ['-rf', 'rf'],
    ['.hidden', 'hidden'],
    ['__cache', 'cache'],
    ['a/b\\c:d*e?"f<g>h|i', 'a-b-c-d-e-f-g-h-i'],
    ['ends with a dot.', 'ends-with-a-dot'],
    ['CON', 'CON-'],
    ['nul.txt', 'nul-.txt'],
    ['com1.tar.gz', 'com1-.tar.gz'],
    ['Com¹', 'Com¹-'],
    ['console', 'console'],
    ['a\u202eb\x00c\nd', 'a-b-c-d'],
    ['生成器 7', '生成器-7'],
    ['e\u0301', '\u00e9'],
  ])('%j becomes %j', (name, safe) => {
    expect(safeName(name)).toBe(safe);
  });

  test('is short enough for every file system', () => {
    expect(Buffer.byteLength(safeName('𝒜'.repeat(300)))).toBeLessThan(200);
    expect(safeName(`${'a'.repeat(47)}..b`)).toBe('a'.repeat(47));
  });
});

describe('createNames()', () => {
  test('gives no name twice, whatever its case, and numbers in the order of asking', () => {
    const give = createNames();
    const names = ['a', 'A', 'a', 'a_2', 'b', 'a'].map((stem) => give(stem, '.png'));
    expect(names).toEqual(['a.png', 'A_2.png', 'a_3.png', 'a_2_2.png', 'b.png', 'a_4.png']);
  });

  test('tells names with other endings apart', () => {
    const give = createNames();
    expect([give('a', '.png'), give('a', '.jpg')]).toEqual(['a.png', 'a.jpg']);
  });
});
