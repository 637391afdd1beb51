import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FeatureSet, selectRows } from '@ganscout/data-model';
import type { ImageRecord } from '@ganscout/images';
import { expect, test, vi } from 'vitest';
import {
  type ImageConstraints,
  openDescribedImages,
  openRunModel,
  type Rediscovery,
  type RediscoveryInput,
  type ResolvedConfig,
  type RunEvent,
  readFeatures,
  readInputs,
  rediscover,
} from '../src/index.js';
import { REASONS } from '../src/label-state.js';
import { sampleIds } from '../src/stages/describe.js';
import { BACKBONE_CONFIG, plantBackboneStudy } from './planted-backbone.js';
import { plantStudy, STUDY_CONFIG } from './planted-features.js';
import { plantSource } from './planted-images.js';
import { configIn, digestsOf, makeFolder, readRows, run, stagesDone } from './run-folder.js';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

const NOTHING_SAID: ImageConstraints = { mustLink: [], cannotLink: [] };

async function redo(input: RediscoveryInput): Promise<Rediscovery & { events: RunEvent[] }> {
  const events: RunEvent[] = [];
  const settings = { signal: new AbortController().signal, now: () => new Date(0) };
  const result = await rediscover(input, { ...settings, listener: (event) => void events.push(event) });
  return { ...result, events };
}

/** A planted study of features, as what is discovered anew. */
function featureInput(folder: string, config: ResolvedConfig, name = 'generation'): RediscoveryInput {
  const known = readFeatures('x.npy', folder, true);
  const discovery = readFeatures('y.npy', folder, false);
  return {
    config,
    directory: join(folder, name),
    known: known.records,
    discovery: discovery.records,
    described: [],
    imported: { known: known.features, discovery: discovery.features },
    constraints: NOTHING_SAID,
  };
}

/** Digests of the stages of a run or a generation. */
function stagesOf(directory: string, stages = /^round-/): Record<string, string> {
  return Object.fromEntries(Object.entries(digestsOf(directory)).filter(([path]) => stages.test(path)));
}

test('rediscover() of features leaves the bytes that a run on them leaves, and what a model is opened from', async () => {
  const folder = makeFolder();
  plantStudy(folder);
  const config = configIn(folder, STUDY_CONFIG);
  await run(config);
  const result = await redo(featureInput(folder, config));
  const stages = stagesOf(join(folder, 'run'));
  expect(Object.keys(stages).length).toBeGreaterThan(40);
  expect(stagesOf(join(folder, 'generation'))).toEqual(stages);
  const rows = readRows(folder, 'run/assignments.csv');
  expect(rows.map(({ source }) => source)).toEqual(
    [...result.labels.assignment.labels].map((label) => result.sources[label] ?? ''),
  );
  expect(rows.map(({ image_id }) => image_id)).toEqual(result.ids);
  const [before, now] = ['run', 'generation'].map((name) => openRunModel(join(folder, name)));
  expect(now?.sources).toEqual(result.sources);
  expect(now?.sources).toEqual(before?.sources);
  expect(now?.round).toBe(result.lastRound);
  expect(result.trust).toHaveLength(result.sources.length);
});

test('rediscover() keeps what is there, and does anew what constraints change', async () => {
  const folder = makeFolder();
  plantStudy(folder);
  const input = featureInput(folder, configIn(folder, STUDY_CONFIG));
  await redo(input);
  expect(stagesDone((await redo(input)).events)).toEqual([]);
  const constraints = { ...NOTHING_SAID, mustLink: [['y-30', 'y-31']] };
  const done = stagesDone((await redo({ ...input, constraints })).events);
  expect(done).toContain('1 merge');
  expect(done).not.toContain('1 kmeans');
  // Of images that are not there nothing is said.
  await redo(input);
  const absent = { mustLink: [['y-30', 'x-1']], cannotLink: [{ left: ['y-30'], right: ['gone'] }] };
  expect(stagesDone((await redo({ ...input, constraints: absent })).events)).toEqual([]);
});

