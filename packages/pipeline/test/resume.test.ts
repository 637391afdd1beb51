import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '@ganscout/images';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import {
  type PlannedStage,
  planRun,
  type ResolvedConfig,
  RunExistsError,
  readRun,
  type StageName,
} from '../src/index.js';
import { plantStudy, plantTable, STUDY_CONFIG, writeTable } from './planted-features.js';
import { configIn, digestsOf, makeFolder, run, stagesDone } from './run-folder.js';
import { runInProcess } from './run-process.js';

vi.setConfig({ testTimeout: 60_000 });

const folder = makeFolder();
beforeAll(async () => {
  // Without true sources, since scoring takes longer than all stages.
  plantStudy(folder, { isNamed: false });
  writeFileSync(join(folder, 'pipeline.yaml'), STUDY_CONFIG);
  all = stagesDone((await run(config('base'))).events);
});

/** A configuration whose run is called `run`, in a folder of its own. */
function config(into: string, settings: readonly string[] = []): ResolvedConfig {
  return configIn(folder, STUDY_CONFIG, [`run.output=${into}/run`, ...settings]);
}
const at = (into: string, ...path: string[]) => join(folder, into, 'run', ...path);

/** Puts a copy of the finished run `base` elsewhere. */
const copyBase = (into: string) => cpSync(at('base'), at(into), { recursive: true });

const plan = (planned: ResolvedConfig) =>
  planRun(planned, { listener: () => undefined, signal: new AbortController().signal });
const reasonOf = (planned: readonly PlannedStage[], round: number, stage: StageName) =>
  planned.find((entry) => entry.round === round && entry.stage === stage)?.reason;

/** Stages of a run, as `round stage`: all of them, those of a round, and one with what follows it. */
let all: string[] = [];
const ofRound = (round: number) => all.filter((name) => name.startsWith(`${round} `));
const from = (name: string) => all.slice(all.indexOf(name));
const names = (planned: readonly PlannedStage[]) => planned.map(({ round, stage }) => `${round} ${stage}`);

describe('a run that is there', () => {
  test('is refused without --resume or --force, and left as it is', async () => {
    copyBase('kept');
    const before = digestsOf(at('kept'));
    const log = readFileSync(at('kept', 'metrics.jsonl'));
    const again = run(config('kept', ['run.seed=2']));
    await expect(again).rejects.toThrow(RunExistsError);
    await expect(again).rejects.toThrow(/already holds a run; go on with it \(--resume\), redo it .*--force/);
    expect(digestsOf(at('kept'))).toEqual(before);
    expect(readFileSync(at('kept', 'metrics.jsonl'))).toEqual(log);
  });

  test('is kept whole when nothing has changed, as the plan says', async () => {
    const before = digestsOf(at('kept'));
    const planned = await plan(config('kept'));
    expect(all).toHaveLength(new Set(all).size);
    expect(names(planned)).toEqual(all);
    expect(planned.every(({ kept }) => kept)).toBe(true);
    expect(stagesDone((await run(config('kept'), { resume: true })).events)).toEqual([]);
    expect(digestsOf(at('kept'))).toEqual(before);
  });

  test('is done again from the stage whose option has changed, with the reason, to the bytes of a new run', async () => {
    const changed = ['merge.connection=chained'];
    const planned = await plan(config('kept', changed));
    expect(names(planned.filter(({ kept }) => !kept))).toEqual(from('1 merge'));
    expect(reasonOf(planned, 1, 'merge')).toBe('option changed: connection: "mutual" -> "chained"');
    expect(reasonOf(planned, 2, 'attribute')).toBe('follows "merge" of round 1');
    expect(names(planned)).toEqual(all);
    const { events } = await run(config('kept', changed), { resume: true });
    expect(stagesDone(events)[0]).toBe('1 merge');
    await run(config('new', changed));
    expect(digestsOf(at('kept'))).toEqual(digestsOf(at('new')));
  });

  test('is done again from a forced stage on, whatever is there', async () => {
    const { events } = await run(config('new', ['merge.connection=chained']), {
      force: { stage: 'refine', round: 1 },
    });
    expect(stagesDone(events)).toEqual(from('1 refine'));
    expect(digestsOf(at('new'))).toEqual(digestsOf(at('kept')));
  });

  test('is done again where a file of a stage was changed or is missing', async () => {
    writeFileSync(at('new', 'round-02/kmeans/labels.npy'), 'no labels');
    const planned = await plan(config('new', ['merge.connection=chained']));
    expect(reasonOf(planned, 2, 'ood')).toBe('options, inputs and files are the same');
    expect(reasonOf(planned, 2, 'kmeans')).toBe('its file labels.npy was changed');
    rmSync(at('new', 'round-02/kmeans/labels.npy'));
    const { events } = await run(config('new', ['merge.connection=chained']), { resume: true });
    // K-means gives the same files again, so what follows holds.
    expect(stagesDone(events)).toEqual(['2 kmeans']);
    expect(digestsOf(at('new'))).toEqual(digestsOf(at('kept')));
  });
});

test('the plan of a new run names the stages that the run then does', async () => {
  for (const settings of [[], ['preset=girish2021', 'ood.thresholdQuantile=0.99']]) {
    const into = `planned-${settings.length}`;
    const planned = await plan(config(into, settings));
    expect(planned.every(({ kept }) => !kept)).toBe(true);
    const { events } = await run(config(into, settings));
    expect(stagesDone(events)).toEqual(names(planned));
  }
});

