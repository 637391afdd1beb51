import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { discoveryRows, labelledRows, planSplit, readDataSet } from '@ganscout/comparison';
import { createRandom } from '@ganscout/numeric';
import { parseConfig, resolveConfig, runDiscovery } from '@ganscout/pipeline';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveOptions } from '../src/arguments.js';
import { type CaseReport, type EvaluationRequest, evaluateDataSet } from '../src/evaluate-data-set.js';
import { formatMarkdown } from '../src/markdown.js';
import { TRUST_NAMES } from '../src/summary.js';

const SIDE = 40;
const SOURCES = ['blocks', 'noise', 'smooth', 'stripes'];
const PER_SOURCE = 24;
/** Small enough that a crop sample below the number of images is chosen, as in a large run. */
const SETTINGS = ['run.rounds=2', 'extractor.whitening.cropSample=40', 'extractor.whitening.components=20'];
const SPLIT = { knownShare: 0.5, labelledShare: 0.6, rareCount: 1, rareSize: 10 };

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Noise with a trace of its own for each source. */
function paint(source: string, seed: number): Uint8Array {
  const random = createRandom(seed, source);
  const data = new Uint8Array(SIDE * SIDE * 3);
  let before = 0;
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const noise = random.normal() * 12;
      before = source === 'smooth' ? 0.8 * before + 0.6 * noise : noise;
      const trace = source === 'stripes' ? 12 * (x % 2) : source === 'blocks' ? 10 * ((x & 2) ^ (y & 2)) : 0;
      for (let c = 0; c < 3; c++) data[(y * SIDE + x) * 3 + c] = 128 + before + trace + 4 * random.normal();
    }
  }
  return data;
}

async function evaluate(overrides: Partial<EvaluationRequest>): Promise<CaseReport[]> {
  const request: EvaluationRequest = {
    config: resolveOptions('default', SETTINGS),
    splits: 1,
    seed: 3,
    split: SPLIT,
    protocols: ['128', 'whole'],
    perturbations: ['none'],
    perturbsOnlyDiscovery: false,
    directory: join(folder, 'evaluation'),
    threads: 1,
    ...overrides,
  };
  const signal = new AbortController().signal;
  const progress = { show: () => undefined, print: () => undefined };
  const cases: CaseReport[] = [];
  const dataSet = await readDataSet(folder, signal);
  for await (const done of evaluateDataSet(dataSet, request, { progress, signal, clock: () => 0 }))
    cases.push(done);
  return cases;
}

beforeAll(async () => {
  let manifest = 'file_name,source,kind,group\n';
  for (const source of SOURCES) {
    mkdirSync(join(folder, source));
    for (let i = 0; i < PER_SOURCE; i++) {
      const name = `${source}/${String(i).padStart(2, '0')}.png`;
      const raw = { width: SIDE, height: SIDE, channels: 3 as const };
      await sharp(paint(source, i), { raw }).png().toFile(join(folder, name));
      manifest += `${name},${source},${source === 'noise' ? 'real' : 'gan'},${source}-${i >> 1}\n`;
    }
  }
  writeFileSync(join(folder, 'manifest.csv'), manifest);
});

