import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Listing, listDiscoveryImages, parseCsv } from '@ganscout/images';
import { createRandom } from '@ganscout/numeric';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { takeSnapshot } from '../../images/test/folder-snapshot.js';
import { fillOutside, type HostileCorpus, plantHostileFiles } from '../../images/test/hostile-corpus.js';

const BIN = fileURLToPath(new URL('../bin/ganscout.js', import.meta.url));

const MOST_SECONDS = 120;
const MOST_MEGABYTES = 2000;
/** Names of sources are names of folders: these would be formulas, terminal escapes, and keys of every object. */
const SOURCES = ['__proto__', '=1+1', 'red\u001b[31m\nline\u009b\u202e\u007f'];

let root = '';
let corpus: HostileCorpus;
let before: ReadonlyMap<string, string>;
let listing: Listing;
const requests: string[] = [];
const server = createServer((request, response) => {
  requests.push(request.url ?? '');
  response.end();
});

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'ganscout-hostile-'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await fillOutside(join(root, 'outside'));
  corpus = await plantHostileFiles({
    folder: join(root, 'dump'),
    outside: join(root, 'outside'),
    server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seed: 2,
  });
  for (const [i, source] of SOURCES.entries()) {
    for (let n = 0; n < 12; n++) await writeNoise(join(root, 'known', source), n, 20 * i + n, 10 + 40 * i);
  }
  for (let n = 0; n < 12; n++) await writeNoise(join(root, 'dump', 'honest'), n, 100 + n, 200);
  // Left out for its end; a warning names it first, in text and in JSON.
  writeFileSync(join(root, 'dump', '\u0001\u007f\u009b31m\u202e.txt'), '');
  writeFileSync(
    join(root, 'pipeline.yaml'),
    [
      'run: { rounds: 1 }',
      'data: { known: known, discovery: dump }',
      'extractor: { embedding: { space: [descriptor] } }',
      'ood: { space: [descriptor], scores: [wta] }',
      'kmeans: { space: [descriptor], clusterCount: 2 }',
      'merge: { space: [descriptor] }',
      'refine: { space: [descriptor] }',
      '',
    ].join('\n'),
  );
  listing = await listDiscoveryImages('dump', { baseDirectory: root });
  before = takeSnapshot(join(root, 'outside'));
});
afterAll(() => {
  corpus.remove();
  server.close();
  rmSync(root, { recursive: true, force: true });
});

