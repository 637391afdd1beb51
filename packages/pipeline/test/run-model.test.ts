import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { FeatureSet } from '@ganscout/data-model';
import { type ImageRecord, InputError } from '@ganscout/images';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { openRunModel, type RunModel, readInputs } from '../src/index.js';
import { openDescriptions } from '../src/new-images.js';
import { readFeatures } from '../src/read-features.js';
import type { Descriptions } from '../src/stages/describe.js';
import { plantStudy, STUDY_CONFIG } from './planted-features.js';
import { plantSource } from './planted-images.js';
import { configIn, makeFolder, readRows, run } from './run-folder.js';

// Describing threads start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const SETTINGS = {
  directory: null,
  cropIds: new Set<string>(),
  threads: 1,
  signal: new AbortController().signal,
  onProgress: () => {},
};

/** Rows of a set by their ids. */
function rowsOf({ ids, dims, data }: FeatureSet, wanted: readonly string[]): number[][] {
  return wanted.map((id) => {
    const row = ids.indexOf(id);
    return [...data.subarray(row * dims, (row + 1) * dims)];
  });
}

describe('the model of a run from features', () => {
  const folder = makeFolder();
  const directory = join(folder, 'run');
  let model: RunModel;
  beforeAll(async () => {
    plantStudy(folder);
    await run(configIn(folder, STUDY_CONFIG));
    model = openRunModel(directory);
  });

  test('knows the sources, and exemplars of each, labelled ones of the known', () => {
    expect(model.sources.slice(0, model.knownCount)).toEqual(['anna', 'bert', 'carl']);
    expect(model.sources.slice(3).sort()).toEqual(['discovered-01', 'discovered-02', 'discovered-03']);
    const { exemplars } = model;
    expect(new Set(exemplars.labels)).toEqual(new Set(model.sources.keys()));
    // 15 labelled images a source, all of them fewer than 192.
    expect(exemplars.labelled.filter((value) => value === 1)).toHaveLength(45);
    expect(exemplars.ids.slice(0, 2)).toEqual(['x-0', 'x-1']);
    expect(model.spaces).toEqual(['whitened']);
    expect(model.test.wta.sourceCount).toBe(6);
  });

  test('has the images of no source in its buffer', () => {
    const unassigned = readRows(directory, 'assignments.csv').filter(({ kind }) => kind === 'unassigned');
    expect(model.buffer.ids).toEqual(unassigned.map(({ image_id }) => image_id));
    expect([...model.buffer.rows].map((row) => `y-${row}`)).toEqual(model.buffer.ids);
  });

  test('takes features from elsewhere to where the run took them', async () => {
    for (const name of ['x', 'y']) {
      const { features } = readFeatures(`${name}.npy`, folder, false);
      const projected = (await model.projectNew(features)).get('whitened') as FeatureSet;
      const exemplars = model.exemplars.features.get('whitened') as FeatureSet;
      expect(projected.space).toEqual(exemplars.space);
      const ids = exemplars.ids.filter((id) => id.startsWith(name));
      expect(ids.length).toBeGreaterThan(0);
      expect(rowsOf(projected, ids)).toEqual(rowsOf(exemplars, ids));
    }
  });

  test('takes no features of other columns, and no images', async () => {
    const { features } = readFeatures('y.npy', folder, false);
    const other = { ...features, dims: 8, ids: [...features.ids, ...features.ids] };
    expect(() => model.projectNew(other)).toThrow('must have 16 columns as those of the run have, got 8');
    await expect(model.readNew([], SETTINGS)).rejects.toThrow(InputError);
  });

  test('needs nothing but the configuration and what is not as large as the sets', async () => {
    const elsewhere = join(folder, 'generation');
    cpSync(directory, elsewhere, { recursive: true });
    for (const name of readdirSync(elsewhere)) {
      if (name !== 'config.resolved.yaml' && !name.startsWith('round-')) rmSync(join(elsewhere, name));
    }
    const large = readdirSync(elsewhere, { recursive: true, encoding: 'utf8' }).filter((path) =>
      /(known|discovery)-(rows|[a-z0-9]+)\.npy$|(oodScore|labels|pValue|completed)\.npy$/.test(path),
    );
    for (const path of large.filter((name) => !name.includes('exemplar'))) rmSync(join(elsewhere, path));
    expect(large.length).toBeGreaterThan(4);
    const { features } = readFeatures('y.npy', folder, false);
    const found = openRunModel(elsewhere);
    expect(found.exemplars).toEqual(model.exemplars);
    expect(found.test).toEqual(model.test);
    expect(await found.projectNew(features)).toEqual(await model.projectNew(features));
  });

  test('is there only where a run has come to its end', () => {
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    expect(() => openRunModel(empty)).toThrow(`${empty} holds no run`);
    cpSync(join(directory, 'config.resolved.yaml'), join(empty, 'config.resolved.yaml'));
    expect(() => openRunModel(empty)).toThrow(/has not come to its end; finish it with --resume/);
  });
});

