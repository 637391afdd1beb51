import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CaseView, ViewedImage } from '@ganscout/cases';
import { encodePng } from '@ganscout/images';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeMaps } from '../../src/figures/make-maps.js';
import { viewedCase, viewedSource } from '../gather/viewed-case.js';
import { featuresOf, groupedFeatures } from './grouped-features.js';

// UMAP takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const SETTINGS = { seed: 1, thumbs: 0, thumbSide: 16 };
const { features, labels } = groupedFeatures(60);
labels[59] = 0;

let folder: string;
let view: CaseView;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'make-maps-'));
  const images = await Promise.all(Array.from(labels.keys(), imageOf));
  // Discovered sources stand behind the known one, the largest first.
  const sources = [
    viewedSource(1, { size: 20 }),
    viewedSource(2, { kind: 'known', size: 20 }),
    viewedSource(3, { size: 19 }),
  ];
  view = viewedCase({ images, labels, sources });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** An image of 20 × 40 pixels, of one gray each. */
async function imageOf(row: number): Promise<ViewedImage> {
  const file = join(folder, `${row}.png`);
  const png = await encodePng({ width: 20, height: 40, data: new Uint8Array(2400).fill(4 * row) });
  writeFileSync(file, png);
  return {
    ...{ id: createHash('sha256').update(png).digest('hex'), path: `in/${row}.png`, file },
    ...{ width: 20, height: 40, format: 'png', bytes: png.length, patch: null, entry: 1, group: null },
  };
}

describe('makeMaps()', () => {
  it('shows every image on each map, with the place of its source in the report', async () => {
    const { maps, points } = await makeMaps(view, features, SETTINGS);
    expect(maps.map(({ name }) => name)).toStrictEqual(['PCA', 'UMAP']);
    for (const { x, y } of maps) expect([x.length, y.length]).toStrictEqual([60, 60]);
    const places = [-1, 1, 0, 2];
    expect(points).toStrictEqual({
      total: 60,
      source: labels.map((number) => places[number] as number),
      path: Array.from(labels, (_, row) => `in/${row}.png`),
      thumb: new Int32Array(60).fill(-1),
      thumbs: [],
    });
  });

  it('cuts thumbnails of as many points as it may, of all sources alike, from native pixels', async () => {
    const { points } = await makeMaps(view, features, { ...SETTINGS, thumbs: 7, umap: false });
    const chosen = Array.from(points?.thumb ?? [], (thumb, row) => ({ thumb, row })).filter(
      ({ thumb }) => thumb !== -1,
    );
    expect(chosen.map(({ thumb }) => thumb)).toStrictEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(points?.thumbs.map(({ width, height }) => [width, height])).toStrictEqual(
      new Array(7).fill([16, 16]),
    );
    expect(points?.thumbs[2]?.alt).toContain(`in/${chosen[2]?.row}.png`);
    // The only image without a source and two of each source.
    const counts = [0, 0, 0, 0];
    for (const { row } of chosen) counts[labels[row] as number]! += 1;
    expect(counts).toStrictEqual([1, 2, 2, 2]);
  });

  it('leaves the thumbnail of a file out that is gone or has changed', async () => {
    const gone = view.images.map((image, row) => ({
      ...image,
      ...(row === 0 ? { file: join(folder, 'gone.png') } : row === 1 ? { id: 'another' } : {}),
    }));
    const { points } = await makeMaps({ ...view, images: gone }, features, {
      ...{ ...SETTINGS, thumbs: 60, umap: false },
    });
    expect([...(points?.thumb.slice(0, 4) ?? [])]).toStrictEqual([-1, -1, 0, 1]);
    expect(points?.thumbs).toHaveLength(58);
  });

  it('says so where it shows some images only, and which it does not then', async () => {
    const { maps, points } = await makeMaps(view, features, { ...SETTINGS, points: 40 });
    const shown = points?.path.length as number;
    expect(shown).toBeLessThanOrEqual(40);
    expect(points?.total).toBe(60);
    expect(new Set(points?.source)).toStrictEqual(new Set([0, 1, 2, -1]));
    for (const { x, note } of maps) {
      expect(x).toHaveLength(shown);
      expect(note).toContain(`Made from ${shown} of 60 images`);
    }
    for (const { note } of (await makeMaps(view, features, SETTINGS)).maps)
      expect(note).not.toContain('Made from');
  });

  it('gives the same bytes again', async () => {
    const settings = { ...SETTINGS, points: 50, thumbs: 5 };
    expect(await makeMaps(view, features, settings)).toStrictEqual(await makeMaps(view, features, settings));
  });

  it('makes no map of fewer than two images, and no UMAP of fewer than eight', async () => {
    const few = (count: number) =>
      makeMaps(
        { ...view, images: view.images.slice(0, count), labels: labels.slice(0, count) },
        featuresOf(features.data.slice(0, count * features.dims), features.dims),
        SETTINGS,
      );
    for (const count of [0, 1]) expect(await few(count)).toStrictEqual({ maps: [], points: null });
    expect((await few(7)).maps.map(({ name }) => name)).toStrictEqual(['PCA']);
    expect((await few(8)).maps.map(({ name }) => name)).toStrictEqual(['PCA', 'UMAP']);
  });
});
