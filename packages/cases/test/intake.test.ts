import { dirname } from 'node:path';
import type { ImageId } from '@ganscout/data-model';
import { EXEMPLARS_PER_SOURCE, readFeatures, type SpaceFeatures } from '@ganscout/pipeline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { admitCandidates, exemplarsOfRows, nextGroup } from '../src/adding/admit-candidates.js';
import {
  type Arrivals,
  type Intake,
  type IntakeOptions,
  type SourceModel,
  takeIn,
} from '../src/adding/intake.js';
import { learnFromArrivals } from '../src/adding/learn-sources.js';
import { joinExemplars, selectSpaceRows } from '../src/adding/row-sets.js';
import { type CaseModel, openCaseModel } from '../src/case-model.js';
import { readCase } from '../src/case-state.js';
import { CASE_REASON } from '../src/reasons.js';
import { type Counts, plantDump, plantRun, sourceOf } from './planted-case.js';

let run: string;
let opened: CaseModel;
let model: SourceModel;
/** Labels of the discovered sources: positions among the model's. */
let [dora, fred] = [0, 0];
beforeAll(async () => {
  run = await plantRun();
  const state = readCase(run);
  opened = openCaseModel(state);
  model = opened.sources;
  const labelOf = (id: string) => model.sources.indexOf(Number(sourceOf(state, id).slice(1)));
  [dora, fred] = [labelOf('y-30'), labelOf('y-70')];
});
afterAll(() => opened.run.close());

async function arrive(name: string, counts: Counts): Promise<Arrivals> {
  const { features } = readFeatures(plantDump(run, name, counts), dirname(run), false);
  return { ids: features.ids, features: await opened.run.projectNew(features) };
}

const optionsWith = (changes: Partial<IntakeOptions> = {}): IntakeOptions => ({
  stages: opened.run.options,
  discoverFrom: 20,
  round: 1,
  retired: new Set(),
  nextNumber: 7,
  ...changes,
});

const count = (values: ArrayLike<number>, wanted: number) =>
  Array.from(values).filter((value) => value === wanted).length;
const dataOf = (features: SpaceFeatures) => [...features.values()].map(({ data }) => data.slice());
const admittedAlone = async (members: Int32Array[], arrivals: Arrivals) =>
  admitCandidates(model, arrivals, members, optionsWith(), 1);

