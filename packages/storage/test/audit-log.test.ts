import { appendFileSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AUDIT_FILES, AuditDamageError, appendAuditEntry, readAuditLog } from '../src/audit-log.js';
import { digestOf } from '../src/durable-files.js';
import { makeFolder } from './temporary-folder.js';

const logOf = (directory: string) => join(directory, AUDIT_FILES.log);
const headOf = (directory: string) => join(directory, AUDIT_FILES.head);
const DIGEST = digestOf('a file');

/** A folder with a log of some entries. */
function makeLog(count: number): string {
  const directory = makeFolder();
  for (let i = 1; i <= count; i++) append(directory, `entry ${i}`);
  return directory;
}

function append(directory: string, text: string, time = '2020-02-02T02:02:02.000Z') {
  return appendAuditEntry(directory, { time, kind: 'noted', body: { text }, files: { 'case/a': DIGEST } });
}

/** The damage that reading finds, and that a writer finds too; fails if there is none. */
function damageIn(directory: string): AuditDamageError {
  const before = readFileSync(logOf(directory));
  const [found, foundByWriter] = [() => readAuditLog(directory), () => append(directory, 'next')].map(
    (act) => {
      try {
        act();
      } catch (error) {
        if (error instanceof AuditDamageError) return error;
        throw error;
      }
      throw new Error('no damage was found');
    },
  ) as [AuditDamageError, AuditDamageError];
  expect(foundByWriter.message).toBe(found.message);
  expect(readFileSync(logOf(directory)).equals(before)).toBe(true);
  return found;
}

describe('a whole log', () => {
  test('has no entries before the first is appended', () => {
    expect(readAuditLog(makeFolder())).toEqual({ entries: [], torn: null });
    expect(readAuditLog(join(makeFolder(), 'not/there'))).toEqual({ entries: [], torn: null });
  });

  test('gives back what was appended, each entry with the hash of the one before', () => {
    const directory = join(makeFolder(), 'not/yet/there');
    const first = append(directory, 'one line\nof two, and "hash":"0"}');
    const second = append(directory, 'ä \ud800');
    expect(readAuditLog(directory)).toEqual({ entries: [first, second], torn: null });
    expect(first).toMatchObject({ number: 1, previous: '', kind: 'noted', files: { 'case/a': DIGEST } });
    expect(second).toMatchObject({ number: 2, previous: first.hash, body: { text: 'ä \ud800' } });
    expect(JSON.parse(readFileSync(headOf(directory), 'utf8'))).toEqual({ number: 2, hash: second.hash });
  });

  test('has lines whose hash is the SHA-256 of the line without it', () => {
    const directory = makeLog(1);
    // The text that the format asks for, written out by hand.
    const text =
      '{"number":1,"previous":"","time":"2020-02-02T02:02:02.000Z","kind":"noted","body":{"text":"entry 1"},' +
      `"files":{"case/a":"${DIGEST}"}}`;
    const line = `${text.slice(0, -1)},"hash":"${digestOf(text)}"}\n`;
    expect(readFileSync(logOf(directory), 'utf8')).toBe(line);
  });

  test('is ordered by number: a clock that goes backwards changes nothing', () => {
    const directory = makeFolder();
    for (const time of ['2030-01-01', '1999-12-31', '2030-01-01']) append(directory, time, time);
    expect(readAuditLog(directory).entries.map(({ number, time }) => `${number} ${time}`)).toEqual([
      '1 2030-01-01',
      '2 1999-12-31',
      '3 2030-01-01',
    ]);
  });

  test('has the paths of files in order, whatever order they are given in', () => {
    const files = [
      { b: DIGEST, a: DIGEST },
      { a: DIGEST, b: DIGEST },
    ].map((given) => {
      const directory = makeFolder();
      appendAuditEntry(directory, { time: '2020-01-01', kind: 'noted', body: null, files: given });
      return readFileSync(logOf(directory), 'utf8');
    });
    expect(files[0]).toBe(files[1]);
  });
});

test('what no entry may hold is refused, and nothing is written', () => {
  const directory = makeFolder();
  const entry = { time: '2020-01-01', kind: 'noted', body: {}, files: {} };
  expect(() => appendAuditEntry(directory, { ...entry, kind: '' })).toThrow('kind must not be empty');
  expect(() => appendAuditEntry(directory, { ...entry, time: 'noon' })).toThrow(
    'time must be a date, got "noon"',
  );
  expect(() => appendAuditEntry(directory, { ...entry, body: undefined })).toThrow(TypeError);
  expect(() => appendAuditEntry(directory, { ...entry, files: { a: 'abc' } })).toThrow(
    'files["a"] must be a SHA-256 of 64 digits, got "abc"',
  );
  expect(existsSync(logOf(directory))).toBe(false);
});

