import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runFaults } from './run-faults.js';
import { formatTallies } from './tally-table.js';

// npm run test:faults -- [--kills 200] [--seed 1] [--only run|add] [--kills-only]
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    'kills-only': { type: 'boolean', default: false },
  },
});

/** Starts this program again where its mounts are seen by nobody else, if the system lets it. */
function ownMounts(): number | null {
  if (process.env.GANSCOUT_OWN_MOUNTS !== undefined || process.platform !== 'linux') return null;
  const rights = process.getuid?.() === 0 ? ['--mount'] : ['--mount', '--map-root-user'];
  const isAllowed =
    spawnSync('unshare', [...rights, 'mount', '-t', 'tmpfs', '-o', 'size=1m', 'ganscout-faults', tmpdir()])
      .status === 0;
  if (!isAllowed) return null;
  const again = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const env = { ...process.env, GANSCOUT_OWN_MOUNTS: '1' };
  return spawnSync('unshare', [...rights, ...again], { stdio: 'inherit', env }).status ?? 1;
}

const status = ownMounts();
if (status === null) {
  const root = mkdtempSync(join(tmpdir(), 'ganscout-faults-'));
  try {
    const { only = null, 'kills-only': killsOnly } = values;
    const tallies = await runFaults(root, {
      kills: Number(values.kills),
      seed: Number(values.seed),
      only,
      killsOnly,
    });
    process.stdout.write(`\n${formatTallies(tallies)}`);
    process.exitCode = tallies.some(({ failures }) => failures.length > 0) ? 1 : 0;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
} else {
  process.exitCode = status;
}