describe('the model of a run from images', () => {
  const folder = makeFolder();
  const directory = join(folder, 'run');
  let records: readonly ImageRecord[] = [];
  beforeAll(async () => {
    for (const filter of ['cross', 'box'] as const) {
      await plantSource(join(folder, `known/${filter}/`), filter, { count: 12, seed: 1 });
      await plantSource(join(folder, `dump/${filter}-`), filter, { count: 3, seed: 2 });
    }
    await plantSource(join(folder, 'dump/diagonal-'), 'diagonal', { count: 14, seed: 2 });
    const config = `
run: { rounds: 1, threads: 1 }
data: { known: known, discovery: dump }
extractor:
  whitening: { components: 20, leading: 5 }
  embedding: { hiddenSizes: [16, 8], epochs: 2 }
ood: { hashCount: 256 }
kmeans: { clusterCount: 2, space: [whitened, descriptor] }
merge: { space: [hidden1] }
`;
    await run(configIn(folder, config));
    const { known, discovery } = readInputs(readFileSync(join(directory, 'inputs.csv'), 'utf8'));
    records = [...known, ...discovery];
  });

  test('takes its own images to where the run took them, in every space of its stages', async () => {
    const model = openRunModel(directory);
    expect(model.spaces).toEqual(['descriptor', 'hidden1', 'whitened']);
    const { ids, features, failures } = await model.readNew(records, SETTINGS);
    await model.close();
    expect([ids.length, failures.size]).toEqual([records.length, 0]);
    for (const [name, exemplars] of model.exemplars.features) {
      const found = features.get(name) as FeatureSet;
      expect(found.space).toEqual(exemplars.space);
      const [first, last] = [exemplars.ids[0], exemplars.ids.at(-1)] as [string, string];
      expect(rowsOf(found, [first, last])).toEqual(rowsOf(exemplars, [first, last]));
    }
  });

  test('reads rows of its own images as stages kept them, which are those that it makes anew', async () => {
    const model = openRunModel(directory);
    const { features } = await model.readNew(records, SETTINGS);
    await model.close();
    for (const set of ['known', 'discovery'] as const) {
      const ids = records.map(({ id }) => id).slice(...(set === 'known' ? [0, 24] : [24]));
      const kept = model.readKept({ set, ids }, ['hidden1', 'whitened']);
      expect([...(kept?.keys() ?? [])]).toEqual(['hidden1', 'whitened']);
      for (const [name, rows] of kept ?? []) {
        const made = features.get(name) as FeatureSet;
        expect([rows.space, rows.ids, rows.dims]).toEqual([made.space, ids, made.dims]);
        const expected = rowsOf(made, ids).flat();
        // Sums are rounded otherwise where other rows are made with them.
        expect(
          Math.max(...expected.map((value, i) => Math.abs(value - (rows.data[i] as number)))),
        ).toBeLessThan(1e-4);
      }
      expect(model.readKept({ set, ids }, ['whitened', 'descriptor'])).toBeNull();
      expect(() => model.readKept({ set, ids: ids.slice(1) }, ['whitened'])).toThrow(InputError);
    }
  });

  test('keeps descriptions with the crops asked for, and takes them up again', async () => {
    const kept = join(folder, 'kept');
    const model = openRunModel(directory);
    const cropIds = new Set([records[1]?.id as string, records[4]?.id as string, 'another']);
    const settings = { ...SETTINGS, directory: kept, cropIds, threads: 2 };
    const rows = await model.readNew(records.slice(0, 6), settings);
    let described = 0;
    const again = await model.readNew(records.slice(0, 6), {
      ...settings,
      onProgress: () => {
        described += 1;
      },
    });
    await model.close();
    expect(described).toBe(0);
    expect([...again.features]).toEqual([...rows.features]);
    const { whole, crops, cropsPerImage } = openDescriptions(kept, model.config);
    expect([whole.rows, crops.rows]).toEqual([6, 2 * cropsPerImage]);
    expect(whole.read(0, 6)).toEqual(rows.descriptions?.whole.read(0, 6));
  });

  test('reads only what is of status ok, names the files that cannot be decoded, and no image is none', async () => {
    const model = openRunModel(directory);
    const [first, second, third] = records as [ImageRecord, ImageRecord, ImageRecord];
    const gone = { ...second, id: 'gone', file: join(folder, 'gone.png') };
    const copy = { ...third, status: 'duplicate' as const };
    const { ids, failures, features } = await model.readNew([gone, first, copy], SETTINGS);
    expect(ids).toEqual([first.id]);
    expect([...failures.keys()]).toEqual(['gone']);
    expect(features.get('whitened')?.ids).toEqual([first.id]);
    const none = await model.readNew([], SETTINGS);
    expect([...none.features.values()].map(({ data }) => data.length)).toEqual([0, 0, 0]);
    await model.close();
  });

  test('takes descriptors to where it takes their images', async () => {
    const model = openRunModel(directory);
    const { ids, features, descriptions } = await model.readNew(records.slice(0, 3), SETTINGS);
    await model.close();
    const { dims, read } = (descriptions as Descriptions).whole;
    const space = { extractor: 'descriptor', layer: '', round: 0, transform: '' };
    expect(await model.projectNew({ ids, dims, data: read(0, 3), space })).toEqual(features);
  });
});
