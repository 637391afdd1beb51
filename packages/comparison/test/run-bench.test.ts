import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig, resolveConfig } from '@ganscout/pipeline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BenchSettings } from '../src/bench-settings.js';
import type { BenchEvent } from '../src/outlook.js';
import { type BenchResults, RESULT_FILES } from '../src/results.js';
import { runBench } from '../src/run-bench.js';
import type { ComparisonSection } from '../src/sections.js';
import { plantImages } from './planted-images.js';

const FEW =
  'preset: default\nextractor: { whitening: { cropSample: 40, components: 20 }, embedding: { epochs: 2 } }\n';

const folder = mkdtempSync(join(tmpdir(), 'comparison-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(() => plantImages(folder));

const DATA = 'data: { known: known, discovery: discovery, truth: truth.csv }\n';

async function bench(
  overrides: Partial<BenchSettings> = {},
  text = DATA,
): Promise<{ results: BenchResults; events: BenchEvent[] }> {
  const events: BenchEvent[] = [];
  const loaded = parseConfig(`${text}${FEW}run: { rounds: 2, threads: 1 }\n`, join(folder, 'pipeline.yaml'));
  const results = await runBench({
    configure: (settings) => resolveConfig(loaded, { settings, workingDirectory: folder }),
    directory: join(folder, 'bench'),
    seeds: 1,
    firstSeed: 1,
    protocols: ['own'],
    attributes: null,
    knownShare: 0.5,
    robustness: false,
    minimumSize: false,
    labelEfficiency: false,
    listener: (event) => events.push(event),
    signal: new AbortController().signal,
    now: () => new Date(0),
    ...overrides,
  });
  return { results, events };
}

const filesOf = (directory: string) =>
  Object.values(RESULT_FILES).map((name) => readFileSync(join(directory, name), 'utf8'));
const cellsOf = (events: readonly BenchEvent[]) =>
  events.filter((event) => event.type === 'cell' && !event.title.includes('intervals'));

describe('runBench()', () => {
  it('runs every method on the split of the configuration, and does nothing again', async () => {
    const first = await bench();
    const [methods, all, ablations] = first.results.sections as ComparisonSection[];
    expect(first.results.images).toEqual({
      labelled: 32,
      discovery: 80,
      scored: 80,
      knownSources: 2,
      unknownSources: 2,
    });
    expect(methods?.rows.map(({ id }) => id)).toEqual([
      'default',
      'girish2021',
      'girish2021-scaled',
      'nearest-known',
      'kmeans-true',
      'kmeans-500',
      'spherical',
      'finch',
      'finch-true',
      'dbscan',
      'hdbscan',
      'agglomerative-ward',
      'agglomerative-average',
    ]);
    expect(all?.rows).toHaveLength(10);
    expect(ablations?.rows).toHaveLength(9);
    const files = filesOf(join(folder, 'bench'));
    const second = await bench();
    expect(cellsOf(second.events)).toEqual([]);
    expect(filesOf(join(folder, 'bench'))).toEqual(files);
    expect(second.results).toEqual(first.results);
  });

  it('rejects nothing with the nearest known source only, and all without the test', async () => {
    const { results } = await bench();
    const [methods, , ablations] = results.sections as ComparisonSection[];
    const of = (section: ComparisonSection | undefined, id: string) =>
      section?.rows.find((row) => row.id === id)?.figures;
    expect(of(methods, 'nearest-known')?.knownRejectedRate?.mean).toBe(0);
    expect(of(methods, 'nearest-known')?.unknownAcceptedRate?.mean).toBe(1);
    expect(of(methods, 'nearest-known')?.discoveredAveragePurity).toBeNull();
    expect(of(ablations, 'without-test')?.knownRejectedRate?.mean).toBe(1);
    // Baselines after the test accept what its first round accepts.
    const accepted = ['kmeans-true', 'finch', 'hdbscan'].map(
      (id) => of(methods, id)?.unknownAcceptedRate?.mean,
    );
    expect(new Set(accepted).size).toBe(1);
    expect(of(methods, 'kmeans-true')?.clustersPerUnknownSource?.mean).toBe(1);
  });

  it('goes on where it was stopped, and comes to the same', async () => {
    const directory = join(folder, 'stopped');
    const controller = new AbortController();
    let begun = 0;
    const listener = ({ type }: BenchEvent) => {
      if (type === 'cell' && ++begun === 8) controller.abort();
    };
    await expect(bench({ directory, listener, signal: controller.signal })).rejects.toThrow();
    const { events } = await bench({ directory });
    const last = cellsOf(events).at(-1) as BenchEvent & { type: 'cell' };
    expect(last.done).toBe(last.total);
    // A cell is told of when it begins and when it ends; some were done before.
    expect(cellsOf(events).length).toBeLessThan(2 * last.total);
    expect(filesOf(directory)).toEqual(filesOf(join(folder, 'bench')));
  });

  it('measures splits anew, perturbations, sizes and amounts of labels', async () => {
    const { results } = await bench({
      protocols: ['random'],
      robustness: true,
      minimumSize: true,
      labelEfficiency: true,
    });
    const titles = results.sections.map(({ id, rows }) => [id, rows.length]);
    expect(titles).toEqual([
      ['random-methods', 13],
      ['random-all', 10],
      ['random-ablations', 9],
      ['robustness', 11],
      ['minimum-size', 3],
      ['label-efficiency', 5],
    ]);
    const labels = results.sections.at(-1) as ComparisonSection;
    // No source has more than 16 labelled images: 20, 40 and 80 are all of them.
    const nmi = labels.rows.map(({ figures }) => figures.unknownNmi?.mean);
    expect(nmi.slice(2)).toEqual([nmi[0], nmi[0], nmi[0]]);
  });

  it('says what is missing', async () => {
    const without = 'data: { known: known, discovery: discovery }\n';
    await expect(bench({}, without)).rejects.toThrow('data.truth is missing');
    await expect(bench({ protocols: ['seed'] })).rejects.toThrow('--attributes');
    await expect(bench({ protocols: ['random'], knownShare: 0.99 })).rejects.toThrow(
      'known sources must be from 1',
    );
    await expect(bench({ seeds: 0 })).rejects.toThrow('seeds must be an integer of at least 1, got 0');
    writeFileSync(join(folder, 'other.csv'), 'path,source\nnone.png,a\n');
    const other = 'data: { known: known, discovery: discovery, truth: other.csv }\n';
    await expect(bench({}, other)).rejects.toThrow('names the source of no image');
  });
});
