import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeNpy } from '@ganscout/data-model';
import { createDescriber, cropCount, DESCRIPTOR_DIMS, descriptorOptionsSchema } from '@ganscout/extractor';
import {
  compressedCopy,
  type ImageRecord,
  inspectImages,
  listDiscoveryImages,
  readImages,
} from '@ganscout/images';
import { beforeAll, expect, test, vi } from 'vitest';
import { describeImages, selectDescriptions } from '../src/described-images.js';
import type { StageKey } from '../src/stage-store.js';
import { StageStore } from '../src/stage-store.js';
import {
  type DescribeOptions,
  type Descriptions,
  describeStage,
  readDescriptions,
  sampleIds,
} from '../src/stages/describe.js';
import { plantStudy, STUDY_CONFIG } from './planted-features.js';
import { plantImage, plantSource } from './planted-images.js';
import { configIn, digestsOf, makeFolder, readRows, run, stagesDone } from './run-folder.js';
import { runInProcess } from './run-process.js';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

const WEIGHT = 'extractor.whitening.compressionWeight';
const folder = makeFolder();
const descriptor = descriptorOptionsSchema.parse({});
const context = { threads: 1, signal: new AbortController().signal, onProgress: () => undefined };
let records: readonly ImageRecord[] = [];

beforeAll(async () => {
  await plantSource(join(folder, 'known/cross/'), 'cross', { count: 20, seed: 1, side: 32 });
  await plantSource(join(folder, 'known/box/'), 'box', { count: 20, seed: 1, side: 32 });
  await plantSource(join(folder, 'dump/a-'), 'cross', { count: 30, seed: 2, side: 32 });
  await plantSource(join(folder, 'dump/b-'), 'row', { count: 200, seed: 2, side: 32 });
  records = (await inspectImages(await listDiscoveryImages('dump', { baseDirectory: folder }), {})).records;
});

/** Describes the images of the dump; with `stopAfter` it is interrupted once that many are described. */
async function describeDump(
  directory: string,
  compressedSample: number,
  given = records,
  stopAfter = Infinity,
) {
  const options: DescribeOptions = {
    descriptor,
    cropSample: 2,
    compressedSample,
    labelledCount: given.length,
  };
  const key: StageKey = { round: 1, stage: 'describe', options, inputs: {} };
  const onProgress = (done: number) => {
    if (done >= stopAfter) throw new Error('stop');
  };
  const output = await new StageStore(directory, '1').write(key, (writer) =>
    describeStage(given, options, writer, { ...context, onProgress }),
  );
  return inMemory(readDescriptions(output, cropCount(descriptor)));
}

/** Descriptions with their rows read. */
function inMemory({ whole, crops, ...others }: Descriptions) {
  return { ...others, whole: whole.read(0, whole.rows), crops: crops.read(0, crops.rows) };
}

test('describing keeps a sample of the images beside their compressed copies, of qualities from 60 to 95', async () => {
  const few = records.slice(0, 12);
  const { whole, compressedPairs } = await describeDump(makeFolder(), 5, few);
  const rows = [...few.keys()].filter((i) => sampleIds(few, 5).has((few[i] as ImageRecord).id));
  expect(rows).toHaveLength(5);
  expect(compressedPairs).toHaveLength(5 * 2 * DESCRIPTOR_DIMS);
  const row = (data: Float32Array, i: number) =>
    data.subarray(i * DESCRIPTOR_DIMS, (i + 1) * DESCRIPTOR_DIMS);
  const describer = createDescriber(descriptor, { threads: 0 });
  const found: number[] = [];
  await readImages(
    rows.map((i) => few[i] as ImageRecord),
    {},
    async ({ image }) => {
      const pair = found.length;
      expect(row(compressedPairs, 2 * pair)).toEqual(row(whole, rows[pair] as number));
      for (let quality = 60; quality <= 95 && found.length === pair; quality++) {
        const copy = await compressedCopy(image as NonNullable<typeof image>, quality);
        const described = await describer.describe('', copy as NonNullable<typeof copy>);
        if (described.whole.every((value, j) => value === row(compressedPairs, 2 * pair + 1)[j]))
          found.push(quality);
      }
      expect(found).toHaveLength(pair + 1);
    },
  );
  expect(new Set(found).size).toBeGreaterThan(1);
});

