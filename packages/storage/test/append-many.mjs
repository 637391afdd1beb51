// Appends entries to the log of a folder in a process of its own and prints the number of each that was recorded.
//
// The only argument is JSON: { directory, count, fault }. `fault` is { call, kind }: at its `call`th call of a function
// that changes files, the process kills itself ('kill') or that call fails as on a full disk ('full'), in the midst of
// a write: half of its bytes are written before.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { directory, count, fault = null } = JSON.parse(process.argv[2]);

const { writeSync } = fs;
let calls = 0;

function fail() {
  if (fault.kind === 'kill') process.kill(process.pid, 'SIGKILL');
  throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
}

const CHANGES = ['writeSync', 'fsyncSync', 'renameSync', 'ftruncateSync', 'openSync', 'closeSync'];
for (const name of fault === null ? [] : CHANGES) {
  const original = fs[name];
  fs[name] = (...args) => {
    if (args[0] === 1) return original(...args);
    calls += 1;
    if (calls === fault.call) {
      const [handle, bytes, start, length, place] = args;
      if (name === 'writeSync') writeSync(handle, bytes, start, Math.floor(length / 2), place);
      if (name === 'writeSync' || fault.kind === 'kill') fail();
    }
    return original(...args);
  };
}
syncBuiltinESMExports();

const { appendAuditEntry } = await import('../dist/audit-log.js');
try {
  for (let i = 0; i < count; i++) {
    const body = { text: 'ä, and some more'.repeat(4) };
    const { number } = appendAuditEntry(directory, { time: '2020-01-01', kind: 'test', body, files: {} });
    fs.writeSync(1, `${number}\n`);
  }
  fs.writeSync(1, `calls ${calls}\n`);
} catch (error) {
  fs.writeSync(1, `${error.code}\n`);
}
