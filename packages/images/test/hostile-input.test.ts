import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatCsvRow, parseCsv } from '../src/csv.js';
import type { ImageRecord } from '../src/image-record.js';
import { inspectImages } from '../src/inspect-images.js';
import { listDiscoveryImages } from '../src/list-images.js';
import type { Listing } from '../src/listing.js';
import { readImages } from '../src/read-images.js';
import { takeSnapshot } from './folder-snapshot.js';
import { fillOutside, type HostileCorpus, plantHostileFiles } from './hostile-corpus.js';
import { hostileImages } from './hostile-images.js';
import { makeFolder } from './temporary-images.js';

/** A busy machine is slow; a hang is longer than this. */
const MOST_SECONDS = 60;
const MOST_MEGABYTES = 1500;
const SEED = 1;

let root = '';
let corpus: HostileCorpus;
let listing: Listing;
let before: ReadonlyMap<string, string>;
const requests: string[] = [];
const server = createServer((request, response) => {
  requests.push(request.url ?? '');
  response.end();
});

beforeAll(async () => {
  root = makeFolder();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await fillOutside(join(root, 'outside'));
  corpus = await plantHostileFiles({
    folder: join(root, 'dump'),
    outside: join(root, 'outside'),
    server: address,
    seed: SEED,
  });
  before = takeSnapshot(join(root, 'outside'));
  listing = await listDiscoveryImages('dump', { baseDirectory: root });
});
afterAll(() => {
  corpus.remove();
  server.close();
});

describe('A hostile dump', () => {
  test('has at least 500 files of at least 12 kinds', () => {
    expect(corpus.entries.length).toBeGreaterThanOrEqual(500);
    expect(new Set(corpus.entries.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(12);
  });

  test('has the same bytes for the same seed, and others for another', async () => {
    const digestOf = async (seed: number) => {
      const digest = createHash('sha256');
      for (const { name, bytes } of await hostileImages(seed, 'http://127.0.0.1'))
        digest.update(name).update(bytes);
      return digest.digest('hex');
    };
    expect(await digestOf(1)).toBe(await digestOf(1));
    expect(await digestOf(2)).not.toBe(await digestOf(1));
  });

  test('is listed with one entry for each input, and no other', () => {
    const planted = corpus.entries.flatMap(({ path }) => (path === null ? [] : [`dump/${path}`]));
    expect(listing.entries.map(({ path }) => path).sort()).toEqual(planted.sort());
  });

  const found = new Map<string, ImageRecord>();

  test('is inspected and read: each file has its status in bounded time and memory, and nothing outside is touched', async () => {
    const started = performance.now();
    let slowest = { path: '', seconds: 0 };
    const heldBefore = process.resourceUsage().maxRSS;
    for (const entry of listing.entries) {
      const start = performance.now();
      const { records } = await inspectImages({ ...listing, entries: [entry] }, { minimumSide: 1 });
      await readImages(records, {}, ({ image, error }, record) => {
        const isWhole = image?.data.length === record.width * record.height * 3;
        found.set(
          entry.path,
          isWhole ? record : { ...record, status: 'unreadable', reason: `${error?.message}` },
        );
      });
      const seconds = (performance.now() - start) / 1000;
      if (seconds > slowest.seconds) slowest = { path: entry.path, seconds };
      if (!found.has(entry.path)) found.set(entry.path, records[0] as ImageRecord);
    }
    const peak = Math.round(process.resourceUsage().maxRSS / 1024);
    const total = ((performance.now() - started) / 1000).toFixed(1);
    console.log(
      `${listing.entries.length} files of ${corpus.entries.length} planted: ${total} s, the slowest ${slowest.seconds.toFixed(1)} s (${JSON.stringify(slowest.path)}); ` +
        `peak memory ${peak} MB, ${Math.round(heldBefore / 1024)} MB before`,
    );
    expect(slowest.seconds).toBeLessThan(MOST_SECONDS);
    expect(peak).toBeLessThan(MOST_MEGABYTES);
    const wrong = corpus.entries.filter(({ path, expected }) => {
      const record = path === null ? undefined : found.get(`dump/${path}`);
      if (record === undefined) return path !== null;
      if (record.status !== 'ok' && record.reason === '') return true;
      return expected !== 'any' && (record.status === 'ok') !== (expected === 'ok');
    });
    expect(wrong.map(({ path }) => [path, found.get(`dump/${path}`)?.reason])).toEqual([]);
    expect(takeSnapshot(join(root, 'outside'))).toEqual(before);
    expect(requests).toEqual([]);
  });

  test('is inspected as a whole, several files at once, to the same statuses and reasons', async () => {
    const { records } = await inspectImages(listing, { minimumSide: 1, threads: 4 });
    expect(records.map(({ path }) => path)).toEqual(listing.entries.map(({ path }) => path));
    for (const { path, status, reason } of records) {
      // One by one nothing is a duplicate, and what is cut off is met in reading.
      if (status !== 'unreadable') continue;
      expect([path, reason]).toEqual([path, found.get(path)?.reason]);
    }
    const rows = records.map(({ path, status, reason }) => [path, status, reason]);
    const text = rows.map((row) => formatCsvRow(row)).join('');
    expect(parseCsv(`a,b,c\n${text}`).rows).toEqual(rows);
    expect(text).not.toMatch(/[^\P{Cc}\n]/u);
    expect(text.split('\n')).toHaveLength(rows.length + 1);
  });
});