test('describing compresses nothing if no copy is asked for, and all images if more are than there are', async () => {
  const few = records.slice(0, 3);
  expect((await describeDump(makeFolder(), 0, few)).compressedPairs).toHaveLength(0);
  expect((await describeDump(makeFolder(), 99, few)).compressedPairs).toHaveLength(3 * 2 * DESCRIPTOR_DIMS);
});

test('an interrupted stage goes on with the next part and comes to the same pairs', async () => {
  const many = [...records, ...(await knownRecords())];
  expect(many).toHaveLength(270);
  const directory = makeFolder();
  await expect(describeDump(directory, 40, many, 260)).rejects.toThrow('stop');
  const [workshop] = readdirSync(join(directory, 'round-01')) as [string];
  const files = readdirSync(join(directory, 'round-01', workshop));
  expect(files.sort()).toEqual([
    'compressed-00000.npy',
    'crops-00000.npy',
    'failed-00000.json',
    'whole-00000.npy',
  ]);
  const timeOf = (place: string) =>
    statSync(join(directory, 'round-01', place, 'compressed-00000.npy')).mtimeMs;
  const before = timeOf(workshop);
  const described = await describeDump(directory, 40, many);
  expect(timeOf('describe')).toBe(before);
  expect(described).toEqual(await describeDump(makeFolder(), 40, many));
  expect(described.compressedPairs).toHaveLength(40 * 2 * DESCRIPTOR_DIMS);
});

async function knownRecords(): Promise<readonly ImageRecord[]> {
  return (await inspectImages(await listDiscoveryImages('known', { baseDirectory: folder }), {})).records;
}

test('selectDescriptions() takes the pairs that a run on these images would have', async () => {
  const few = records.slice(0, 12);
  const settings = { ...context, directory: makeFolder(), descriptor };
  const set = await describeImages(few, { ...settings, needsCompressedCopies: true });
  const chosen = few.slice(4).reverse();
  const samples = { cropSample: 2, compressedSample: 3, labelledCount: chosen.length };
  const taken = selectDescriptions([set], chosen, samples);
  expect(inMemory(taken)).toEqual(await describeDump(makeFolder(), 3, chosen));
  // Labelled images alone are copied.
  const labelled = selectDescriptions([set], chosen, { ...samples, labelledCount: 2 });
  expect(labelled.compressedPairs).toHaveLength(2 * 2 * DESCRIPTOR_DIMS);
  const without = await describeImages(few, {
    ...settings,
    directory: makeFolder(),
    needsCompressedCopies: false,
  });
  const select = () => selectDescriptions([without], chosen, samples);
  expect(select).toThrow(RangeError);
  expect(select).toThrow(/^selectDescriptions: image [0-9a-f]{64} is described without a compressed copy$/);
});

test('a run with a weight for compression gives the same bytes with one thread, with two, and after being killed', async () => {
  const text = `run: { rounds: 2, threads: 1 }
data: { known: known, discovery: dump }
extractor: { whitening: { components: 20, leading: 8, compressionWeight: 0.3, compressedSample: 30 } }
ood: { scores: [wta], hashCount: 128 }
kmeans: { clusterCount: 4 }
`;
  const file = join(folder, 'pipeline.yaml');
  writeFileSync(file, text);
  const { events } = await run(configIn(folder, text, ['run.output=one/run']));
  expect(stagesDone(events).slice(0, 2)).toEqual(['1 describe', '1 whiten']);
  await run(configIn(folder, text, ['run.output=two/run', 'run.threads=2']));
  for (const [stage, renames] of [
    ['describe', 7],
    ['whiten', 3],
  ] as const) {
    const kill = { event: 'stage-start', round: 1, stage, renames } as const;
    const end = runInProcess({ config: file, settings: ['run.output=part/run'], resume: true, kill });
    expect(end).toEqual({ signal: 'SIGKILL' });
  }
  await run(configIn(folder, text, ['run.output=part/run']), { resume: true });
  // The number of threads is in the configuration, and nowhere else.
  const stagesOf = (name: string) => {
    const { 'config.resolved.yaml': _, ...others } = digestsOf(join(folder, name, 'run'));
    return others;
  };
  expect(stagesOf('two')).toEqual(stagesOf('one'));
  expect(stagesOf('part')).toEqual(stagesOf('one'));
});

