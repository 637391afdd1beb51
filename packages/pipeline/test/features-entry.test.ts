import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeNpy, encodeNpy } from '@ganscout/data-model';
import { InputError } from '@ganscout/images';
import { expect, test } from 'vitest';
import { evaluateRun, identifyImages } from '../src/index.js';
import { DIMS, plantStudy, plantTable, STUDY_CONFIG, writeTable } from './planted-features.js';
import { configIn, makeFolder, readRows, run, stagesDone } from './run-folder.js';

test('features from elsewhere are a way in: planted sources are found, and the column "source" scores them', async () => {
  const folder = makeFolder();
  plantStudy(folder);
  const { summary, events, failedInputs } = await run(configIn(folder, STUDY_CONFIG));
  expect(summary.counts).toMatchObject({ known: 45, knownSources: 3, discovery: 90, discoveredSources: 3 });
  expect(failedInputs).toBe(0);
  const discovered = summary.sources.filter(({ kind }) => kind === 'discovered');
  expect(discovered.map(({ majority }) => majority).sort()).toEqual(['dora', 'emil', 'fred']);
  expect(summary.final?.figures.wholeAveragePurity).toBeGreaterThan(0.95);
  expect(summary.final?.figures.unknownAcceptedRate).toBe(0);
  expect(stagesDone(events)).not.toContain('1 describe');
  const inputs = readRows(folder, 'run/inputs.csv');
  expect(inputs).toHaveLength(45 + 90);
  expect(inputs[45]).toMatchObject({ image_id: 'y-0', path: 'y-0', status: 'ok', set: 'discovery' });
});

test('sources.csv gives trust with what it is the product of for discovered sources, and nothing for known ones', async () => {
  const folder = makeFolder();
  plantStudy(folder);
  await run(configIn(folder, STUDY_CONFIG));
  const rows = readRows(folder, 'run/sources.csv');
  const factors = ['neighbor_share', 'persistence', 'rejected_share'] as const;
  for (const row of rows) {
    const values = factors.map((name) => row[name]);
    if (row.kind === 'known') {
      expect([row.trust, ...values]).toEqual(['', '', '', '']);
      continue;
    }
    const product = values.reduce((left, value) => left * Number(value), 1);
    // Six digits of each are written.
    expect(Number(row.trust)).toBeCloseTo(product, 5);
    expect(product).toBeGreaterThan(0);
  }
  const pValue = decodeNpy(readFileSync(join(folder, 'run/round-02/ood/p-value.npy'))).data;
  const assignments = readRows(folder, 'run/assignments.csv');
  for (const { source, rejected_share } of rows.filter(({ kind }) => kind === 'discovered')) {
    const own = [...pValue].filter((_, i) => assignments[i]?.source === source);
    const rejected = own.filter((value) => value <= Math.fround(0.05)).length;
    expect(Number(rejected_share)).toBeCloseTo(rejected / own.length, 5);
  }
});

test('the truth decides nothing: without it figures are null and the assignments are the same bytes', async () => {
  const folder = makeFolder();
  plantStudy(folder);
  await run(configIn(folder, STUDY_CONFIG));
  plantStudy(folder, { isNamed: false });
  const blind = await run(configIn(folder, STUDY_CONFIG, ['run.output=blind']));
  expect(blind.summary.final).toBeNull();
  expect(blind.summary.rounds.flatMap(({ stages }) => stages.map(({ figures }) => figures))).toEqual(
    Array.from({ length: 8 }, () => null),
  );
  expect(blind.events.some(({ type }) => type === 'figures')).toBe(false);
  expect(readFileSync(join(folder, 'blind/assignments.csv'))).toEqual(
    readFileSync(join(folder, 'run/assignments.csv')),
  );
  expect(readRows(folder, 'blind/sources.csv').map(({ majority, purity }) => [majority, purity])).toEqual(
    Array.from({ length: 6 }, () => ['', '']),
  );
});

