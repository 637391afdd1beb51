import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  decodeImage,
  type InspectionOptions,
  inspectImages,
  listDiscoveryImages,
  listGivenImages,
  listKnownImages,
  markUnreadable,
} from '../src/index.js';
import {
  encodePng,
  makeFolder,
  makeImage,
  makePng,
  makeSamples,
  PNG_COLOR,
  put,
  toScanLines,
} from './temporary-images.js';

const inspect = async (folder: string, options: InspectionOptions = {}) =>
  inspectImages(await listDiscoveryImages('.', { baseDirectory: folder }), options);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const statuses = (set: { records: readonly { path: string; status: string; reason: string }[] }) =>
  set.records.map(({ path, status, reason }) => [path, status, reason]);

describe('inspectImages()', () => {
  test('gives each file its SHA-256, size, format and group', async () => {
    const folder = makeFolder();
    const png = await makePng(40, 33);
    const file = put(folder, 'a.png', png);
    expect(await inspect(folder)).toEqual({
      labelSource: 'none',
      labelled: 0,
      warnings: [],
      records: [
        {
          id: sha256(png),
          path: './a.png',
          file,
          source: null,
          group: sha256(png),
          bytes: png.length,
          width: 40,
          height: 33,
          format: 'png',
          facts: {
            size: '40x33',
            encoding: 'rgb8',
            jpegQuality: '',
            chroma: '',
            colorProfile: 'none',
            metadata: 'pHYs',
          },
          status: 'ok',
          reason: '',
          patch: null,
        },
      ],
    });
  });

  test('gives every broken file a reason and goes on', async () => {
    const folder = makeFolder();
    put(folder, '1-empty.png', '');
    put(folder, '2-text.png', 'this is no image');
    put(folder, '3-dot.png', await makePng(1, 1));
    put(folder, '4-thin.jpg', await makeImage(400, 31).jpeg().toBuffer());
    put(folder, '5-fine.png', await makePng(32, 32));
    expect(statuses(await inspect(folder))).toEqual([
      ['./1-empty.png', 'unreadable', 'the file is empty'],
      ['./2-text.png', 'unreadable', expect.stringContaining('not an image')],
      ['./3-dot.png', 'too_small', '1 × 1 pixels; both sides must be at least 32'],
      ['./4-thin.jpg', 'too_small', '400 × 31 pixels; both sides must be at least 32'],
      ['./5-fine.png', 'ok', ''],
    ]);
    expect((await inspect(folder, { minimumSide: 1 })).records[2]?.status).toBe('ok');
  });

  test('refuses an image of 20,000 × 20,000 pixels unless the limit is raised', async () => {
    const folder = makeFolder();
    // 1 bit a pixel: 2,500 bytes and a filter byte a row; the first 800 rows hold enough to be believed.
    const rows = new Uint8Array(20_000 * 2501);
    rows.set(toScanLines(makeSamples(800 * 2500), 2500));
    put(
      folder,
      'large.png',
      encodePng({ width: 20_000, height: 20_000, bits: 1, color: PNG_COLOR.gray, rows }),
    );
    const reason =
      '20000 × 20000 = 400,000,000 pixels, more than data.maximumPixels 134,217,728; raise it to read this file';
    const { records } = await inspect(folder, { verify: true });
    expect(records).toMatchObject([
      { status: 'unreadable', reason, width: 20_000, height: 20_000, format: 'png' },
    ]);
    expect((await inspect(folder, { maximumPixels: 4e8 })).records[0]?.status).toBe('ok');
  });

  test('does not believe the size of an image of far fewer bytes', async () => {
    const folder = makeFolder();
    const encode = (side: number) => {
      const rows = new Uint8Array(side * (1 + Math.ceil(side / 8)));
      return encodePng({ width: side, height: side, bits: 1, color: PNG_COLOR.gray, rows });
    };
    put(folder, 'small.png', encode(4096));
    put(folder, 'too large.png', encode(4097));
    const { records } = await inspect(folder);
    expect(records).toMatchObject([
      { status: 'ok' },
      {
        status: 'unreadable',
        reason: expect.stringMatching(
          /^4097 × 4097 = 16,785,409 pixels in [\d,]+ bytes: a decompression bomb/,
        ),
      },
    ]);
    expect(records[1]).toMatchObject({ width: 4097, height: 4097, format: 'png' });
  });

  test('reads no file beyond 512 MiB, no queue and no device, also where they are named', async () => {
    const folder = makeFolder();
    truncateSync(put(folder, 'hole.png', 'x'), 2 ** 29 + 1);
    spawnSync('mkfifo', [join(folder, 'queue.png')]);
    const paths = ['hole.png', 'queue.png', '/dev/zero', folder];
    const listing = await listGivenImages(paths, folder);
    // As if they had come after the listing.
    const entries = listing.entries.map((entry) => ({ ...entry, problem: '' }));
    const { records } = await inspectImages({ ...listing, entries });
    const reasons = new Map(records.map(({ path, reason }) => [path, reason]));
    expect(paths.map((path) => reasons.get(path))).toEqual([
      'the file has 536,870,913 bytes, more than the 536,870,912 that are read of one',
      'it is not a regular file',
      'it is not a regular file',
      'it is a folder, not a file',
    ]);
  });

  test('finds data that are cut off if it is to verify', async () => {
    const folder = makeFolder();
    for (const [name, bytes] of Object.entries({
      png: await makePng(64, 64),
      jpg: await makeImage(64, 64).jpeg().toBuffer(),
    })) {
      put(folder, `cut.${name}`, bytes.subarray(0, bytes.length / 2));
    }
    expect((await inspect(folder)).records.map(({ status }) => status)).toEqual(['ok', 'ok']);
    const { records } = await inspect(folder, { verify: true });
    expect(records.map(({ status, width }) => [status, width])).toEqual([
      ['unreadable', 64],
      ['unreadable', 64],
    ]);
    expect(records[0]?.reason).toMatch(/^decoding failed, .*premature end/);
  });

  test('keeps the first of equal files and says of the others whose copy they are', async () => {
    const folder = makeFolder();
    const png = await makePng(32, 32);
    for (const path of ['b/1.png', 'a/1.png', 'a/2.png']) put(folder, path, png);
    const { records } = await inspectImages(await listKnownImages('.', { baseDirectory: folder }));
    expect(records.map(({ status, reason, id }) => [status, reason, id])).toEqual([
      ['ok', '', sha256(png)],
      ['duplicate', 'same bytes as ./a/1.png', sha256(png)],
      ['duplicate', 'same bytes as ./a/1.png, whose source is given as a, here as b', sha256(png)],
    ]);
    const again = await inspect(folder, { known: new Set([sha256(png)]) });
    expect(again.records[0]).toMatchObject({
      status: 'duplicate',
      reason: 'same bytes as an image of the known set',
    });
  });

  test('calls copies of a broken or small file broken or small, not duplicates', async () => {
    const folder = makeFolder();
    for (const name of ['1', '2']) {
      put(folder, `small${name}.png`, await makePng(8, 8));
      put(folder, `text${name}.png`, 'text');
    }
    expect((await inspect(folder)).records.map(({ status }) => status)).toEqual([
      'too_small',
      'too_small',
      'unreadable',
      'unreadable',
    ]);
  });

  test('gives the same records for any number of threads, with progress', async () => {
    const folder = makeFolder();
    let bytes = 0;
    for (let i = 0; i < 9; i++) {
      const png = await makePng(32 + 40 * (i % 3), 40, i);
      bytes += png.length;
      put(folder, `${i}.png`, png);
    }
    const seen: object[] = [];
    const one = await inspect(folder, { verify: true });
    const many = await inspect(folder, {
      verify: true,
      threads: 4,
      onProgress: (progress) => seen.push(progress),
    });
    expect(many).toEqual(one);
    expect(seen).toHaveLength(9);
    expect(seen.at(-1)).toEqual({ done: 9, total: 9, bytes });
  });

  test('cuts patches, each with its own id and the group of its file', async () => {
    const folder = makeFolder();
    const wide = await makePng(150, 70, 1);
    const small = await makePng(40, 70, 2);
    put(folder, 'a-wide.png', wide);
    put(folder, 'b-small.png', small);
    put(folder, 'c-copy.png', wide);
    const { records } = await inspect(folder, { patchSize: 64 });
    expect(records.map(({ id, group, status, patch, width }) => [id, group, status, patch, width])).toEqual([
      [`${sha256(wide)}#0,0,64,64`, sha256(wide), 'ok', { x: 0, y: 0, width: 64, height: 64 }, 150],
      [`${sha256(wide)}#64,0,64,64`, sha256(wide), 'ok', { x: 64, y: 0, width: 64, height: 64 }, 150],
      [sha256(small), sha256(small), 'ok', null, 40],
      [sha256(wide), sha256(wide), 'duplicate', null, 150],
    ]);
    expect((await inspect(folder, { patchSize: 64, patchesPerImage: 1 })).records).toHaveLength(3);
    const second = await decodeImage(records[1] as (typeof records)[0]);
    const samples = makeSamples(150 * 70 * 3, 1);
    expect([second.width, second.height]).toEqual([64, 64]);
    expect(second.data.subarray(0, 192)).toEqual(samples.subarray(64 * 3, 128 * 3));
    expect(second.data.subarray(63 * 192)).toEqual(
      samples.subarray((63 * 150 + 64) * 3, (63 * 150 + 128) * 3),
    );
  });

  test('keeps a group that the input gives', async () => {
    const folder = makeFolder();
    put(folder, '1.png', await makePng(64, 64));
    put(folder, 'metadata.csv', 'file_name,source,group\n1.png,a,scene 5\n');
    const { records, labelled } = await inspect(folder, { patchSize: 32 });
    expect(records.map(({ group, source }) => [group, source])).toEqual(Array(4).fill(['scene 5', 'a']));
    expect(labelled).toBe(1);
  });

  test('passes the problem of the listing on', async () => {
    const folder = makeFolder();
    put(folder, 'dump.txt', 'gone.png\n');
    const { records } = await inspectImages(await listDiscoveryImages('dump.txt', { baseDirectory: folder }));
    expect(records).toMatchObject(
      [{ id: '', group: null, bytes: 0, status: 'unreadable', reason: /no such file/ }].map((row) => ({
        ...row,
        reason: expect.stringMatching(row.reason),
      })),
    );
  });

  test('refuses options out of range', async () => {
    const folder = makeFolder();
    put(folder, '1.png', '');
    await expect(inspect(folder, { patchSize: 16 })).rejects.toThrow(
      new RangeError('inspectImages: patchSize must be an integer of at least 32, got 16'),
    );
    await expect(inspect(folder, { minimumSide: Number.NaN })).rejects.toThrow(RangeError);
    await expect(inspect(folder, { threads: 0 })).rejects.toThrow(RangeError);
    await expect(inspect(folder, { patchesPerImage: 0 })).rejects.toThrow(RangeError);
  });

  test('ends when the signal is aborted', async () => {
    const folder = makeFolder();
    for (let i = 0; i < 5; i++) put(folder, `${i}.png`, 'x');
    const controller = new AbortController();
    const stop = new Error('stop');
    const seen: number[] = [];
    const onProgress = ({ done }: { done: number }) => {
      seen.push(done);
      if (done === 2) controller.abort(stop);
    };
    await expect(inspect(folder, { signal: controller.signal, onProgress })).rejects.toBe(stop);
    expect(seen).toEqual([1, 2]);
  });
});

test('markUnreadable() reaches the patches and the copies of a file, and nothing else', async () => {
  const folder = makeFolder();
  const png = await makePng(64, 32, 1);
  put(folder, '1.png', png);
  put(folder, '2.png', png);
  put(folder, '3.png', await makePng(64, 32, 2));
  put(folder, '4.png', '');
  const set = await inspect(folder, { patchSize: 32 });
  const before = structuredClone(set);
  const marked = markUnreadable(set, new Map([[`${sha256(png)}#32,0,32,32`, 'broken']]));
  expect(marked.records.map(({ status, reason }) => `${status} ${reason}`)).toEqual([
    'unreadable broken',
    'unreadable broken',
    'unreadable broken',
    'ok ',
    'ok ',
    'unreadable the file is empty',
  ]);
  expect(set).toEqual(before);
});