test('copies are described for a weight in a later round too, and not where nothing is whitened', async () => {
  const place = makeFolder();
  await plantSource(join(place, 'known/cross/'), 'cross', { count: 6, seed: 1, side: 32 });
  await plantSource(join(place, 'known/box/'), 'box', { count: 6, seed: 1, side: 32 });
  await plantSource(join(place, 'dump/'), 'row', { count: 8, seed: 2, side: 32 });
  const text = `run: { rounds: 2, threads: 1 }
data: { known: known, discovery: dump }
extractor: { whitening: { components: 8, leading: 4, compressedSample: 5 } }
ood: { scores: [wta], hashCount: 128 }
kmeans: { clusterCount: 2 }
`;
  const copiesOf = async (settings: readonly string[]) => {
    await run(configIn(place, text, settings), { resume: true });
    const file = join(place, 'run/round-01/describe/compressed-00000.npy');
    return decodeNpy(new Uint8Array(readFileSync(file))).shape;
  };
  expect(await copiesOf([])).toEqual([0, 2, DESCRIPTOR_DIMS]);
  expect(await copiesOf([`rounds={2: {extractor: {whitening: {compressionWeight: 0.3}}}}`])).toEqual([
    5,
    2,
    DESCRIPTOR_DIMS,
  ]);
  const spaces = ['ood', 'kmeans', 'merge', 'refine'].map((stage) => `${stage}.space=[descriptor]`);
  expect(await copiesOf([`${WEIGHT}=0.3`, ...spaces])).toEqual([0, 2, DESCRIPTOR_DIMS]);
});

test('a run warns before it describes a dump that was compressed, unless it is told or whitens nothing', async () => {
  const place = makeFolder();
  await plantSource(join(place, 'known/cross/'), 'cross', { count: 6, seed: 1, side: 32 });
  await plantSource(join(place, 'known/box/'), 'box', { count: 6, seed: 1, side: 32 });
  mkdirSync(join(place, 'dump'));
  for (let i = 0; i < 8; i++) {
    const image = plantImage('row', i, 32);
    await (i < 6 ? image.jpeg({ quality: 80 }) : image.png()).toFile(join(place, `dump/${i}`));
  }
  const text = `run: { rounds: 1, threads: 1 }
data: { known: known, discovery: dump.txt }
extractor: { whitening: { components: 8, leading: 4, compressedSample: 5 } }
ood: { scores: [wta], hashCount: 128 }
kmeans: { clusterCount: 2 }
`;
  writeFileSync(join(place, 'dump.txt'), Array.from({ length: 8 }, (_, i) => `dump/${i}\n`).join(''));
  const warned = async (settings: readonly string[]) => {
    const { events } = await run(configIn(place, text, settings), { resume: true });
    const start = events.findIndex(({ type }) => type === 'stage-start');
    const isWarning = (event: (typeof events)[number]) =>
      event.type === 'warning' && event.message.includes('compressionWeight');
    const at = events.findIndex(isWarning);
    expect(at).toBeLessThan(start);
    return at === -1 ? null : events[at];
  };
  expect(await warned([])).toEqual({
    type: 'warning',
    message:
      '75 % of the discovery files are JPEG of quality 75 to 89, as hardly any labelled file is; if files of either set were compressed after they were made, set extractor.whitening.compressionWeight to 0.3',
  });
  expect(await warned([`${WEIGHT}=0.3`])).toBeNull();
  expect(
    await warned(['ood', 'kmeans', 'merge', 'refine'].map((stage) => `${stage}.space=[descriptor]`)),
  ).toBeNull();
});

test('a run from features warns that the weight has no effect, and comes to the same assignments', async () => {
  const place = makeFolder();
  plantStudy(place);
  const without = await run(configIn(place, STUDY_CONFIG, ['run.output=without']));
  const { events } = await run(configIn(place, STUDY_CONFIG, [`${WEIGHT}=0.3`]));
  const message =
    'extractor.whitening.compressionWeight has no effect: the features were computed elsewhere, and there are no images to compress';
  expect(events).toContainEqual({ type: 'warning', message });
  expect(without.events).not.toContainEqual({ type: 'warning', message });
  expect(readRows(place, 'run/assignments.csv')).toEqual(readRows(place, 'without/assignments.csv'));
});
