import { closeSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf, makeFolders, readIfThere, syncFolder, writeDurably } from './durable-files.js';

/** Files of an audit log in its folder. */
export const AUDIT_FILES = { log: 'audit.jsonl', head: 'audit.head.json' } as const;

/** What is recorded by one line. */
export interface AuditEntry {
  /** From 1, without gaps: the order of entries is by it alone. */
  readonly number: number;
  /** Hash of the entry before; empty for the first. */
  readonly previous: string;
  /** ISO 8601, for people only: a clock that goes back changes nothing. */
  readonly time: string;
  readonly kind: string;
  /** JSON. */
  readonly body: unknown;
  /** SHA-256 of files by their path relative to the folder. */
  readonly files: Readonly<Record<string, string>>;
  /** SHA-256 of the line without it. */
  readonly hash: string;
}

/** What a caller gives for a new entry; the rest follows from the entries before. */
export type NewAuditEntry = Pick<AuditEntry, 'time' | 'kind' | 'body' | 'files'>;

/** A log whose chain holds. */
export interface AuditLog {
  readonly entries: readonly AuditEntry[];
  /** Text after the last line feed, which an interrupted writer left and nobody counts; null if there is none. */
  readonly torn: string | null;
}

/** The log is not what was written to it. */
export class AuditDamageError extends Error {
  /** The damaged file. */
  readonly file: string;
  /** Its first damaged line, from 1. */
  readonly line: number;
  /** What was expected and what was found. */
  readonly what: string;

  constructor(file: string, line: number, what: string) {
    super(
      `${file}, line ${line}: ${what}; put the file back from a copy: what follows the last good line cannot be trusted`,
    );
    this.name = 'AuditDamageError';
    this.file = file;
    this.line = line;
    this.what = what;
  }
}

interface AuditHead {
  readonly number: number;
  readonly hash: string;
}

const NO_HEAD: AuditHead = { number: 0, hash: '' };
const LINE_FEED = 0x0a;
const HASH = /^[0-9a-f]{64}$/;

/**
 * Reads the log of a folder; a missing file has no entries. Takes no lock and writes nothing.
 *
 * The chain is checked, and the head, so that lines that were cut off the end are missed. The head may be one entry
 * behind, as a writer that is killed between the two leaves it. It is read before and after the log: writers move on
 * in between, and never back.
 *
 * @throws {AuditDamageError} that names the first damaged line.
 *
 * Cost: the whole log is in memory.
 */
export function readAuditLog(directory: string): AuditLog {
  const { entries, torn } = readChecked(directory);
  return { entries, torn };
}

/**
 * Appends an entry so that it outlasts a crash once this returns. The caller holds the folder's lock.
 *
 * A torn tail is cut off first, and a head that is one entry behind is brought up: it never falls back further. If the
 * entry cannot be written, for example as the disk is full, what was written of it is taken back; if that fails too,
 * it is a torn tail. If only the head cannot be written, the entry is recorded all the same.
 *
 * @throws {AuditDamageError} if the log or its head is damaged; nothing is written then.
 * @throws {RangeError} if an entry's kind is empty, its time no date, or a file has no SHA-256.
 * @throws {TypeError} if its body is nothing that JSON can hold.
 */
export function appendAuditEntry(directory: string, entry: NewAuditEntry): AuditEntry {
  checkNew(entry);
  makeFolders(directory);
  const { entries, bytes, head } = readChecked(directory);
  const last = entries.at(-1) ?? { number: 0, hash: '' };
  if (head.number < last.number) writeHead(directory, last);
  const files = Object.fromEntries(Object.entries(entry.files).sort(([a], [b]) => (a < b ? -1 : 1)));
  const { time, kind, body } = entry;
  const text = JSON.stringify({ number: last.number + 1, previous: last.hash, time, kind, body, files });
  const line = lineOf(text);
  appendLine(join(directory, AUDIT_FILES.log), line, bytes);
  if (entries.length === 0) syncFolder(directory);
  const appended: AuditEntry = JSON.parse(line.toString());
  writeHead(directory, appended);
  return appended;
}

function checkNew({ time, kind, body, files }: NewAuditEntry): void {
  if (kind === '') throw new RangeError('appendAuditEntry: kind must not be empty');
  if (Number.isNaN(Date.parse(time)))
    throw new RangeError(`appendAuditEntry: time must be a date, got "${time}"`);
  if (JSON.stringify(body) === undefined)
    throw new TypeError(`appendAuditEntry: body must be JSON, got ${typeof body}`);
  for (const [path, digest] of Object.entries(files)) {
    if (!HASH.test(digest)) {
      throw new RangeError(
        `appendAuditEntry: files["${path}"] must be a SHA-256 of 64 digits, got "${digest}"`,
      );
    }
  }
}

/** The line of an entry's text, with its hash in it and a line feed at its end. */
function lineOf(text: string): Buffer {
  return Buffer.from(`${text.slice(0, -1)},"hash":"${digestOf(text)}"}\n`);
}

/** @param end bytes of whole lines; what follows them is cut off. */
function appendLine(path: string, line: Buffer, end: number): void {
  const handle = openSync(path, end === 0 ? 'w' : 'r+');
  try {
    ftruncateSync(handle, end);
    try {
      for (let written = 0; written < line.length; ) {
        written += writeSync(handle, line, written, line.length - written, end + written);
      }
      fsyncSync(handle);
    } catch (error) {
      ftruncateSync(handle, end);
      throw error;
    }
  } finally {
    closeSync(handle);
  }
}

