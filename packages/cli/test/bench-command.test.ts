import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ganscout } from './fake-shell.js';

const folder = mkdtempSync(join(tmpdir(), 'ganscout-bench-'));
const config = join(folder, 'pipeline.yaml');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const DATA = 'known: known, discovery: discovery';

beforeAll(async () => {
  mkdirSync(join(folder, 'known', 'a'), { recursive: true });
  mkdirSync(join(folder, 'discovery'));
  const raw = { width: 40, height: 40, channels: 3 as const };
  for (const [i, file] of ['known/a/0.png', 'known/a/1.png', 'discovery/0.png'].entries()) {
    await sharp(Buffer.alloc(4800, 100 + i), { raw })
      .png()
      .toFile(join(folder, file));
  }
  writeFileSync(join(folder, 'truth.csv'), 'path,source\ndiscovery/0.png,b\n');
  writeFileSync(config, `data: { ${DATA}, truth: truth.csv }\n`);
  writeFileSync(join(folder, 'without.yaml'), `data: { ${DATA} }\n`);
});

const bench = (...args: string[]) => ganscout(['bench', ...args], { workingDirectory: folder });

describe('ganscout bench', () => {
  it('says which argument is out of range', async () => {
    for (const [args, words] of [
      [['--seeds', '0'], '--seeds must be an integer of at least 1, got 0'],
      [['--seed', '1.5'], '--seed must be an integer of at least 0, got 1.5'],
      [['--known-share', '1'], '--known-share must be in (0, 1), got 1'],
      [
        ['--protocols', 'own,blue'],
        '--protocols must name some of own, random, dataset, architecture, seed, got "blue"',
      ],
      [['--protocols', 'seed'], '--protocols seed needs --attributes TABLE'],
    ] as const) {
      const { code, out, err } = await bench(config, ...args);
      expect([code, out, err.trim()]).toEqual([2, '', expect.stringContaining(words)]);
    }
  });

  it('says what the configuration lacks', async () => {
    const { code, err } = await bench(join(folder, 'without.yaml'));
    expect([code, err]).toEqual([3, expect.stringContaining('data.truth is missing')]);
    const none = await bench(join(folder, 'none.yaml'));
    expect([none.code, none.err]).toEqual([2, expect.stringContaining('there is no such file')]);
    const wrong = await bench(config, '--set', 'kmeans.clusters=3');
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('kmeans')]);
  });

  it('says that a table of attributes allows no split', async () => {
    writeFileSync(join(folder, 'attributes.csv'), 'source,dataset,architecture,seed\na,x,y,0\nb,x,y,1\n');
    const { code, err } = await bench(config, '--protocols', 'seed', '--attributes', 'attributes.csv');
    expect([code, err]).toEqual([3, expect.stringContaining('known and')]);
  });

  it('stops when it is interrupted', async () => {
    const controller = new AbortController();
    controller.abort();
    const { code, out, err } = await ganscout(['bench', config], {
      workingDirectory: folder,
      signal: controller.signal,
    });
    expect([code, out]).toEqual([130, '']);
    expect(err).toContain('The same command goes on from here');
  });
});
