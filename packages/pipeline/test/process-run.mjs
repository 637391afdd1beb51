// Runs the built pipeline in a process of its own, as the tests ask for it: with other rights, or killed on the way.
//
// The only argument is JSON: { config, settings, resume, force, user, kill }. `kill` is { event, round, stage,
// renames }: after that event of that stage, the process kills itself when it is about to rename a file for the
// `renames`th time, so with a part of the stage's files written; with 0, as soon as the event is heard.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { dirname } from 'node:path';

const order = JSON.parse(process.argv[2]);
const { config, settings = [], resume = false, force = null, user = null, kill = null } = order;

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

const { loadConfig, resolveConfig, runDiscovery } = await import('../dist/index.js');

if (user !== null && process.getuid?.() === 0) {
  process.setgroups([]);
  process.setgid(user);
  process.setuid(user);
}

function listener({ type, round, stage }) {
  if (kill === null || type !== kill.event || round !== kill.round || stage !== kill.stage) return;
  if (kill.renames === 0) die();
  renamesLeft = kill.renames;
}

try {
  const resolved = resolveConfig(loadConfig(config), { settings, workingDirectory: dirname(config) });
  const { failedInputs } = await runDiscovery(resolved, {
    resume,
    force,
    listener,
    signal: new AbortController().signal,
    now: () => new Date(),
  });
  process.stdout.write(JSON.stringify({ failedInputs }));
} catch (error) {
  process.stdout.write(JSON.stringify({ error: error.name, message: error.message }));
}