describe('damage', () => {
  test('of any single bit is named with its line', () => {
    const directory = makeLog(2);
    const whole = readFileSync(logOf(directory));
    const flipped = Buffer.from(whole);
    const missed: string[] = [];
    let line = 1;
    for (const [i, byte] of whole.entries()) {
      for (let bit = 0; bit < 8; bit++) {
        flipped[i] = byte ^ (1 << bit);
        writeFileSync(logOf(directory), flipped);
        const found = damageFoundBy(() => readAuditLog(directory));
        if (found?.line !== line || found.file !== logOf(directory)) missed.push(`bit ${bit} of byte ${i}`);
      }
      flipped[i] = byte;
      if (byte === 0x0a) line += 1;
    }
    expect(line).toBe(3);
    expect(missed).toEqual([]);
  });

  test('of any single bit of the head is named', () => {
    const directory = makeLog(12);
    const whole = readFileSync(headOf(directory));
    const missed: string[] = [];
    for (let i = 0; i < 8 * whole.length; i++) {
      const flipped = Buffer.from(whole);
      flipped[i >> 3] = (flipped[i >> 3] as number) ^ (1 << (i & 7));
      writeFileSync(headOf(directory), flipped);
      if (damageFoundBy(() => readAuditLog(directory)) === null) missed.push(`bit ${i}`);
    }
    expect(missed).toEqual([]);
  });

  test.each([
    ['removed first', [1, 2, 3], 1, 'expected entry 1, found entry 2'],
    ['removed', [0, 2, 3], 2, 'expected entry 2, found entry 3'],
    ['reordered', [0, 2, 1, 3], 2, 'expected entry 2, found entry 3'],
    ['duplicated', [0, 1, 1, 2, 3], 3, 'expected entry 3, found entry 2'],
    ['duplicated last', [0, 1, 2, 3, 3], 5, 'expected entry 5, found entry 4'],
    [
      'cut off',
      [0, 1, 2],
      4,
      'expected entry 4 of the 4 that audit.head.json counts, found the end of the file',
    ],
    ['cut off, all but one', [0], 2, 'expected entry 2 of the 4 that audit.head.json counts'],
    ['cut off, all', [], 1, 'expected entry 1 of the 4 that audit.head.json counts'],
  ])('of lines that were %s is named with the first line', (_, order, line, what) => {
    const directory = makeLog(4);
    const lines = readFileSync(logOf(directory), 'utf8').split(/(?<=\n)/);
    writeFileSync(logOf(directory), order.map((i) => lines[i]).join(''));
    const found = damageIn(directory);
    expect(found.line).toBe(line);
    expect(found.what).toContain(what);
    expect(found.message).toContain(`${logOf(directory)}, line ${line}: ${what}`);
  });

  test('of an empty line, of a line of another log, and of a missing file is named', () => {
    const directory = makeLog(2);
    const [first, second] = readFileSync(logOf(directory), 'utf8').split(/(?<=\n)/) as [string, string];
    writeFileSync(logOf(directory), `${first}\n${second}`);
    expect(damageIn(directory).line).toBe(2);
    const other = makeFolder();
    append(other, 'another first entry');
    append(other, 'entry 2');
    const strange = readFileSync(logOf(other), 'utf8').split(/(?<=\n)/)[1];
    writeFileSync(logOf(directory), `${first}${strange}`);
    expect(damageIn(directory).what).toMatch(/^expected the entry after [0-9a-f]{64}, found the one after /);
    rmSync(logOf(directory));
    expect(damageFoundBy(() => readAuditLog(directory))?.line).toBe(1);
  });
});

function damageFoundBy(read: () => unknown): AuditDamageError | null {
  try {
    read();
    return null;
  } catch (error) {
    if (error instanceof AuditDamageError) return error;
    throw error;
  }
}

describe('what a killed writer leaves', () => {
  test('a torn tail is ignored by readers and cut off by the next writer, wherever it was torn', () => {
    const directory = makeLog(2);
    const [before, head] = [readFileSync(logOf(directory)), readFileSync(headOf(directory))];
    const third = append(directory, 'entry 3');
    const whole = readFileSync(logOf(directory));
    for (let length = before.length + 1; length < whole.length; length++) {
      writeFileSync(logOf(directory), whole.subarray(0, length));
      writeFileSync(headOf(directory), head);
      const { entries, torn } = readAuditLog(directory);
      expect(entries.length).toBe(2);
      expect(torn).toBe(whole.toString('utf8', before.length, length));
      expect(append(directory, 'entry 3')).toEqual(third);
      expect(readFileSync(logOf(directory)).equals(whole)).toBe(true);
    }
  });

  test('a head one entry behind is fine, and is brought up before the next entry', () => {
    const directory = makeFolder();
    append(directory, 'entry 1');
    rmSync(headOf(directory));
    expect(readAuditLog(directory).entries.length).toBe(1);
    const head = () => readFileSync(headOf(directory), 'utf8');
    append(directory, 'entry 2');
    const ofTwo = head();
    append(directory, 'entry 3');
    writeFileSync(headOf(directory), ofTwo);
    expect(readAuditLog(directory).entries.length).toBe(3);
    const fourth = append(directory, 'entry 4');
    expect(JSON.parse(head())).toEqual({ number: 4, hash: fourth.hash });
    writeFileSync(headOf(directory), ofTwo);
    expect(damageIn(directory).message).toContain('audit.head.json, line 1: expected the hash of entry 4');
  });

  test('a head that is missing after two entries, or unreadable, is damage', () => {
    const directory = makeLog(2);
    rmSync(headOf(directory));
    expect(damageIn(directory).file).toBe(headOf(directory));
    writeFileSync(headOf(directory), '{"number":2');
    expect(damageIn(directory).what).toContain('found "{\\"number\\":2"');
  });
});

test('appending keeps what stands before, byte by byte', () => {
  const directory = makeLog(3);
  const before = readFileSync(logOf(directory));
  appendFileSync(logOf(directory), '{"number":4,"prev');
  append(directory, 'entry 4');
  expect(readFileSync(logOf(directory)).subarray(0, before.length).equals(before)).toBe(true);
  expect(statSync(logOf(directory)).size).toBeGreaterThan(before.length);
});
