import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { StageName } from '../src/index.js';
import { plantStudy, STUDY_CONFIG } from './planted-features.js';
import { plantSource } from './planted-images.js';
import { digestsOf, makeFolder, readRows } from './run-folder.js';
import { type Kill, type ProcessEnd, runBeside } from './run-process.js';

// Each process starts and ends in less than a second, but there are many, and machines may be busy.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

/** The stages of a finished run, in the order in which they were done. */
function stagesOf(directory: string): { round: number; stage: StageName }[] {
  const lines = readFileSync(join(directory, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line)).filter(({ type }) => type === 'stage-end');
}

/** A folder with data and a configuration, where runs of one name go to folders of their own. */
function place(folder: string, settings: readonly string[] = []) {
  const config = join(folder, 'pipeline.yaml');
  const start = (
    into: string,
    order: { kill?: Kill; resume?: boolean; more?: string[] } = {},
  ): Promise<ProcessEnd> => {
    const { more = [], ...rest } = order;
    return runBeside({ config, settings: [...settings, `run.output=${into}/run`, ...more], ...rest });
  };
  const killed = async (into: string, kill: Kill) =>
    expect(await start(into, { kill, resume: true })).toEqual({ signal: 'SIGKILL' });
  const at = (into: string) => join(folder, into, 'run');
  return { start, killed, at };
}

const DONE = { signal: null, failedInputs: 0 };

describe.concurrent('a run from features', () => {
  const folder = makeFolder();
  beforeAll(() => {
    plantStudy(folder);
    writeFileSync(join(folder, 'pipeline.yaml'), STUDY_CONFIG);
  });

  test('killed at the start of every stage, and between the tables at the end, gives the bytes of a whole run', async () => {
    const { start, killed, at } = place(folder);
    expect(await start('whole')).toEqual(DONE);
    const stages = stagesOf(at('whole'));
    expect(stages.map(({ round, stage }) => `${round} ${stage}`)).toEqual(
      expect.arrayContaining([
        '1 whiten',
        '1 ood',
        '2 ood',
        '2 kmeans',
        '2 merge',
        '2 refine',
        '2 attribute',
      ]),
    );
    for (const { round, stage } of stages)
      await killed('part', { event: 'stage-start', round, stage, renames: 0 });
    expect(existsSync(join(at('part'), 'run.lock'))).toBe(true);
    // The four tables are inputs, assignments, sources and the summary.
    for (const renames of [2, 4])
      await killed('part', { event: 'stage-end', round: 2, stage: 'attribute', renames });
    expect(readdirSync(at('part'))).not.toContain('summary.json');
    expect(await start('part', { resume: true })).toEqual(DONE);
    expect(digestsOf(at('part'))).toEqual(digestsOf(at('whole')));
  });

  test('with the published recipe, killed while every stage is written, gives the bytes of a whole run', async () => {
    const { start, killed, at } = place(folder, [
      'preset=girish2021',
      'ood.thresholdQuantile=0.99',
      'extractor.embedding.learningRate=0.01',
    ]);
    expect(await start('recipe')).toEqual(DONE);
    const stages = stagesOf(at('recipe'));
    expect(stages.map(({ stage }) => stage)).toEqual([
      ...['train', 'ood', 'kmeans', 'merge', 'refine'],
      ...['train', 'ood', 'kmeans', 'merge', 'refine', 'attribute'],
    ]);
    for (const [i, { round, stage }] of stages.entries()) {
      const home = join(at('recipe'), `round-0${round}`, stage);
      // After the files come the renaming of stage.json, one of them, and that of the folder.
      const last = readdirSync(home).length + 1;
      const renames = i % 3 === 2 ? last : 2 + (i % 3);
      await killed('recipe-part', { event: 'stage-start', round, stage, renames });
      const left = readdirSync(join(at('recipe-part'), `round-0${round}`));
      expect(left.filter((name) => name.startsWith(`.${stage}-`))).toHaveLength(1);
    }
    expect(await start('recipe-part', { resume: true })).toEqual(DONE);
    expect(digestsOf(at('recipe-part'))).toEqual(digestsOf(at('recipe')));
  });
});

describe.concurrent('a run from images', () => {
  const folder = makeFolder();
  beforeAll(async () => {
    const plant = (prefix: string, filter: 'cross' | 'box' | 'row', count: number, seed: number) =>
      plantSource(join(folder, prefix), filter, { count, seed, side: 32 });
    await plant('known/cross/', 'cross', 20, 1);
    await plant('known/box/', 'box', 20, 1);
    await plant('dump/a-', 'cross', 30, 2);
    await plant('dump/b-', 'row', 200, 2);
    writeFileSync(
      join(folder, 'pipeline.yaml'),
      `run: { rounds: 1, threads: 1 }
data: { known: known, discovery: dump }
ood: { hashCount: 128 }
`,
    );
  });

  test('killed between parts of describing goes on with the next part, and any number of threads gives the same bytes', async () => {
    const { start, killed, at } = place(folder);
    expect(await start('whole')).toEqual(DONE);
    // Four files a part: the process dies with the second part half written.
    await killed('part', { event: 'stage-start', round: 1, stage: 'describe', renames: 7 });
    const round = join(at('part'), 'round-01');
    const [workshop] = readdirSync(round);
    const first = statSync(join(round, workshop as string, 'whole-00000.npy')).mtimeMs;
    expect(existsSync(join(round, workshop as string, 'whole-00001.npy'))).toBe(false);
    expect(await start('part', { resume: true, more: ['run.threads=2'] })).toEqual(DONE);
    expect(statSync(join(round, 'describe/whole-00000.npy')).mtimeMs).toBe(first);
    // The number of threads is in the configuration, and nowhere else.
    const withoutConfig = ({ 'config.resolved.yaml': _, ...others }: Record<string, string>) => others;
    expect(withoutConfig(digestsOf(at('part')))).toEqual(withoutConfig(digestsOf(at('whole'))));
    expect(new Set(readRows(at('whole'), 'assignments.csv').map(({ kind }) => kind))).toContain('discovered');
  });
});
