// Runs a training of the built pipeline in a process of its own, killed on the way as the tests ask for.
//
// The only argument is JSON: { training, resume, kill }. `kill` is { epoch, batch, renames }: after that batch the process
// kills itself when it is about to rename a file for the `renames`th time, so with a part of the checkpoint written; with 0,
// at once.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { training, resume = false, kill = null } = JSON.parse(process.argv[2]);

const die = () => process.kill(process.pid, 'SIGKILL');
let renamesLeft = Number.POSITIVE_INFINITY;
if (kill !== null && kill.renames > 0) {
  const { renameSync } = fs;
  fs.renameSync = (from, to) => {
    renamesLeft -= 1;
    if (renamesLeft === 0) die();
    renameSync(from, to);
  };
  syncBuiltinESMExports();
}

const { trainClassifier } = await import('../dist/index.js');

function listener({ type, epoch, batch }) {
  if (kill === null || type !== 'batch' || epoch !== kill.epoch || batch !== kill.batch) return;
  if (kill.renames === 0) die();
  renamesLeft = kill.renames;
}

try {
  const signal = new AbortController().signal;
  const { summary } = await trainClassifier(training, { resume, listener, signal, now: () => new Date() });
  process.stdout.write(JSON.stringify({ epochs: summary.history.length }));
} catch (error) {
  process.stdout.write(JSON.stringify({ error: error.name, message: error.message }));
}