function writeHead(directory: string, { number, hash }: AuditHead): void {
  writeDurably(join(directory, AUDIT_FILES.head), `${JSON.stringify({ number, hash })}\n`);
}

/** Both files as they were read. */
interface Snapshot {
  /** The head as it was before the log was read. */
  readonly before: Buffer | null;
  readonly content: Buffer;
  readonly after: Buffer | null;
}

/** The log, the bytes of its whole lines, and the head that was read after it. */
interface CheckedLog extends AuditLog {
  readonly bytes: number;
  readonly head: AuditHead;
}

/** Reads and checks. What looks damaged is read again: a writer may have cut off a torn tail while it was read. */
function readChecked(directory: string): CheckedLog {
  for (let snapshot = readSnapshot(directory); ; ) {
    try {
      return checkSnapshot(directory, snapshot);
    } catch (error) {
      const again = readSnapshot(directory);
      const isSame =
        again.content.equals(snapshot.content) &&
        [again.before, again.after].every((head) => head?.toString() === snapshot.after?.toString());
      if (isSame) throw error;
      snapshot = again;
    }
  }
}

function readSnapshot(directory: string): Snapshot {
  const [log, head] = [join(directory, AUDIT_FILES.log), join(directory, AUDIT_FILES.head)];
  const before = readIfThere(head);
  const content = readIfThere(log) ?? Buffer.alloc(0);
  return { before, content, after: readIfThere(head) };
}

function checkSnapshot(directory: string, snapshot: Snapshot): CheckedLog {
  const { content } = snapshot;
  const before = parseHead(directory, snapshot.before);
  const path = join(directory, AUDIT_FILES.log);
  const bytes = content.lastIndexOf(LINE_FEED) + 1;
  const entries: AuditEntry[] = [];
  for (let start = 0; start < bytes; ) {
    const end = content.indexOf(LINE_FEED, start);
    entries.push(checkLine(path, content.subarray(start, end), entries.at(-1)));
    start = end + 1;
  }
  const torn = bytes === content.length ? null : content.toString('utf8', bytes);
  const head = parseHead(directory, snapshot.after);
  checkCut(path, entries.length, { before, isTorn: torn !== null });
  for (const found of [before, head]) checkHead(directory, found, entries);
  if (head.number < entries.length - 1) {
    const what = `expected the hash of entry ${entries.length}, the last of ${AUDIT_FILES.log}, or of the one before, found that of entry ${head.number}`;
    throw new AuditDamageError(join(directory, AUDIT_FILES.head), 1, what);
  }
  return { entries, torn, bytes, head };
}

/** Checks a line's hash, and its number and the hash before against the entry before. */
function checkLine(path: string, line: Buffer, last: AuditEntry | undefined): AuditEntry {
  const number = (last?.number ?? 0) + 1;
  const damaged = (what: string) => new AuditDamageError(path, number, what);
  const mark = line.lastIndexOf(',"hash":"');
  if (mark === -1) throw damaged('expected an entry that ends with its hash, found none');
  const hash = digestOf(Buffer.concat([line.subarray(0, mark), Buffer.from('}')]));
  const found = line.toString('utf8', mark);
  if (found !== `,"hash":"${hash}"}`) {
    throw damaged(
      `expected the hash ${hash} of what the line holds, found ${JSON.stringify(found.slice(9, 73))}`,
    );
  }
  const entry: AuditEntry = JSON.parse(line.toString('utf8'));
  if (entry.number !== number) throw damaged(`expected entry ${number}, found entry ${entry.number}`);
  const previous = last?.hash ?? '';
  if (entry.previous !== previous) {
    throw damaged(
      `expected the entry after ${previous || 'none'}, found the one after ${entry.previous || 'none'}`,
    );
  }
  return entry;
}

function checkCut(
  path: string,
  count: number,
  { before, isTorn }: { readonly before: AuditHead; readonly isTorn: boolean },
): void {
  if (before.number <= count) return;
  const found = isTorn ? 'a line without an end' : 'the end of the file';
  const what = `expected entry ${count + 1} of the ${before.number} that ${AUDIT_FILES.head} counts, found ${found}`;
  throw new AuditDamageError(path, count + 1, what);
}

function checkHead(directory: string, { number, hash }: AuditHead, entries: readonly AuditEntry[]): void {
  const named = entries[number - 1];
  if (named === undefined || named.hash === hash) return;
  const what = `expected the hash ${named.hash} of entry ${number}, found ${JSON.stringify(hash)}`;
  throw new AuditDamageError(join(directory, AUDIT_FILES.head), 1, what);
}

function parseHead(directory: string, bytes: Buffer | null): AuditHead {
  if (bytes === null) return NO_HEAD;
  const text = bytes.toString('utf8');
  const [, number, hash] = /^\{"number":([1-9]\d*),"hash":"([0-9a-f]{64})"\}\n$/.exec(text) ?? [];
  if (number !== undefined && hash !== undefined) return { number: Number(number), hash };
  const what = `expected the number and hash of the last entry, found ${JSON.stringify(text.slice(0, 100))}`;
  throw new AuditDamageError(join(directory, AUDIT_FILES.head), 1, what);
}
