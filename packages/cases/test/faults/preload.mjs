// Loaded before the command of a child process: brings about one fault in it, as GANSCOUT_FAULT tells as JSON.
//
//   { kind: 'count', file }           writes the number of calls that change files to a file when the process ends
//   { kind: 'kill', call }            the process kills itself at that call; if the call writes bytes, half of them are written
//   { kind: 'full', bytes }           once so many bytes are written the disk is full
//   { kind: 'vanish', file, opening, counter }  a file is removed: with 0 after its folder was listed, else before it is
//                                     opened for the time of that number; `counter` is a file to count in
//   { kind: 'clock' }                 every look at the clock finds it an hour earlier than the one before
//   { kind: 'user', user }            the process gives up the rights of root
//
// With `journal`, a file, the number of each entry of an audit log is appended there once the entry is recorded.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { basename, dirname, resolve } from 'node:path';
import { isMainThread } from 'node:worker_threads';

const fault = JSON.parse(process.env.GANSCOUT_FAULT ?? 'null');
const original = { ...fs };

let calls = 0;
let bytesLeft = fault?.kind === 'full' ? fault.bytes : Number.POSITIVE_INFINITY;

const WRITES = ['writeSync', 'appendFileSync', 'writeFileSync'];
const CHANGES = [
  ...WRITES,
  ...['openSync', 'closeSync', 'fsyncSync', 'ftruncateSync', 'renameSync', 'linkSync', 'mkdirSync', 'rmSync'],
  ...['rmdirSync', 'unlinkSync', 'cpSync', 'copyFileSync'],
];

/** Writes the first `length` bytes of what a call was to write. */
function writePart(name, args, length) {
  const [target, content, start = 0, , place] = args;
  const bytes = Buffer.from(content);
  if (name === 'writeSync') original.writeSync(target, bytes, start, length, place);
  else original[name](target, bytes.subarray(0, length), args[2]);
}

function lengthOf(name, [, content, start = 0, length]) {
  const size = Buffer.byteLength(content);
  return name === 'writeSync' ? (length ?? size - start) : size;
}

function strike(name, args) {
  calls += 1;
  if (fault.kind === 'kill' && calls === fault.call) {
    if (WRITES.includes(name)) writePart(name, args, Math.floor(lengthOf(name, args) / 2));
    process.kill(process.pid, 'SIGKILL');
  }
  if (fault.kind === 'full' && WRITES.includes(name)) {
    const length = lengthOf(name, args);
    if (length > bytesLeft) {
      writePart(name, args, bytesLeft);
      bytesLeft = 0;
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), {
        code: 'ENOSPC',
        syscall: 'write',
      });
    }
    bytesLeft -= length;
  }
}

function wrapChanges() {
  for (const name of CHANGES) {
    fs[name] = (...args) => {
      // Standard output and errors are no files of the case.
      if (args[0] !== 1 && args[0] !== 2) strike(name, args);
      const result = original[name](...args);
      if (name === 'renameSync' && fault.journal && basename(String(args[1])) === 'audit.head.json') {
        const { number } = JSON.parse(original.readFileSync(args[1], 'utf8'));
        original.appendFileSync(fault.journal, `${number}\n`);
      }
      return result;
    };
  }
}

/** Threads of their own open files too, so what is counted is in a file. */
function wrapReading() {
  const { open, readdir } = fs.promises;
  const remove = () => original.rmSync(fault.file, { force: true });
  fs.promises.readdir = async (folder, ...rest) => {
    const entries = await readdir(folder, ...rest);
    if (fault.opening === 0 && resolve(String(folder)) === dirname(fault.file)) remove();
    return entries;
  };
  fs.promises.open = (path, ...rest) => {
    if (String(path) === fault.file) {
      original.appendFileSync(fault.counter, '.');
      if (original.statSync(fault.counter).size === fault.opening) remove();
    }
    return open(path, ...rest);
  };
}

function turnClockBack() {
  const { now } = Date;
  let hours = 48;
  const early = () => now() + 3_600_000 * hours--;
  globalThis.Date = class extends Date {
    constructor(...args) {
      super(...(args.length === 0 ? [early()] : args));
    }
    static now = early;
  };
}

if (fault?.kind === 'vanish') wrapReading();
else if (fault !== null && isMainThread) {
  if (fault.kind === 'clock') turnClockBack();
  wrapChanges();
  if (fault.kind === 'user' && process.getuid?.() === 0) {
    process.setgroups([]);
    process.setgid(fault.user);
    process.setuid(fault.user);
  }
  if (fault.kind === 'count') process.on('exit', () => original.writeFileSync(fault.file, String(calls)));
}
syncBuiltinESMExports();