describe('evaluateDataSet()', () => {
  it('gives the same report twice, and leaves out a protocol that cuts nothing', {
    timeout: 120_000,
  }, async () => {
    const cases = await evaluate({});
    expect(cases.map(({ protocol }) => protocol)).toEqual(['128']);
    expect(await evaluate({})).toEqual(cases);
    const [report] = cases as [CaseReport];
    expect(report.images).toBe(SOURCES.length * PER_SOURCE);
    expect(report.splits).toHaveLength(1);
    for (const { labelledImages, discoveryImages, knownSources, rareSources } of report.splits) {
      expect(knownSources).toContain('noise');
      expect(rareSources).toHaveLength(1);
      // 12 groups a source, 7 labelled: 2 × 14 images; the others, a whole unknown source and 10 images of the rare.
      expect(labelledImages).toBe(28);
      expect(discoveryImages).toBe(2 * 10 + 24 + 10);
    }
  });

  it.each([
    ['', []],
    [
      ' with compressed copies of some of them',
      ['extractor.whitening.compressionWeight=0.3', 'extractor.whitening.compressedSample=30'],
    ],
  ])('comes to the labels of a run on the same images%s', { timeout: 120_000 }, async (_, added) => {
    const settings = [...SETTINGS, ...added];
    const directory = join(folder, `evaluation-${added.length}`);
    const config = resolveOptions('default', settings);
    const [report] = await evaluate({ protocols: ['whole'], config, directory });
    const split = report?.splits[0];
    const { records, kinds } = await readDataSet(folder, new AbortController().signal);
    const plan = planSplit(records, kinds, SPLIT, 3);
    const table = (name: string, rows: typeof records) => {
      const lines = rows.map(({ path, source, group }) => `${path},${source},${group}\n`);
      writeFileSync(join(folder, name), `file_name,source,group\n${lines.join('')}`);
    };
    table('known.csv', labelledRows(plan, records));
    table('discovery.csv', discoveryRows(plan, records));
    const text = `data: { known: known.csv, discovery: discovery.csv }\nrun: { threads: 1, output: run-${added.length} }\n`;
    const resolved = resolveConfig(parseConfig(text, join(folder, 'run.yaml')), {
      settings,
      workingDirectory: folder,
    });
    const { summary } = await runDiscovery(resolved, {
      resume: false,
      force: null,
      listener: () => undefined,
      signal: new AbortController().signal,
      now: () => new Date(0),
    });
    expect(summary.rounds).toEqual(split?.rounds);
    const discovered = summary.sources.filter(({ kind }) => kind === 'discovered');
    const names = ['size', 'purity', ...TRUST_NAMES] as const;
    const facts = (row: (typeof discovered)[number]) =>
      Object.fromEntries(names.map((name) => [name, row[name]]));
    const bySize = (a: { size?: unknown }, b: { size?: unknown }) => Number(b.size) - Number(a.size);
    const clusters = split?.clusters.map(({ majority: _, ...rest }) => rest);
    expect(discovered.map(facts).sort(bySize)).toEqual(clusters?.sort(bySize));
    expect(summary.final?.figures.auroc).toBe(split?.figures.auroc);
  });

  it('perturbs all images, or those of the discovery set only', { timeout: 120_000 }, async () => {
    const perturbed = { protocols: ['whole'] as const, perturbations: ['resize075'] as const };
    // 30 px a side are too small to be described.
    await expect(evaluate(perturbed)).rejects.toThrow('no image that can be used');
    const both = { protocols: ['whole'] as const, perturbations: ['none', 'jpeg75'] as const };
    const [clean, jpeg] = (await evaluate(both)) as [CaseReport, CaseReport];
    const onlyJpeg = { ...both, perturbations: ['jpeg75'] as const, perturbsOnlyDiscovery: true };
    const [half] = (await evaluate(onlyJpeg)) as [CaseReport];
    expect([clean.perturbation, jpeg.perturbation, half.perturbation]).toEqual(['none', 'jpeg75', 'jpeg75']);
    for (const { splits } of [jpeg, half]) {
      expect(splits[0]?.discoveryImages).toBe(clean.splits[0]?.discoveryImages);
      expect(splits[0]?.knownSources).toEqual(clean.splits[0]?.knownSources);
    }
    // Labelled images without the history of the others: those of known sources are rejected.
    const rejected = ({ summary }: CaseReport) => summary.knownRejectedRate?.mean ?? 0;
    expect(rejected(half)).toBeGreaterThan(rejected(jpeg));
  });
});

it('formatMarkdown() shows a figure with its aim and whether it is met', { timeout: 120_000 }, async () => {
  const cases = await evaluate({ protocols: ['whole'] });
  const text = formatMarkdown({
    version: 1,
    dataSet: 'images',
    images: 96,
    sources: 4,
    splits: { count: 1, seed: 3 },
    knownShare: 0.5,
    labelledShare: 0.6,
    rare: { count: 1, size: 10 },
    preset: 'default',
    settings: [],
    rounds: [],
    cases,
  });
  const value = cases[0]?.summary.auroc?.mean as number;
  const row = text.split('\n').find((line) => line.startsWith('| AUROC'));
  expect(row).toContain(`| ≥ 0.97 | ${value.toFixed(3)}`);
  expect(row?.endsWith(value >= 0.97 ? '| yes |' : '| no |')).toBe(true);
  const lines = text.split('\n');
  const header = lines.indexOf('| measure | Spearman with true purity |');
  const shown = lines.slice(header + 2, header + 2 + TRUST_NAMES.length);
  const titles = [
    'trust',
    'neighbor share',
    'persistence',
    'rejected share',
    'cohesion',
    'stability',
    'separation',
  ];
  const correlations = TRUST_NAMES.map((name) => cases[0]?.trust[name]?.toFixed(2) ?? '—');
  expect(shown).toEqual(titles.map((title, i) => `| ${title} | ${correlations[i]} |`));
});
