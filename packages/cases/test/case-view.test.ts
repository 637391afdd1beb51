import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readNpy } from '@ganscout/data-model';
import { encodePng, formatCsvRow, InputError } from '@ganscout/images';
import { joinSpaces, openRunModel, readFeatures } from '@ganscout/pipeline';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { openCaseModel } from '../src/case-model.js';
import { readCase } from '../src/case-state.js';
import { changeSources, type SourceRequest } from '../src/operations/source-operations-request.js';
import { openCaseView } from '../src/reading/case-view.js';
import type { CaseView } from '../src/reading/viewed-case.js';
import { add, contextOf, copyRun, plantDump, plantRun, runOnImages } from './planted-case.js';
import { makeFolder } from './verify-folder.js';

// Describing threads start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const change = (directory: string, request: SourceRequest) =>
  changeSources(directory, request, contextOf(directory));
const rowOf = ({ images }: CaseView, id: string) => images.findIndex((image) => image.id === id);
const sourceOf = (view: CaseView, id: string) =>
  view.sources[(view.labels[rowOf(view, id)] as number) - 1]?.id ?? '';
/** The largest difference of two arrays of one length. */
const difference = (a: Float32Array, b: Float32Array) =>
  a.length === b.length
    ? a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0)
    : Number.POSITIVE_INFINITY;

/** The images of `NAME.npy` beside a case, in the spaces of its present generation. */
async function projected(directory: string, name: string): Promise<Float32Array> {
  const { run } = openCaseModel(readCase(directory));
  const { features } = readFeatures(`${name}.npy`, dirname(directory), false);
  return joinSpaces(await run.projectNew(features), run.options.ood.space).data;
}

let run: string;
beforeAll(async () => {
  run = await plantRun();
});

describe('openCaseView() of a run that was never opened as a case', () => {
  let view: CaseView;
  beforeAll(async () => {
    view = await openCaseView(run);
  });

  test('lists its images in the order of the case, without files where there are none', () => {
    expect(view.images.map(({ id }) => id)).toEqual(view.state.ids);
    expect(view.images).toHaveLength(90);
    expect(view.images[31]).toEqual({
      id: 'y-31',
      path: 'y-31',
      file: null,
      width: null,
      height: null,
      format: '',
      bytes: null,
      patch: null,
      entry: 1,
      group: null,
    });
    expect([view.unusable, view.copies, view.warnings, view.truth]).toEqual([[], [], [], null]);
  });

  test('lists its sources as sources.csv does, with how they came about', () => {
    expect(view.sources.map(({ row }) => row)).toEqual(view.summary.sources);
    const [anna] = view.sources;
    expect(anna).toMatchObject({
      number: 1,
      id: 'S0001',
      name: 'anna',
      kind: 'known',
      labelled: 40,
      size: 10,
    });
    expect(anna?.lineage).toEqual(['S0001 (anna) was born with 10 images: labelled images.']);
    const dora = view.sources.find(({ id }) => id === sourceOf(view, 'y-30'));
    expect(dora).toMatchObject({ kind: 'discovered', labelled: null, size: 20, state: 'active' });
    expect(dora?.lineage[0]).toMatch(/was born with 20 images: discovered by the run in round 1\.$/);
    expect(dora?.representatives.every((id) => sourceOf(view, id) === dora.id)).toBe(true);
  });

  test('tells labelled images with their sources', () => {
    expect(view.known.images.map(({ id }) => id).slice(0, 2)).toEqual(['x-0', 'x-1']);
    expect([...view.known.labels]).toEqual([1, 2, 3].flatMap((number) => Array(40).fill(number)));
  });

  test('has times and memory of its stages', () => {
    const stages = view.timings?.stages ?? [];
    expect(stages.map(({ stage }) => stage)).toEqual([
      'whiten',
      'ood',
      'kmeans',
      'merge',
      'refine',
      'attribute',
    ]);
    expect(stages.every(({ peakMemoryBytes }) => (peakMemoryBytes ?? 0) > 1e6)).toBe(true);
  });

  test('reads features of all images, of some in the order asked for, and of labelled ones', async () => {
    const all = await view.readRows(null);
    expect(all.ids).toEqual(view.state.ids);
    expect(difference(all.data, await projected(run, 'y'))).toBe(0);
    const some = await view.readRows(Int32Array.of(5, 89, 5));
    expect(some.ids).toEqual(['y-5', 'y-89', 'y-5']);
    expect(some.data.slice(some.dims, 2 * some.dims)).toEqual(all.data.slice(89 * all.dims));
    const known = await view.readKnownRows(null);
    expect(difference(known.data, await projected(run, 'x'))).toBe(0);
    expect((await view.readRows(new Int32Array(0))).ids).toEqual([]);
    await expect(view.readRows(Int32Array.of(90))).rejects.toThrow('a row must be in [0, 90), got 90');
  });

  test('reads what stages kept though the files with features are gone', async () => {
    const directory = copyRun(run);
    const expected = await (await openCaseView(directory)).readRows(null);
    for (const name of readdirSync(dirname(directory))) {
      if (/\.(npy|csv)$/.test(name)) rmSync(join(dirname(directory), name));
    }
    const without = await openCaseView(directory);
    expect(difference((await without.readRows(null)).data, expected.data)).toBe(0);
    expect((await without.readKnownRows(Int32Array.of(3))).ids).toEqual(['x-3']);
  });
});

