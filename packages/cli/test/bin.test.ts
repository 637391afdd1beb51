import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRandom } from '@ganscout/numeric';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

const BIN = fileURLToPath(new URL('../bin/ganscout.js', import.meta.url));

// Runs take a second or two, more on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ganscout-bin-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the built command as a process of its own. */
function ganscout(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], {
    encoding: 'utf8',
    cwd: folder,
  });
  return { status, stdout, stderr };
}

test('the built command tells its version', () => {
  expect(ganscout('--version')).toEqual({ status: 0, stdout: '0.1.0\n', stderr: '' });
});

test('an unknown option exits with 2, a hint, and nothing on stdout', () => {
  expect(ganscout('run', '--jsn')).toEqual({
    status: 2,
    stdout: '',
    stderr: 'ganscout: unknown option --jsn; did you mean --json?\n',
  });
});

test('a reader that closes the pipe is no error', () => {
  const command = `"${process.execPath}" "${BIN}" config schema | true; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
  expect([stdout, stderr]).toEqual(['0\n', '']);
});

test('a run over images of which one is broken is done and exits with 4', async () => {
  for (const [i, place] of ['known/flat', 'known/rough', 'discovery'].entries()) {
    mkdirSync(join(folder, place), { recursive: true });
    for (let n = 0; n < 12; n++)
      await writeNoise(join(folder, place, `${n}.png`), i * 12 + n, [4, 60][n % 2] as number);
  }
  writeFileSync(join(folder, 'discovery', 'broken\u001b[2J.png'), 'no image');
  writeFileSync(
    join(folder, 'pipeline.yaml'),
    [
      'run: { rounds: 1 }',
      'data: { known: known, discovery: discovery }',
      'extractor: { embedding: { space: [descriptor] } }',
      'ood: { space: [descriptor], scores: [wta] }',
      'kmeans: { space: [descriptor], clusterCount: 1 }',
      'merge: { space: [descriptor] }',
      'refine: { space: [descriptor] }',
      '',
    ].join('\n'),
  );
  const { status, stdout, stderr } = ganscout('run', '--json');
  expect({ status, stderr }).toMatchObject({ status: 4, stderr: expect.stringContaining('1 input') });
  expect(stdout + stderr).not.toContain('\u001b');
  const image = join(folder, 'discovery', '0.png');
  const identified = ganscout('identify', 'runs/default', image, 'discovery', '--json');
  expect(identified.status).toBe(4);
  expect(identified.stdout.trimEnd().split('\n')).toHaveLength(1 + 13);
});

async function writeNoise(file: string, seed: number, deviation: number): Promise<void> {
  const random = createRandom(seed, 'noise');
  const pixels = Uint8Array.from({ length: 64 * 64 * 3 }, () => 128 + deviation * (random.uniform() - 0.5));
  await sharp(pixels, { raw: { width: 64, height: 64, channels: 3 } })
    .png()
    .toFile(file);
}