test('another seed gives other bytes, also over the run of another seed', async () => {
  copyBase('seed-1');
  await run(config('seed-2', ['run.seed=2']));
  const [first, second] = [digestsOf(at('seed-1')), digestsOf(at('seed-2'))];
  const axes = 'round-02/attribute/test-wta-axes.npy';
  expect(first[axes]).toBeDefined();
  expect(second[axes]).not.toBe(first[axes]);
  expect(reasonOf(await plan(config('seed-1', ['run.seed=2'])), 1, 'whiten')).toBe('input changed: seed');
  await run(config('seed-1', ['run.seed=2']), { resume: true });
  expect(digestsOf(at('seed-1'))).toEqual(second);
});

test('more rounds go on where the run ended, and nothing is left of its end', async () => {
  const settings = ['run.rounds=1'];
  await run(config('longer', settings));
  const { events } = await run(config('longer'), { resume: true });
  expect(stagesDone(events)).toEqual(ofRound(2));
  expect(readdirSync(at('longer', 'round-01'))).not.toContain('attribute');
  expect(digestsOf(at('longer'))).toEqual(digestsOf(at('base')));
  await run(config('longer', settings), { resume: true });
  expect(readdirSync(at('longer'))).not.toContain('round-02');
});

test('another preset leaves nothing of the stages that only the first one had', async () => {
  await run(config('recipe', ['preset=girish2021']));
  expect(readdirSync(at('recipe', 'round-01'))).toContain('train');
  await run(config('recipe'), { resume: true });
  expect(digestsOf(at('recipe'))).toEqual(digestsOf(at('base')));
});

test('a renamed known source reaches every file, though no image has changed', async () => {
  const place = makeFolder();
  plantStudy(place, { isNamed: false });
  await run(configIn(place, STUDY_CONFIG));
  const renamed = plantTable({ anna: 15, bert: 15, carl: 15 }, 1);
  writeTable(place, 'x', { ...renamed, sources: renamed.sources.map((name) => `${name}-2`) });
  const { summary } = await run(configIn(place, STUDY_CONFIG), { resume: true });
  expect(summary.sources.slice(0, 3).map(({ source }) => source)).toEqual(['anna-2', 'bert-2', 'carl-2']);
  const names = JSON.parse(readFileSync(join(place, 'run/round-02/attribute/sources.json'), 'utf8'));
  expect(names.slice(0, 3)).toEqual(['anna-2', 'bert-2', 'carl-2']);
});

test('labelled images of other groups are other inputs of every stage that asks for them', async () => {
  const place = makeFolder();
  plantStudy(place, { isNamed: false });
  const grouped = (group: (row: number) => string) =>
    writeTable(place, 'x', plantTable({ anna: 15, bert: 15, carl: 15 }, 1), {
      columns: ['id', 'source', 'group'],
      group,
    });
  grouped(String);
  const settings = ['ood.scores=[wta]'];
  await run(configIn(place, STUDY_CONFIG, settings));
  grouped((row) => String(row >> 1));
  const { events } = await run(configIn(place, STUDY_CONFIG, settings), { resume: true });
  expect(stagesDone(events)).toContain('1 merge');
});

test('a run that has not come to its end again has no summary of its earlier end', async () => {
  copyBase('ended');
  expect(readRun(at('ended')).summary.seed).toBe(1);
  const controller = new AbortController();
  const stopped = run(config('ended', ['run.seed=2']), {
    resume: true,
    signal: controller.signal,
    listener: (event) => {
      if (event.type === 'stage-start' && event.stage === 'kmeans') controller.abort(new Error('stop'));
    },
  });
  await expect(stopped).rejects.toThrow('stop');
  const reading = () => readRun(at('ended'));
  expect(reading).toThrow(InputError);
  expect(reading).toThrow('holds a run that has not come to its end; finish it with --resume');
  expect(() => readRun(at('nowhere'))).toThrow('holds no run');
  await run(config('ended', ['run.seed=2']), { resume: true });
  expect(digestsOf(at('ended'))).toEqual(digestsOf(at('seed-2')));
});

test('a run that another process is writing is refused, and not disturbed', async () => {
  let refused: unknown = null;
  await run(config('locked'), {
    listener: (event) => {
      if (event.type !== 'stage-start' || event.stage !== 'merge' || refused !== null) return;
      const file = join(folder, 'pipeline.yaml');
      refused = runInProcess({ config: file, settings: ['run.output=locked/run'], resume: true });
    },
  });
  expect(refused).toEqual({
    signal: null,
    error: 'FolderLockedError',
    message: expect.stringContaining(`is being written by process ${process.pid}`),
  });
  expect(digestsOf(at('locked'))).toEqual(digestsOf(at('base')));
});

test('no clock reaches a file but metrics.jsonl and timings.json', async () => {
  let milliseconds = 0;
  const now = () => {
    milliseconds += 60_000;
    return new Date(milliseconds);
  };
  await run(config('clock'), { now });
  expect(milliseconds).toBeGreaterThan(0);
  expect(digestsOf(at('clock'))).toEqual(digestsOf(at('base')));
  const lines = readFileSync(at('clock', 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
  const [first, last] = [lines[0], lines.at(-1)].map((line) => JSON.parse(line as string));
  expect(first).toMatchObject({ time: expect.stringMatching(/^1970-01-01T00:0\d:00.000Z$/), type: 'inputs' });
  expect(last.type).toBe('stage-end');
  const { stages } = JSON.parse(readFileSync(at('clock', 'timings.json'), 'utf8'));
  expect(stages).toHaveLength(all.length);
  expect(stages.every(({ seconds }: { seconds: number }) => seconds >= 60)).toBe(true);
  const files = Object.keys(digestsOf(at('clock')));
  const texts = files.filter((file) => /\.(json|csv|yaml)$/.test(file));
  for (const text of texts) expect(readFileSync(at('clock', text), 'utf8')).not.toContain('1970');
});
