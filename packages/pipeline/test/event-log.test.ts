import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { logEvents, logTimings, readTimings, recordOf } from '../src/event-log.js';
import { changeLabels, initialState } from '../src/label-state.js';
import { makeFolder } from './run-folder.js';

const state = changeLabels(
  initialState(4, 1),
  Int32Array.of(0, 1, 2, -1),
  1,
  () => 0,
  () => 1,
);
const end = { type: 'stage-end', round: 1, stage: 'ood', kept: false, seconds: 2, oodScore: null } as const;

test('recordOf() counts labels instead of listing them, and leaves progress out', () => {
  const { oodScore: _, ...plain } = end;
  expect(recordOf({ ...end, state, oodScore: new Float32Array(4) })).toEqual({
    ...plain,
    known: 1,
    discovered: 2,
    unassigned: 1,
    clusters: 2,
  });
  expect(recordOf({ ...end, state: null })).toEqual(plain);
  expect(recordOf({ type: 'progress', stage: 'train', done: 1, total: 2, unit: 'epochs' })).toBeNull();
});

test('logEvents() appends one line an event, with its time', () => {
  const folder = makeFolder();
  for (const message of ['first', 'second']) {
    const log = logEvents(folder, () => new Date(0));
    log({ type: 'warning', message });
    log({ type: 'progress', stage: 'inputs', done: 1, total: 2, unit: 'images' });
  }
  expect(readFileSync(join(folder, 'metrics.jsonl'), 'utf8')).toBe(
    '{"time":"1970-01-01T00:00:00.000Z","type":"warning","message":"first"}\n' +
      '{"time":"1970-01-01T00:00:00.000Z","type":"warning","message":"second"}\n',
  );
});

test('logTimings() keeps seconds and memory of each stage from when it was last done', () => {
  const folder = makeFolder();
  const file = join(folder, 'timings.json');
  const stages = () => JSON.parse(readFileSync(file, 'utf8')).stages;
  logTimings(folder, {}, () => 10)({ ...end, state });
  const resumed = logTimings(folder, { cores: 2 }, () => 30);
  resumed({ ...end, state, kept: true, seconds: 0 });
  resumed({ ...end, stage: 'kmeans', state, seconds: 3 });
  expect(stages()).toEqual([
    { round: 1, stage: 'ood', seconds: 2, peakMemoryBytes: 10 },
    { round: 1, stage: 'kmeans', seconds: 3, peakMemoryBytes: 30 },
  ]);
  expect(JSON.parse(readFileSync(file, 'utf8')).machine).toEqual({ cores: 2 });
  writeFileSync(file, 'broken');
  logTimings(folder, {}, () => 7)({ ...end, state, seconds: 5 });
  expect(stages()).toEqual([{ round: 1, stage: 'ood', seconds: 5, peakMemoryBytes: 7 }]);
});

test('readTimings() reads those of earlier versions, and gives null for what it cannot read', () => {
  const folder = makeFolder();
  const write = (text: string) => writeFileSync(join(folder, 'timings.json'), text);
  expect(readTimings(folder)).toBeNull();
  write('{"machine":{"cores":2},"stages":[{"round":1,"stage":"ood","seconds":2.5}]}');
  expect(readTimings(folder)).toEqual({
    machine: { cores: 2 },
    stages: [{ round: 1, stage: 'ood', seconds: 2.5 }],
  });
  for (const broken of ['broken', 'null', '{"machine":{}}', '{"machine":{},"stages":[{"round":1}]}']) {
    write(broken);
    expect(readTimings(folder)).toBeNull();
  }
});