test('a table of truth scores as the column does, wins over it, and says how many images it names', async () => {
  const folder = makeFolder();
  plantStudy(folder);
  const rows = readRows(folder, 'y.csv');
  const lines = rows.slice(0, 80).map(({ id, source }) => `${id},${source === 'dora' ? 'gina' : source}`);
  writeFileSync(join(folder, 'truth.csv'), `${['path,source', ...lines].join('\n')}\n`);
  const { summary, events } = await run(configIn(folder, STUDY_CONFIG, ['data.truth=truth.csv']));
  expect(summary.final?.figures.imageCount).toBe(80);
  expect(summary.sources.map(({ majority }) => majority).sort()).toEqual([
    'anna',
    'bert',
    'carl',
    'emil',
    'fred',
    'gina',
  ]);
  expect(events).toContainEqual({
    type: 'warning',
    message: 'truth.csv names the source of 80 of 90 discovery images; the others are not scored',
  });
  const { figures, intervals, matched, total } = await evaluateRun(
    join(folder, 'run'),
    join(folder, 'truth.csv'),
  );
  expect({ figures, intervals, matched, total }).toEqual({
    figures: summary.final?.figures,
    intervals: summary.final?.intervals,
    matched: 80,
    total: 90,
  });
});

test('the published recipe works on features: the network is trained in every round', async () => {
  const folder = makeFolder();
  plantStudy(folder);
  const settings = [
    'preset=girish2021',
    'ood.thresholdQuantile=0.99',
    'extractor.embedding.learningRate=0.01',
    'extractor.embedding.epochs=20',
  ];
  const { summary, events } = await run(configIn(folder, STUDY_CONFIG, settings));
  expect(summary.counts.discoveredSources).toBeGreaterThanOrEqual(2);
  expect(summary.final?.figures.discoveredAveragePurity).toBeGreaterThan(0.9);
  expect(stagesDone(events)).toEqual([
    ...['train', 'ood', 'kmeans', 'merge', 'refine'].map((stage) => `1 ${stage}`),
    ...['train', 'ood', 'kmeans', 'merge', 'refine', 'attribute'].map((stage) => `2 ${stage}`),
  ]);
});

test('a run from features cannot name images, and says so', async () => {
  const folder = makeFolder();
  plantStudy(folder);
  await run(configIn(folder, STUDY_CONFIG, ['run.rounds=1']));
  const asked = identifyImages(join(folder, 'run'), ['some.png'], {
    listener: () => undefined,
    signal: new AbortController().signal,
  });
  await expect(asked).rejects.toThrow(InputError);
  await expect(asked).rejects.toThrow('was made from features computed elsewhere');
});

test('tables and matrices that do not fit each other are input errors', async () => {
  const folder = makeFolder();
  plantStudy(folder);
  const refusal = async () => {
    const error = await run(configIn(folder, STUDY_CONFIG)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InputError);
    return (error as Error).message;
  };
  const small = plantTable({ dora: 4 }, 3);
  writeTable(folder, 'y', { ...small, data: small.data.slice(0, 4 * (DIMS - 1)) });
  expect(await refusal()).toContain(`the same number of columns, got ${DIMS} and ${DIMS - 1}`);
  writeTable(folder, 'y', small);
  writeFileSync(join(folder, 'y.npy'), encodeNpy({ shape: [3, DIMS], data: small.data.slice(0, 3 * DIMS) }));
  expect(await refusal()).toBe(
    '"y.npy" has 3 rows, the table beside it 4; there must be one row of each an image',
  );
  writeFileSync(join(folder, 'y.csv'), 'id\na\nb\na\n');
  expect(await refusal()).toContain('the id "a" twice');
  writeFileSync(join(folder, 'y.npy'), encodeNpy({ shape: [3 * DIMS], data: small.data.slice(0, 3 * DIMS) }));
  expect(await refusal()).toContain(`must be a matrix (N × D), its shape is (${3 * DIMS})`);
  writeFileSync(join(folder, 'y.npy'), 'no numbers');
  expect(await refusal()).toContain('y.npy');
  writeTable(folder, 'x', plantTable({ anna: 4 }, 1), { columns: ['id'] });
  expect(await refusal()).toContain('must have a column "source", its columns are id');
  writeFileSync(join(folder, 'x.csv'), 'id,source\na,anna\nb,\nc,anna\nd,anna\n');
  expect(await refusal()).toContain('must name a source in every row, row 2 has none');
});