describe('takeIn()', () => {
  test('attributes each image to its source, with the reason, and leaves the model alone where nothing is new', async () => {
    const arrivals = await arrive('p', { anna: 6 });
    const taken = await takeIn(model, arrivals, optionsWith(), 1);
    expect([...taken.labels]).toEqual(Array(6).fill(0));
    expect([...taken.reasons]).toEqual(Array(6).fill(CASE_REASON.acceptedByKnown));
    expect([...taken.nearest]).toEqual([...taken.labels]);
    expect(taken.candidates).toEqual([]);
    expect(taken.model).toBe(model);
  });

  test('discovers among those that wait: the new source has the next number and exemplars, and accepts its images', async () => {
    const arrivals = await arrive('p', { anna: 6, gina: 30, hugo: 2 });
    const taken = await takeIn(model, arrivals, optionsWith(), 1);
    expect(taken.candidates.map(({ number, rows }) => [number, rows.length])).toEqual([[7, 30]]);
    expect([...taken.labels.subarray(6, 36)]).toEqual(Array(30).fill(6));
    expect([...taken.labels.subarray(36)]).toEqual([-1, -1]);
    expect(count(taken.reasons, CASE_REASON.clustered)).toBe(30);
    expect(taken.model.sources).toEqual([...model.sources, 7]);
    expect(taken.model.knownCount).toBe(3);
    expect(count(taken.model.exemplars.labels, 6)).toBe(30);
    const again = await takeIn(
      taken.model,
      await arrive('q', { gina: 5 }),
      optionsWith({ nextNumber: 8 }),
      1,
    );
    expect([...again.labels]).toEqual(Array(5).fill(6));
  });

  test('waits until there are enough', async () => {
    const arrivals = await arrive('p', { gina: 30 });
    const few = await takeIn(model, arrivals, optionsWith({ discoverFrom: 31 }), 1);
    expect([count(few.labels, -1), few.candidates]).toEqual([30, []]);
    const enough = await takeIn(model, arrivals, optionsWith({ discoverFrom: 30 }), 1);
    expect(enough.candidates).toHaveLength(1);
  });

  test('lets images that a retired source accepts wait, out of discovery, and says so', async () => {
    const arrivals = await arrive('p', { fred: 30, dora: 4 });
    const taken = await takeIn(model, arrivals, optionsWith({ retired: new Set([fred]) }), 1);
    expect([...taken.labels]).toEqual([...Array(30).fill(-1), ...Array(4).fill(dora)]);
    expect(count(taken.reasons, CASE_REASON.acceptedByRetired)).toBe(30);
    expect(taken.candidates).toEqual([]);
    expect(count(taken.model.exemplars.labels, fred)).toBe(20);
  });

  test('teaches young discovered sources, but not known ones', async () => {
    const arrivals = await arrive('p', { anna: 30, dora: 30 });
    const taken = await takeIn(model, arrivals, optionsWith(), 1);
    expect([...taken.labels.subarray(30)]).toEqual(Array(30).fill(dora));
    expect([...taken.reasons.subarray(30)]).toEqual(Array(30).fill(CASE_REASON.acceptedByDiscovered));
    // Dora had twenty.
    expect(count(taken.model.exemplars.labels, dora)).toBe(32);
    expect(count(taken.model.exemplars.labels, 0)).toBe(count(model.exemplars.labels, 0));
    expect(taken.model.test).not.toBe(model.test);
    expect(taken.model.test.fused?.reference).toEqual(model.test.fused?.reference);
  });

  test('of a twin beside a known source takes in as a new source what looks strange together', async () => {
    for (const twin of ['bert/2', 'carl/2']) {
      const arrivals = await arrive('t', { [twin]: 60, dora: 20 });
      const taken = await takeIn(model, arrivals, optionsWith(), 1);
      expect(count(taken.labels.subarray(0, 60), 6)).toBeGreaterThanOrEqual(45);
      expect([...taken.labels.subarray(60)]).toEqual(Array(20).fill(dora));
    }
  });

  test('gives the same again, and leaves its inputs as they were', async () => {
    const arrivals = await arrive('p', { anna: 6, dora: 6, gina: 30 });
    const inputs = () => [
      dataOf(arrivals.features),
      dataOf(model.exemplars.features),
      model.exemplars.labels.slice(),
      [...model.sources],
    ];
    const before = inputs();
    const [first, second] = [1, 2].map(() => takeIn(model, arrivals, optionsWith(), 1));
    expect(plain(await (second as Promise<Intake>))).toEqual(plain(await (first as Promise<Intake>)));
    expect(inputs()).toEqual(before);
  });

  test('takes in nothing and one', async () => {
    const one = await arrive('p', { gina: 1 });
    const nobody = { ids: [], features: selectSpaceRows(one.features, []) };
    const none = await takeIn(model, nobody, optionsWith({ discoverFrom: 1 }), 1);
    expect(plain(none)).toMatchObject({ labels: [], reasons: [], candidates: [] });
    expect(none.model).toBe(model);
    const alone = await takeIn(model, one, optionsWith({ discoverFrom: 1 }), 1);
    expect([...alone.labels]).toEqual([-1]);
  });
});

const plain = ({ labels, reasons, candidates, nearest, model: { sources, exemplars } }: Intake) => ({
  labels: [...labels],
  reasons: [...reasons],
  nearest: [...nearest],
  candidates,
  sources,
  exemplars: exemplars.ids,
});

