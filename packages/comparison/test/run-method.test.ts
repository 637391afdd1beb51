import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  describeImages,
  parseConfig,
  type RunEvent,
  resolveConfig,
  type StageOptions,
} from '@ganscout/pipeline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gatherBenchImages } from '../src/bench-images.js';
import { createSplit } from '../src/bench-split.js';
import { figuresOf } from '../src/outcome.js';
import { ABLATIONS, REFERENCE } from '../src/presets-and-ablations.js';
import { MethodRunner } from '../src/run-method.js';
import { plantImages } from './planted-images.js';

const folder = mkdtempSync(join(tmpdir(), 'comparison-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TEXT = `data: { known: known, discovery: discovery, truth: truth.csv }
extractor: { whitening: { cropSample: 40, components: 20 } }
refine: { minimumSize: 4 }
run: { rounds: 2, threads: 1 }
`;
const loaded = parseConfig(TEXT, join(folder, 'pipeline.yaml'));
const configure = (settings: readonly string[]) =>
  resolveConfig(loaded, { settings, workingDirectory: folder });
const signal = new AbortController().signal;

interface Labelled {
  readonly stage: string;
  readonly round: number;
  readonly labels: Int32Array;
}

async function startRunner(seed: number) {
  const config = configure([]);
  const images = await gatherBenchImages(config, () => undefined, signal);
  const described = await describeImages([...images.known, ...images.discovery], {
    directory: join(folder, 'descriptors'),
    descriptor: (config.rounds[0] as StageOptions).extractor.descriptor,
    needsCompressedCopies: false,
    threads: 1,
    signal,
    onProgress: () => undefined,
  });
  const stages: Labelled[] = [];
  const kept: boolean[] = [];
  const listener = (event: RunEvent) => {
    if (event.type !== 'stage-end') return;
    kept.push(event.kept);
    if (event.state !== null)
      stages.push({ stage: event.stage, round: event.round, labels: event.state.assignment.labels });
  };
  const split = createSplit(images.known, images.discovery);
  const input = { split, described: [described], seed, configure, listener, signal, clock: () => 0 };
  return { runner: new MethodRunner(input), split, stages, kept };
}

beforeAll(() => plantImages(folder));

const ablation = (id: string) => ABLATIONS.find((method) => method.id === id) as (typeof ABLATIONS)[number];

/** Labels after two stages of each round. */
async function around(id: string, before: string, after: string): Promise<[number[], number[]][]> {
  const { runner, stages } = await startRunner(1);
  await runner.discover(ablation(id));
  const of = (stage: string) => stages.filter((one) => one.stage === stage).map(({ labels }) => [...labels]);
  return of(before).map((labels, i) => [labels, of(after)[i] as number[]]);
}

describe('an ablation leaves its stage without effect:', () => {
  it('without the test no image is accepted', async () => {
    const { runner, stages } = await startRunner(1);
    const outcome = await runner.discover(ablation('without-test'));
    const tested = stages.filter(({ stage }) => stage === 'ood');
    expect(tested.length).toBeGreaterThan(0);
    for (const { labels } of tested) {
      expect(labels.every((label) => label === -1 || label >= outcome.knownCount)).toBe(true);
    }
  });

  it('without merging, merging changes no label', async () => {
    const rounds = await around('without-merge-small-kept', 'kmeans', 'merge');
    expect(rounds.length).toBeGreaterThan(0);
    for (const [before, after] of rounds) expect(after).toEqual(before);
  });

  it('without refining, refining changes no label', async () => {
    const rounds = await around('without-refine', 'merge', 'refine');
    expect(rounds.length).toBeGreaterThan(0);
    for (const [before, after] of rounds) expect(after).toEqual(before);
  });
});

describe('MethodRunner', () => {
  it('clusters with a baseline the images that the first test of the reference rejected', async () => {
    const { runner, split, stages } = await startRunner(2);
    const seen: number[] = [];
    const byHalves = {
      id: 'halves',
      title: '',
      note: '',
      cluster: ({ features, sourceCount }: { features: { ids: readonly string[] }; sourceCount: number }) => {
        seen.push(features.ids.length, sourceCount);
        return Int32Array.from(features.ids, (_, i) => (i === 0 ? -1 : i % 2));
      },
    };
    const { labels, completed, clusterCount, knownCount } = await runner.cluster(byHalves, 'rejected');
    const tested = stages.find(({ stage }) => stage === 'ood')?.labels as Int32Array;
    const rejected = [...tested.keys()].filter((row) => tested[row] === -1);
    expect(seen).toEqual([rejected.length, 2]);
    expect(clusterCount).toBe(knownCount + 2);
    rejected.forEach((row, i) => void expect(labels[row]).toBe(i === 0 ? -1 : knownCount + (i % 2)));
    for (const row of labels.keys()) {
      if (tested[row] !== -1) expect(labels[row]).toBe(tested[row]);
      if (labels[row] !== -1) expect(completed[row]).toBe(labels[row]);
    }
    expect(completed.every((label) => label >= 0)).toBe(true);
    const all = await runner.cluster(byHalves, 'all');
    expect(seen.slice(2)).toEqual([split.discovery.length, 4]);
    expect(all.namesKnown).toBe(false);
    expect(all.completed.every((label) => label >= knownCount)).toBe(true);
  });

  it('copes with a baseline that calls everything noise', async () => {
    const { runner, split } = await startRunner(2);
    const nothing = {
      id: 'noise',
      title: '',
      note: '',
      cluster: ({ features }: { features: { ids: readonly string[] } }) =>
        new Int32Array(features.ids.length).fill(-1),
    };
    const outcome = await runner.cluster(nothing, 'all');
    expect([...outcome.completed]).toEqual([...outcome.labels]);
    expect(figuresOf(outcome, split.truth).accuracyUnknown).toBe(0);
  });

  it('does alike what methods have in common once', async () => {
    const { runner, kept } = await startRunner(1);
    await runner.discover(REFERENCE);
    const done = kept.length;
    await runner.discover(ablation('one-round'));
    // Whitening, test, clustering, merging and refining of the first round are those of the reference.
    expect(kept.slice(done)).toEqual([true, true, true, true, true, false]);
  });
});