test('rediscover() obeys what people said, in every round and with the reason', async () => {
  const folder = makeFolder();
  plantStudy(folder);
  const input = featureInput(folder, configIn(folder, STUDY_CONFIG));
  const rows = readRows(folder, 'y.csv');
  const idsOf = (name: string) => rows.filter(({ source }) => source === name).map(({ id }) => id as string);
  const [dora, emil, fred] = ['dora', 'emil', 'fred'].map(idsOf) as [string[], string[], string[]];
  const plain = await redo(input);
  const labelOf = (result: Rediscovery, id: string) =>
    result.labels.assignment.labels[result.ids.indexOf(id)];
  const [d, e, f] = [dora, emil, fred].map(([id]) => labelOf(plain, id as string));
  expect(new Set([d, e, f]).size).toBe(3);
  // Two planted sources become one; the third is torn by halves that its features do not tell apart.
  const halves = { left: fred.slice(0, 10), right: fred.slice(10) };
  const constraints = { mustLink: [[...dora.slice(0, 15), ...emil.slice(0, 5)]], cannotLink: [halves] };
  const said = await redo({ ...input, directory: join(folder, 'said'), constraints });
  const together = labelOf(said, dora[0] as string);
  expect(new Set([...dora.slice(0, 15), ...emil.slice(0, 5)].map((id) => labelOf(said, id)))).toEqual(
    new Set([together]),
  );
  const [lefts, rights] = [halves.left, halves.right].map(
    (ids) => new Set(ids.map((id) => labelOf(said, id)).filter((label) => label !== -1)),
  ) as [Set<number>, Set<number>];
  expect(lefts.size).toBeGreaterThan(0);
  expect(rights.size).toBeGreaterThan(0);
  expect([...lefts].filter((label) => rights.has(label))).toEqual([]);
  const reasonOf = (id: string) => REASONS[said.labels.reasons[said.ids.indexOf(id)] as number];
  expect(reasonOf(emil[0] as string)).toBe('a person linked it to images of its source');
  const parted = fred.filter((id) => reasonOf(id)?.startsWith('a person parted it'));
  expect(parted.length).toBeGreaterThanOrEqual(5);
  // What a known source accepts is what it was.
  const accepted = ({ labels }: Rediscovery) =>
    [...labels.assignment.labels].map((label) => Math.min(label, 3));
  expect(accepted(said).slice(0, 30)).toEqual(accepted(plain).slice(0, 30));
});

test('rediscover() takes images that people labelled as labelled ones', async () => {
  const folder = makeFolder();
  plantStudy(folder);
  const input = featureInput(folder, configIn(folder, STUDY_CONFIG));
  const imported = input.imported as NonNullable<RediscoveryInput['imported']>;
  // Rows 30 to 39 are of dora, as 40 to 49 are.
  const rows = [...input.discovery.keys()];
  const isLabelled = (row: number) => row >= 30 && row < 40;
  const moved = rows.filter(isLabelled);
  const kept = rows.filter((row) => !isLabelled(row));
  const labelled = moved.map((row) => ({ ...(input.discovery[row] as ImageRecord), source: 'dora' }));
  const both = [imported.known, selectRows(imported.discovery, moved)] as [FeatureSet, FeatureSet];
  const result = await redo({
    ...input,
    known: [...input.known, ...labelled],
    discovery: kept.map((row) => input.discovery[row] as ImageRecord),
    imported: { known: joined(...both), discovery: selectRows(imported.discovery, kept) },
  });
  expect(result.knownSources).toEqual(['anna', 'bert', 'carl', 'dora']);
  const labels = kept.map((row, i) => [row, result.labels.assignment.labels[i] as number] as const);
  const ofDora = labels.filter(([row]) => row >= 40 && row < 50).map(([, label]) => label);
  expect(ofDora.filter((label) => label === 3).length).toBeGreaterThanOrEqual(8);
});

function joined(first: FeatureSet, second: FeatureSet): FeatureSet {
  const data = Float32Array.from([...first.data, ...second.data]);
  return { ...first, ids: [...first.ids, ...second.ids], data };
}