describe('openCaseView() of a case', () => {
  let directory: string;
  let before: CaseView;
  beforeAll(async () => {
    directory = copyRun(run);
    before = await openCaseView(directory);
    await add(directory, [plantDump(directory, 'z', { anna: 6, gina: 30 })]);
    await change(directory, { operation: 'rename', source: 'S0001', name: 'ann' });
    await change(directory, { operation: 'note', source: 'S0001', note: 'a note' });
    const [dora, emil] = ['y-30', 'y-50'].map((id) => sourceOf(before, id)) as [string, string];
    await change(directory, { operation: 'merge', sources: [dora, emil] });
  });

  test('has the images that were added, and how each got its source', async () => {
    const view = await openCaseView(directory);
    expect(view.images).toHaveLength(126);
    expect(view.images[95]).toMatchObject({ id: 'z-5', entry: 2, file: null });
    const gina = view.sources.find(({ id }) => id === sourceOf(view, 'z-20'));
    expect(gina).toMatchObject({ size: 30, row: null, kind: 'discovered' });
    expect(gina?.lineage[0]).toMatch(/^Entry 2: S0007 \(discovered-04\) was born with 30 images/);
    const at = rowOf(view, 'z-20');
    expect([view.provenance.entry[at], view.provenance.round[at]]).toEqual([2, 0]);
    expect(view.provenance.reason[at]).toBe('clustered with images that no source accepted');
    expect(view.provenance.pValue[at]).toBeLessThanOrEqual(0.05);
  });

  test('calls sources by their names of now, what the run said of them too', async () => {
    const view = await openCaseView(directory);
    const [ann] = view.sources;
    expect(ann).toMatchObject({ name: 'ann', size: 16, labelled: 40, notes: ['a note'] });
    expect(ann?.row).toMatchObject({ source: 'ann', size: 10 });
    expect(ann?.lineage.at(-2)).toBe('Entry 3: S0001 was renamed from "anna" to "ann".');
    expect([...view.known.labels].filter((label) => label === 1)).toHaveLength(40);
    const [dora, emil] = ['y-30', 'y-50'].map((id) => sourceOf(before, id)) as [string, string];
    expect([sourceOf(view, 'y-30'), sourceOf(view, 'y-50')]).toEqual([dora, dora]);
    const merged = view.sources.find(({ id }) => id === emil);
    expect(merged).toMatchObject({ state: 'merged', size: 0 });
    expect(merged?.lineage.at(-1)).toMatch(
      /^Entry 5: .* was merged into .* with 20 images: a person said so\.$/,
    );
    // What was nearest has its name of now; a merged source is one with the source that it went into.
    const heir = view.sources.find(({ id }) => id === dora)?.name as string;
    const renamed = new Map([
      ['anna', 'ann'],
      [merged?.name, heir],
    ]);
    before.sources.forEach(({ row, name }, i) => {
      const was = row?.nearest as string;
      const own = renamed.get(name) ?? name;
      const now = renamed.get(was) ?? was;
      expect(view.sources[i]?.row?.nearest).toBe(now === own ? '' : now);
    });
    expect(before.sources.map(({ row }) => row?.nearest)).toContain('anna');
  });

  test('reads features of images that were added beside those of the run', async () => {
    const view = await openCaseView(directory);
    const { data, ids, dims } = await view.readRows(null);
    expect(ids).toEqual(view.state.ids);
    expect(difference(data.subarray(0, 90 * dims), await projected(directory, 'y'))).toBe(0);
    expect(difference(data.subarray(90 * dims), await projected(directory, 'z'))).toBe(0);
    const some = await view.readRows(Int32Array.of(100, 2, 90));
    expect(some.ids).toEqual(['z-10', 'y-2', 'z-0']);
    expect(some.data.slice(0, dims)).toEqual(data.slice(100 * dims, 101 * dims));
    expect(some.data.slice(dims, 2 * dims)).toEqual(data.slice(2 * dims, 3 * dims));
  });

  test('that was trained again reads all features in the spaces of the last training', async () => {
    const trained = copyRun(run);
    await add(trained, [plantDump(trained, 'z', { anna: 6, gina: 30 })]);
    await change(trained, { operation: 'retire', source: 'S0002' });
    await add(trained, [], { retrain: 'always' });
    await add(trained, [plantDump(trained, 'w', { anna: 3 })]);
    const view = await openCaseView(trained);
    expect(view.state.generation).toBe(2);
    const { data, dims, ids } = await view.readRows(null);
    expect(ids).toEqual(view.state.ids);
    const parts = await Promise.all(['y', 'z', 'w'].map((name) => projected(trained, name)));
    expect(difference(data, Float32Array.from(parts.flatMap((part) => [...part])))).toBe(0);
    const known = await view.readKnownRows(Int32Array.of(70, 1));
    const labelled = await projected(trained, 'x');
    expect(known.ids).toEqual(['x-70', 'x-1']);
    expect(known.data.slice(dims)).toEqual(labelled.slice(dims, 2 * dims));
    const at = rowOf(view, 'y-0');
    expect(Number.isFinite(view.provenance.score[at])).toBe(true);
  });
});