describe('ganscout run over a hostile dump', () => {
  let output = '';

  test('comes to its end in bounded time and memory, and says that some inputs failed', async () => {
    const { code, text, seconds, megabytes } = await ganscout('run');
    output = text;
    console.log(
      `${corpus.entries.length} files planted: ${seconds.toFixed(1)} s, peak memory ${megabytes} MB`,
    );
    expect(code, text).toBe(4);
    expect(seconds).toBeLessThan(MOST_SECONDS);
    expect(megabytes).toBeLessThan(MOST_MEGABYTES);
  });

  test('prints and writes no character that would steer a terminal', async () => {
    const { code, text } = await ganscout('run', '--resume', '--json');
    expect(code).toBe(4);
    expect(findControls(output)).toEqual([]);
    expect(findControls(text)).toEqual([]);
    expect(output).toContain('dump/\\u0001\\u007f\\u009b31m\\u202e.txt');
    expect(text).toContain('\\u007f\\u009b31m\\u202e.txt');
    const folder = join(root, 'runs', 'default');
    const texts = readdirSync(folder).filter((name) => /\.(csv|jsonl)$/.test(name));
    expect(texts).toEqual(expect.arrayContaining(['assignments.csv', 'inputs.csv', 'sources.csv']));
    for (const name of texts) expect([name, findControls(read(name))]).toEqual([name, []]);
  });

  test('has a row for each input, with its name as it is', () => {
    const inputs = readColumns('inputs.csv');
    const discovery = inputs.filter(({ set }) => set === 'discovery');
    expect(discovery.map(({ path }) => path)).toEqual(listing.entries.map(({ path }) => path));
    for (const { status, reason } of discovery) expect(status === 'ok' || reason !== '').toBe(true);
    const known = inputs.filter(({ set }) => set === 'known');
    expect([...new Set(known.map(({ source }) => source))].sort()).toEqual([...SOURCES].sort());
    expect(
      readColumns('sources.csv')
        .slice(0, SOURCES.length)
        .map(({ source }) => source)
        .sort(),
    ).toEqual([...SOURCES].sort());
    const usable = discovery
      .filter(({ status }) => status === 'ok' || status === 'duplicate')
      .map(({ path }) => path);
    const assigned = readColumns('assignments.csv').map(({ path }) => path);
    expect(assigned.length).toBeGreaterThan(100);
    expect(assigned.filter((path) => !usable.includes(path))).toEqual([]);
    const planted = corpus.entries.filter(({ kind, expected }) => kind === 'name' && expected === 'ok');
    expect(planted.filter(({ path }) => !assigned.includes(`dump/${path}`))).toEqual([]);
  });

  test('writes no cell that a spreadsheet would take for a formula', () => {
    for (const name of ['assignments.csv', 'inputs.csv', 'sources.csv']) {
      const cells = read(name).match(/(?<=^|[,;])"?\s*[=+@\uff1d\uff20][^,\n]*/gmu) ?? [];
      const negative = (read(name).match(/(?<=^|[,;])"?\s*-[^,\n]*/gm) ?? []).filter((cell) =>
        Number.isNaN(Number(cell)),
      );
      expect([name, cells, negative]).toEqual([name, [], []]);
    }
  });

  test('touches nothing outside of its output, and asks nobody for anything', () => {
    expect(takeSnapshot(join(root, 'outside'))).toEqual(before);
    expect(readdirSync(root).sort()).toEqual(['dump', 'known', 'outside', 'pipeline.yaml', 'runs']);
    expect(readdirSync(join(root, 'runs'))).toEqual(['default']);
    expect(existsSync(join(root, 'dump', 'pwned'))).toBe(false);
    expect(requests).toEqual([]);
  });
});

/** Characters that steer terminals, line feeds excepted. */
function findControls(text: string): string[] {
  const found = text.match(/[^\P{Cc}\n]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu) ?? [];
  return [...new Set(found.map((character) => JSON.stringify(character)))];
}

function read(name: string): string {
  return readFileSync(join(root, 'runs', 'default', name), 'utf8');
}

function readColumns(name: string): Record<string, string>[] {
  const { columns, rows } = parseCsv(read(name));
  return rows.map((row) => Object.fromEntries(columns.map((column, i) => [column, row[i] as string])));
}

/** Runs the built command as a process of its own, which tells at its end how much memory it had. */
async function ganscout(
  ...args: string[]
): Promise<{ code: number | null; text: string; seconds: number; megabytes: number }> {
  const report = join(root, 'outside.memory');
  const hook = `import { writeFileSync } from 'node:fs'; process.on('exit', () => writeFileSync(${JSON.stringify(report)}, String(process.resourceUsage().maxRSS)));`;
  const start = performance.now();
  const child = spawn(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(hook)}`, BIN, ...args],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 1000 * MOST_SECONDS,
      killSignal: 'SIGKILL',
    },
  );
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
  }
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const seconds = (performance.now() - start) / 1000;
  const megabytes = existsSync(report) ? Math.round(Number(readFileSync(report, 'utf8')) / 1024) : Number.NaN;
  rmSync(report, { force: true });
  return { code, text, seconds, megabytes };
}

async function writeNoise(folder: string, name: number, seed: number, deviation: number): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const random = createRandom(seed, 'noise');
  const pixels = Uint8Array.from({ length: 64 * 64 * 3 }, () => 128 + deviation * (random.uniform() - 0.5));
  await sharp(pixels, { raw: { width: 64, height: 64, channels: 3 } })
    .png()
    .toFile(join(folder, `${name}.png`));
}
