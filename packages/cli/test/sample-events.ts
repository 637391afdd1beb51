import type { RunEvent } from '@ganscout/pipeline';

/** Known labels 0 and 1, discovered ones 2 to 4; two images unassigned. */
const STATE = {
  assignment: { labels: Int32Array.of(0, 1, 2, 3, 4, 2, -1, -1), knownCount: 2, clusterCount: 5 },
  since: new Int32Array(8),
  reasons: new Uint8Array(8),
  births: Int32Array.of(1, 1, 1),
};

const COUNTS = { total: 10, ok: 10, unreadable: 0, tooSmall: 0, duplicate: 0, labelSource: 'sub-folders' };

export const INPUTS: RunEvent = {
  type: 'inputs',
  known: COUNTS,
  discovery: { total: 12, ok: 8, unreadable: 2, tooSmall: 1, duplicate: 1, labelSource: '' },
};

export const MERGE_START: RunEvent = {
  type: 'stage-start',
  round: 2,
  stage: 'merge',
  reason: 'not done yet',
};

export const MERGE_END: RunEvent = {
  type: 'stage-end',
  round: 2,
  stage: 'merge',
  kept: false,
  seconds: 0.42,
  state: STATE,
  oodScore: Float32Array.of(1, 2, 3),
};

export const ROUND_END: RunEvent = { type: 'round-end', round: 2, state: STATE, changed: false };

export function describeProgress(done: number, total = 100): RunEvent {
  return { type: 'progress', stage: 'describe', done, total, unit: 'images' };
}