describe('openCaseView() with true sources', () => {
  const truthOf = (view: CaseView) => view.truth?.filter((source) => source !== null).length ?? null;
  const table = (directory: string, sources: Readonly<Record<string, string>>) => {
    const path = join(dirname(directory), 'truth.csv');
    const rows = Object.entries(sources).map((row) => formatCsvRow(row));
    writeFileSync(path, formatCsvRow(['path', 'source']) + rows.join(''));
    return path;
  };

  test('takes them from a table in place of what is known, and says of how many it tells', async () => {
    const truthFile = table(run, { 'y-0': 'anna', 'y-89': 'fred' });
    const view = await openCaseView(run, { truthFile });
    expect([view.truth?.[0], view.truth?.[1], view.truth?.[89]]).toEqual(['anna', null, 'fred']);
    expect(view.warnings).toEqual([
      `${truthFile} names the source of 2 of 90 images; the others are not scored.`,
    ]);
  });

  test('refuses a table that is not there, and one of other images', async () => {
    const truthFile = table(run, { 'q-0': 'anna' });
    await expect(openCaseView(run, { truthFile })).rejects.toThrow(
      /names the source of none of the case's 90/,
    );
    await expect(openCaseView(run, { truthFile: join(run, 'none.csv') })).rejects.toThrow(InputError);
  });

  test('takes them from the table of the run, and does without if it is gone', async () => {
    const directory = copyRun(run);
    const config = join(directory, 'config.resolved.yaml');
    const path = table(directory, { 'y-0': 'anna', 'y-1': 'anna', 'y-2': 'anna' });
    writeFileSync(config, readFileSync(config, 'utf8').replace(/truth: null/, `truth: ${path}`));
    expect(truthOf(await openCaseView(directory))).toBe(3);
    rmSync(path);
    const view = await openCaseView(directory);
    expect(view.truth).toBeNull();
    expect(view.warnings[0]).toMatch(/^The run's table of true sources cannot be read, so it is left out: /);
  });
});

describe('openCaseView() of a run on images', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await runOnImages();
  });

  test('has files, sizes, what could not be used, and of which input a copy is', async () => {
    const own = copyRun(directory);
    const dump = join(makeFolder(), 'new');
    renameSync(join(dirname(own), 'later'), dump);
    const [first] = readdirSync(dump).sort();
    const copied = readFileSync(join(dirname(directory), 'dump/row-000.png'));
    const labelled = readFileSync(join(dirname(directory), 'known/cross/cross-000.png'));
    writeFileSync(join(dump, 'zz-copy.png'), copied);
    writeFileSync(join(dump, 'zz-labelled.png'), labelled);
    writeFileSync(join(dump, 'zz-own.png'), readFileSync(join(dump, first as string)));
    writeFileSync(join(dump, 'zz-broken.png'), 'no image');
    const small = await encodePng({ width: 4, height: 4, data: new Uint8Array(48) });
    writeFileSync(join(dump, 'zz-small.png'), small);
    await add(own, [dump]);
    const view = await openCaseView(own);
    const [image] = view.images;
    expect(image).toMatchObject({ format: 'png', patch: null, entry: 1 });
    expect(existsSync(image?.file as string)).toBe(true);
    expect(image?.width).toBeGreaterThan(0);
    expect(image?.bytes).toBe(readFileSync(image?.file as string).length);
    const shorten = (path: string) => path.split('/').slice(-1)[0];
    expect(view.unusable.map(({ path, status, entry }) => [shorten(path), status, entry])).toEqual([
      ['zz-broken.png', 'unreadable', 2],
      ['zz-small.png', 'too_small', 2],
    ]);
    expect(view.unusable.every(({ reason }) => reason !== '')).toBe(true);
    expect(view.copies.map(({ path, of, set, entry }) => [shorten(path), shorten(of), set, entry])).toEqual([
      ['zz-copy.png', 'row-000.png', 'discovery', 2],
      ['zz-labelled.png', 'cross-000.png', 'discovery', 2],
      ['zz-own.png', first, 'discovery', 2],
    ]);
    const { ids, data, dims } = await view.readRows(null);
    expect(ids).toEqual(view.state.ids);
    // The images that were added are described in the case: without their files the same features are made.
    rmSync(dump, { recursive: true });
    rmSync(join(dirname(own), 'dump'), { recursive: true });
    rmSync(join(dirname(own), 'known'), { recursive: true });
    const without = await openCaseView(own);
    expect(without.images.map(({ file }) => file)).toEqual(view.images.map(({ file }) => file));
    const last = ids.length - 1;
    const some = await without.readRows(Int32Array.of(last, 0));
    // Sums are rounded otherwise where other rows are made with them.
    expect(difference(some.data.slice(0, dims), data.slice(last * dims))).toBeLessThan(1e-5);
    expect(difference(some.data.slice(dims), data.slice(0, dims))).toBe(0);
  });

  test('reads standardized descriptors in blocks where no stage kept them', async () => {
    const own = copyRun(directory);
    const state = readCase(own);
    const config = join(own, 'config.resolved.yaml');
    const text = readFileSync(config, 'utf8');
    writeFileSync(config, text.replace(/(ood:[\s\S]*?space:\n\s+- )whitened/, '$1descriptor'));
    const model = openRunModel(own);
    expect(model.options.ood.space).toEqual(['descriptor']);
    const view = await openCaseView(own);
    const { data, dims, ids } = await view.readRows(null);
    expect(ids).toEqual(state.ids);
    const one = await view.readRows(Int32Array.of(17));
    expect(one.data).toEqual(data.slice(17 * dims, 18 * dims));
    const known = await view.readKnownRows(null);
    // By the known set they have mean 0 and deviation 1, where they vary at all.
    const first = Array.from({ length: known.ids.length }, (_, row) => known.data[row * dims] as number);
    const mean = first.reduce((sum, value) => sum + value, 0) / first.length;
    expect(Math.abs(mean)).toBeLessThan(1e-4);
  });
});

test('openCaseView() refuses tables that list other images than the case has, and a folder without a run', async () => {
  const directory = copyRun(run);
  await change(directory, { operation: 'note', source: 'S0001', note: 'now it is a case' });
  const path = join(directory, 'inputs.csv');
  writeFileSync(path, readFileSync(path, 'utf8').replace(/^y-7,.*\n/m, ''));
  await expect(openCaseView(directory)).rejects.toThrow(/must list the 90 images of the case/);
  await expect(openCaseView(makeFolder())).rejects.toThrow(InputError);
  expect(readNpy(readFileSync(join(directory, 'case/0001/labels.npy'))).data).toHaveLength(90);
});