describe('admitCandidates()', () => {
  test('refuses a candidate that is part of a source, with the reason, and admits the others with numbers in order', async () => {
    const arrivals = await arrive('p', { anna: 40, gina: 30, hugo: 20 });
    const rows = (from: number, length: number) => Int32Array.from({ length }, (_, i) => from + i);
    const members = [rows(0, 40), rows(40, 30), rows(70, 20)];
    const { candidates, model: admitted } = await admittedAlone(members, arrivals);
    expect(candidates.map(({ number }) => number)).toEqual([null, 7, 8]);
    expect(candidates[0]?.reason).toMatch(/^source 0 would keep \d+ of the \d+ held-back images/);
    expect(admitted.sources).toEqual([...model.sources, 7, 8]);
    expect(candidates.map((candidate) => candidate.rows)).toEqual(members);
    expect(admitted.exemplars.ids.slice(model.exemplars.ids.length)).toEqual(arrivals.ids.slice(40));
  });

  test('judges each beside those admitted before it: the same source twice is refused once', async () => {
    const arrivals = await arrive('p', { gina: 60 });
    const halves = [0, 30].map((from) => Int32Array.from({ length: 30 }, (_, i) => from + i));
    const { candidates, model: admitted } = await admittedAlone(halves, arrivals);
    expect(candidates.map(({ number }) => number)).toEqual([7, null]);
    expect(admitted.sources).toHaveLength(7);
  });

  test('without a candidate gives the model as it is', async () => {
    const { candidates, model: same } = await admittedAlone([], await arrive('p', { anna: 1 }));
    expect(candidates).toEqual([]);
    expect(same).toBe(model);
  });

  test('takes at most as many exemplars as stand for a source, each a group of its own', async () => {
    const arrivals = await arrive('p', { gina: EXEMPLARS_PER_SOURCE + 8 });
    const all = Int32Array.from(arrivals.ids.keys());
    const exemplars = exemplarsOfRows(arrivals, all, 6, nextGroup(model.exemplars));
    expect(exemplars.ids).toHaveLength(EXEMPLARS_PER_SOURCE);
    expect(new Set(exemplars.groups).size).toBe(EXEMPLARS_PER_SOURCE);
    const present = new Set(model.exemplars.groups);
    expect([...exemplars.groups].filter((group) => present.has(group))).toEqual([]);
    const { data, dims } = exemplars.features.get('whitened') as never as {
      data: Float32Array;
      dims: number;
    };
    const own = arrivals.features.get('whitened')?.data as Float32Array;
    const row = arrivals.ids.indexOf(exemplars.ids[100] as ImageId);
    expect(data.slice(100 * dims, 101 * dims)).toEqual(own.slice(row * dims, (row + 1) * dims));
  });
});

describe('learnFromArrivals()', () => {
  const learn = async (images: number) => {
    const arrivals = await arrive('p', { dora: images });
    const labels = new Int32Array(images).fill(dora);
    return learnFromArrivals(model, model, arrivals, labels, opened.run.options, 1);
  };

  test('a young source learns from each image, until 32 stand for it', async () => {
    // Dora has twenty.
    const learned = await learn(2);
    expect(count(learned.exemplars.labels, dora)).toBe(22);
    expect(count(learned.exemplars.labels, fred)).toBe(20);
    expect(learned.exemplars.features.get('whitened')?.ids).toEqual(learned.exemplars.ids);
    const grown = await learn(40);
    expect(count(grown.exemplars.labels, dora)).toBe(32);
    expect(grown.exemplars.ids.slice(0, model.exemplars.ids.length)).toEqual(model.exemplars.ids);
  });

  test('one that is not young learns nothing, so that a new source cannot creep in', async () => {
    const grown = await learn(12);
    const arrivals = await arrive('q', { dora: 40 });
    const labels = new Int32Array(40).fill(dora);
    expect(learnFromArrivals(grown, grown, arrivals, labels, opened.run.options, 1)).toBe(grown);
  });

  test('of what waits, and of known sources, learns nothing', async () => {
    const arrivals = await arrive('p', { anna: 20, gina: 20 });
    const labels = Int32Array.from({ length: 40 }, (_, i) => (i < 20 ? 0 : -1));
    expect(learnFromArrivals(model, model, arrivals, labels, opened.run.options, 1)).toBe(model);
  });
});

test('joinExemplars() takes more than fit on the stack', async () => {
  const arrivals = await arrive('p', { anna: 2 });
  const many = Int32Array.from({ length: 150_000 }, (_, i) => i % 2);
  const features = selectSpaceRows(arrivals.features, many);
  const exemplars = {
    ids: features.get('whitened')?.ids as readonly ImageId[],
    labels: many,
    groups: many,
    labelled: Uint8Array.from(many),
    features,
  };
  const joined = joinExemplars(exemplars, exemplars);
  expect(joined.labels).toHaveLength(300_000);
  expect(joined.labels.subarray(149_998, 150_003)).toEqual(Int32Array.of(0, 1, 0, 1, 0));
});
