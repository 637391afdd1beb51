import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { changeSources, openCaseView } from '@ganscout/cases';
import { digestOf } from '@ganscout/storage';
import { beforeAll, expect, test } from 'vitest';
import {
  add,
  contextOf,
  copyRun,
  plantDump,
  plantRun,
  runOnImages,
} from '../../../cases/test/planted-case.js';
import { gatherReport } from '../../src/gather/gather-report.js';
import type { ReportSettings } from '../../src/gather/report-settings.js';
import type { ReportData } from '../../src/report-data.js';

let images: string;
let features: string;
beforeAll(async () => {
  images = await runOnImages();
  features = await plantRun();
});

async function gather(
  directory: string,
  settings: ReportSettings = {},
  truthFile: string | null = null,
): Promise<ReportData> {
  return gatherReport(await openCaseView(directory, { truthFile }), { umap: false, ...settings });
}

/** Digest of all that a report holds, pictures too. */
function digestOfReport(data: ReportData): string {
  const plain = (_: string, value: unknown) =>
    ArrayBuffer.isView(value)
      ? digestOf(new Uint8Array(value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength)))
      : value;
  return digestOf(JSON.stringify(data, plain));
}

/** True sources by the names of the planted files. */
function writeTruth(directory: string): string {
  const file = join(directory, 'given-truth.csv');
  const rows = readdirSync(join(dirname(directory), 'dump')).map((name) => `${name},${name.split('-')[0]}`);
  writeFileSync(file, `${['path,source', ...rows].join('\n')}\n`);
  return file;
}

test('a run on images is told in words, with its sources, sheets and residuals', async () => {
  const data = await gather(images);
  const { counts, sources, headline } = data;
  expect(counts).toMatchObject({ images: 52, knownSources: 2, unusable: 0 });
  expect(counts.known + counts.discovered + counts.unassigned).toBe(52);
  expect(counts.discoveredSources).toBeGreaterThanOrEqual(1);
  expect(headline[0]).toBe(
    `52 images were studied; ${counts.known} (${Math.round((100 * counts.known) / 52)} %) are of the 2 known sources.`,
  );
  expect(data.hasTruth).toBe(false);
  expect(headline.some((text) => text.includes('could not be measured'))).toBe(true);
  const largest = sources.find(({ kind }) => kind === 'discovered') as ReportData['sources'][number];
  expect(largest.sheets.map(({ kind }) => kind)).toEqual(['central', 'random', 'borderline']);
  expect(largest.sheets.map(({ images: shown }) => shown.length)).toEqual([12, 8, 8]);
  for (const { images: shown } of largest.sheets) {
    for (const image of shown) {
      expect([image.width, image.height]).toEqual([32, 32]);
      expect(image.caption).toMatch(/row-\d{3}\.png$/);
    }
  }
  expect(largest.fingerprint).toHaveLength(4);
  expect(largest.fingerprintNote).toContain('all 2 known sources together stand in their place.');
  expect(data.leftOut).toEqual([]);
  expect(data.provenance.map(({ title }) => title)).toContain('Configuration');
});

test('equal runs give equal reports; another seed draws other images', async () => {
  const first = await gather(images);
  expect(digestOfReport(await gather(images))).toBe(digestOfReport(first));
  const randoms = ({ sources }: ReportData) =>
    sources.flatMap(({ sheets }) =>
      sheets
        .filter(({ kind }) => kind === 'random')
        .flatMap(({ images: shown }) => shown.map(({ caption }) => caption)),
    );
  expect(randoms(await gather(images, { seed: 99 }))).not.toEqual(randoms(first));
});

test('gathering changes no file of the run', async () => {
  const directory = copyRun(images);
  const snapshot = () =>
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(
        ({ parentPath, name }) => `${parentPath}/${name} ${digestOf(readFileSync(join(parentPath, name)))}`,
      )
      .sort();
  const before = snapshot();
  await gather(directory);
  expect(snapshot()).toEqual(before);
});