test('rediscover() refuses features that are not those of the records', async () => {
  const folder = makeFolder();
  plantStudy(folder);
  const input = featureInput(folder, configIn(folder, STUDY_CONFIG));
  const error = await redo({ ...input, discovery: input.discovery.slice(1) }).catch(
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(TypeError);
  expect((error as Error).message).toBe(
    "rediscover: the discovery features must have a row for each of 89 records, in their order; row 0 of 90 is another's or missing",
  );
});

const IMAGE_CONFIG = `run: { rounds: 2, threads: 1 }
data: { known: known, discovery: dump }
extractor:
  whitening: { components: 20, leading: 8, cropSample: 30, compressionWeight: 0.3, compressedSample: 12 }
ood: { scores: [wta], hashCount: 128 }
kmeans: { clusterCount: 4 }
`;

/** Known images, a first dump of two sources and a second with a third, and one image of each dump that cannot be decoded. */
async function plantDumps(folder: string): Promise<void> {
  const at = (path: string) => join(folder, path);
  const plant = (path: string, filter: 'cross' | 'box' | 'row' | 'diagonal', count: number, seed: number) =>
    plantSource(at(path), filter, { count, seed, side: 32 });
  await plant('known/cross/', 'cross', 15, 1);
  await plant('known/box/', 'box', 15, 1);
  await plant('dump/a-cross-', 'cross', 10, 2);
  await plant('dump/a-row-', 'row', 16, 2);
  await plant('dump/b-box-', 'box', 5, 3);
  await plant('dump/b-diagonal-', 'diagonal', 12, 3);
  for (const [name, of] of [
    ['a-x-broken', 'a-row-000'],
    ['b-x-broken', 'b-box-000'],
  ])
    writeFileSync(at(`dump/${name}.png`), readFileSync(at(`dump/${of}.png`)).subarray(0, 900));
}

function inputsOf(...path: string[]) {
  return readInputs(readFileSync(join(...path, 'inputs.csv'), 'utf8'));
}

test('rediscover() of a run and an addition is a run on both, from what each described', async () => {
  const folder = makeFolder();
  await plantDumps(folder);
  await run(configIn(folder, IMAGE_CONFIG, ['run.output=all']));
  const all = inputsOf(folder, 'all');
  const isFirst = ({ path }: ImageRecord) => /(^|\/)a-/.test(path);
  writeFileSync(
    join(folder, 'first.txt'),
    all.discovery
      .filter(isFirst)
      .map(({ file }) => `${file}\n`)
      .join(''),
  );
  const config = configIn(folder, IMAGE_CONFIG, ['run.output=first', 'data.discovery=first.txt']);
  await run(config);
  const first = inputsOf(folder, 'first');
  expect(first.discovery).toHaveLength(27);
  const added = all.discovery
    .filter((record) => !isFirst(record))
    .map((record): ImageRecord => ({ ...record, status: 'ok', reason: '' }));
  const model = openRunModel(join(folder, 'first'));
  const candidates = [...first.known, ...first.discovery, ...added];
  await model.readNew(added, {
    directory: join(folder, 'added'),
    cropIds: sampleIds(candidates, 30),
    threads: 1,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  await model.close();
  const described = [
    openDescribedImages(join(folder, 'first'), config, first),
    openDescribedImages(join(folder, 'added'), config, { known: [], discovery: added }),
  ];
  expect(described.map(({ records }) => records.length)).toEqual([56, 17]);
  // A sample of the first set's crops is all that is there of them.
  expect(described[0]?.cropsOf.size).toBeLessThanOrEqual(30);
  const input: RediscoveryInput = {
    config,
    directory: join(folder, 'generation'),
    known: first.known,
    discovery: [...first.discovery, ...added],
    described,
    imported: null,
    constraints: NOTHING_SAID,
  };
  const { ids } = await redo(input);
  expect(ids).toHaveLength(26 + 17);
  expect(arraysOf(join(folder, 'generation'))).toEqual(arraysOf(join(folder, 'all')));
  expect(Object.keys(arraysOf(join(folder, 'all'))).length).toBeGreaterThan(40);
  expect(stagesDone((await redo(input)).events)).toEqual([]);
});

/** What the stages after describing came to, without what says from which inputs. */
function arraysOf(directory: string): Record<string, string> {
  return stagesOf(directory, /^round-\d+\/(?!describe)[^/]+\/(?!stage\.json)/);
}

test('openDescribedImages() refuses images that are not those described', async () => {
  const folder = makeFolder();
  await plantSource(join(folder, 'known/cross/'), 'cross', { count: 6, seed: 1, side: 32 });
  await plantSource(join(folder, 'known/box/'), 'box', { count: 6, seed: 1, side: 32 });
  await plantSource(join(folder, 'dump/'), 'row', { count: 8, seed: 2, side: 32 });
  const config = configIn(folder, IMAGE_CONFIG, ['run.rounds=1', 'kmeans.clusterCount=2']);
  await run(config);
  const inputs = inputsOf(folder, 'run');
  expect(openDescribedImages(join(folder, 'run'), config, inputs).records).toHaveLength(20);
  const fewer = { ...inputs, known: inputs.known.slice(1) };
  expect(() => openDescribedImages(join(folder, 'run'), config, fewer)).toThrow(
    `${join(folder, 'run')} must describe the 19 images given, it describes 20`,
  );
});

test('rediscover() trains a backbone on the images anew, as a run does', async () => {
  const folder = makeFolder();
  await plantBackboneStudy(folder);
  const config = configIn(folder, BACKBONE_CONFIG, ['run.rounds=1', 'extractor.backbone.epochs=1']);
  await run(config);
  const { known, discovery } = inputsOf(folder, 'run');
  await redo({
    config,
    directory: join(folder, 'generation'),
    known,
    discovery,
    described: [],
    imported: null,
    constraints: NOTHING_SAID,
  });
  expect(stagesOf(join(folder, 'generation'))).toEqual(stagesOf(join(folder, 'run')));
});