test('with ground truth the figures are those of the present state, and misplaced images are listed', async () => {
  const truthFile = writeTruth(copyRun(images));
  const data = await gather(images, {}, truthFile);
  const view = await openCaseView(images);
  const kindOf = (path: string) => /(cross|row)-\d/.exec(path)?.[1] as string;
  const counts = new Map<number, Record<string, number>>();
  view.labels.forEach((number, row) => {
    const kind = kindOf(view.images[row]?.path as string);
    const own = counts.get(number) ?? {};
    counts.set(number, { ...own, [kind]: (own[kind] ?? 0) + 1 });
  });
  let [largest, found, misplaced] = [0, 0, 0];
  for (const [number, own] of counts) {
    const [most, all] = [
      Math.max(...Object.values(own)),
      Object.values(own).reduce((sum, count) => sum + count),
    ];
    if (number > 0) misplaced += all - most;
    if (view.sources[number - 1]?.kind !== 'discovered') continue;
    largest += most;
    found += all;
  }
  expect(data.hasTruth).toBe(true);
  const purity = data.finalFigures.find(({ name }) => name === 'average purity, new sources');
  expect(purity?.value).toBeCloseTo(largest / found, 12);
  expect(purity?.low).toBeLessThanOrEqual(purity?.value as number);
  expect(purity?.high).toBeGreaterThanOrEqual(purity?.value as number);
  const list = data.issues.find(({ title }) => title === 'Images of another true source');
  expect(list?.total ?? 0).toBe(misplaced);
});

test('files that are gone are told, not stumbled over', async () => {
  const view = await openCaseView(images);
  const before = await gatherReport(view, { umap: false });
  const central = before.sources.find(({ kind }) => kind === 'discovered')?.sheets[0]?.images[0]?.caption;
  const file = view.images.find(({ path }) => path === central)?.file as string;
  const bytes = readFileSync(file);
  try {
    rmSync(file);
    const data = await gatherReport(view, { umap: false });
    const list = data.issues.find(({ title }) => title === 'Files that could not be shown');
    expect(list?.rows).toEqual([[central, 'the file is gone or cannot be read']]);
    const shown = data.sources.flatMap(({ sheets }) => sheets.flatMap(({ images: own }) => own));
    expect(shown.some(({ caption }) => caption === central)).toBe(false);
    expect(shown.length).toBeGreaterThan(0);
  } finally {
    writeFileSync(file, bytes);
  }
});

test('a small page leaves out what matters least, and says so', async () => {
  const data = await gather(images, { maximumBytes: 1000 });
  expect(data.leftOut[0]).toBe('Left out to keep the page within 1 kB: the contact sheets drawn at random.');
  expect(data.leftOut.at(-1)).toMatch(/^Even so the page takes up some .* more than 1 kB\.$/);
  for (const { kind, sheets, fingerprint } of data.sources) {
    expect(fingerprint).toEqual([]);
    expect(sheets.map(({ images: shown }) => shown.length)).toEqual(kind === 'known' ? [] : [1]);
  }
  expect(data.points?.thumbs).toEqual([]);
});

test('a run made from features has no pictures, and that is said', async () => {
  const data = await gather(features);
  expect(data.leftOut).toHaveLength(1);
  expect(data.leftOut[0]).toContain('no image files');
  expect(data.sources.every(({ sheets, fingerprint }) => sheets.length + fingerprint.length === 0)).toBe(
    true,
  );
  expect(data.maps.map(({ name }) => name)).toEqual(['PCA']);
});

test('a case is told as it stands after adds and operations', async () => {
  const directory = copyRun(features);
  await add(directory, [plantDump(directory, 'later', { gina: 30, anna: 5 })]);
  const view = await openCaseView(directory);
  const [first, second] = view.sources.filter(({ kind }) => kind === 'discovered');
  const request = { operation: 'merge' as const, sources: [first?.id as string, second?.id as string] };
  await changeSources(directory, request, contextOf(directory));
  const data = await gather(directory);
  const entry = data.provenance.find(({ title }) => title === 'Log')?.rows.length as number;
  expect(data.headline[0]).toMatch(new RegExp(`^This is the case as of entry ${entry}, of `));
  expect(data.counts.images).toBe(125);
  expect(data.sources.some(({ id }) => id === second?.id)).toBe(false);
  const merged = data.sources.find(({ id }) => id === first?.id);
  expect(merged?.cautions.at(-1)).toMatch(/^Its figures are those of the run's end, when it had/);
  expect(data.provenance.find(({ title }) => title === 'Sources that are no more')?.rows[0]?.[0]).toContain(
    second?.id,
  );
});

test('a name of a real source that is none is an error', async () => {
  await expect(gather(images, { realSources: ['nobody'] })).rejects.toThrow('got "nobody"');
});
