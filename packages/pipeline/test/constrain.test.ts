import { createAssignment, createFeatureSet } from '@ganscout/data-model';
import { createRandom } from '@ganscout/numeric';
import { expect, test } from 'vitest';
import { type LabelState, REASON } from '../src/label-state.js';
import { constrain, digestOfConstraints, type RoundConstraints } from '../src/stages/constrain.js';

const ROUND = 3;
const SPACE = { extractor: 'test', layer: '', round: 0, transform: '' };

/** Rows on a line. */
function line(...values: number[]) {
  const ids = values.map((_, row) => `image-${row}`);
  return createFeatureSet(ids, 1, Float32Array.from(values), SPACE);
}

/** A state with one known source in which every discovered cluster was born in round 1. */
function stateOf(...labels: number[]): LabelState {
  const clusterCount = Math.max(1, ...labels.map((label) => label + 1));
  return {
    assignment: createAssignment(Int32Array.from(labels), 1, clusterCount),
    since: new Int32Array(labels.length).fill(1),
    reasons: Uint8Array.from(labels, (label) => (label < 0 ? REASON.rejected : REASON.clustered)),
    births: new Int32Array(clusterCount - 1).fill(1),
  };
}

function linking(...sets: number[][]): RoundConstraints {
  return { mustLink: sets.map((set) => Int32Array.from(set)), cannotLink: [] };
}

function parting(...pairs: [number[], number[]][]): RoundConstraints {
  const cannotLink = pairs.map(([left, right]) => ({
    left: Int32Array.from(left),
    right: Int32Array.from(right),
  }));
  return { mustLink: [], cannotLink };
}

const labelsOf = ({ assignment }: LabelState) => [...assignment.labels];

test('constrain() gives linked rows the label that most of them have, with its reason and round', () => {
  const state = stateOf(1, 1, 1, 2, 2, 2, 0, -1);
  const linked = constrain(line(0, 0, 0, 1, 1, 1, 2, 3), state, linking([0, 1, 3, 6, 7]), ROUND);
  expect(labelsOf(linked)).toEqual([1, 1, 1, 1, 2, 2, 1, 1]);
  expect([...linked.reasons]).toEqual([3, 3, 3, 8, 3, 3, 8, 8]);
  expect([...linked.since]).toEqual([1, 1, 1, 3, 1, 1, 3, 3]);
  expect([...linked.births]).toEqual([1, 1]);
  // What was given stays as it was.
  expect(labelsOf(state)).toEqual([1, 1, 1, 2, 2, 2, 0, -1]);
  expect([...state.since]).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
});

test('constrain() brings a cluster along as a whole of which more than half is linked', () => {
  const five = line(0, 0, 0, 1, 1, 1, 1, 1);
  const linked = constrain(five, stateOf(1, 1, 1, 2, 2, 2, 2, 2), linking([0, 1, 2, 3, 4, 5]), ROUND);
  // A tie of three each goes to the lower label.
  expect(labelsOf(linked)).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
  const half = constrain(five, stateOf(1, 1, 1, 1, 2, 2, 2, 2), linking([0, 1, 2, 3, 4, 5]), ROUND);
  expect(labelsOf(half)).toEqual([1, 1, 1, 1, 1, 1, 2, 2]);
  // A known source never comes along: its images were accepted one by one.
  const known = constrain(five, stateOf(1, 1, 1, 0, 0, 0, 0, -1), linking([0, 1, 2, 3, 4]), ROUND);
  expect(labelsOf(known)).toEqual([1, 1, 1, 1, 1, 0, 0, -1]);
});

test('constrain() opens a cluster for linked rows that have no source, not for a row alone', () => {
  const opened = constrain(line(0, 0, 1, 1), stateOf(1, -1, -1, -1), linking([1, 3], [2]), ROUND);
  expect(labelsOf(opened)).toEqual([1, 2, -1, 2]);
  expect([...opened.births]).toEqual([1, ROUND]);
  expect([...opened.reasons]).toEqual([3, 8, 0, 8]);
});

test('constrain() takes linked sets that share a row as one', () => {
  const linked = constrain(
    line(0, 0, 1, 1, 2),
    stateOf(1, 1, 2, -1, -1),
    linking([2, 3], [1, 4], [3, 1, 0]),
    ROUND,
  );
  expect(labelsOf(linked)).toEqual([1, 1, 1, 1, 1]);
  expect([...linked.births]).toEqual([1]);
});

test('constrain() parts a source: the smaller side leaves, and rows nearer to its mean with it', () => {
  // Sides at 0 and 10; 4 is nearer to the first, 6 to the second, 5 is between and stays.
  const rows = line(0, 0, 0, 10, 10, 4, 6, 5, 6);
  const parted = constrain(
    rows,
    stateOf(1, 1, 1, 1, 1, 1, 1, 1, 2),
    parting([
      [0, 1, 2],
      [3, 4],
    ]),
    ROUND,
  );
  expect(labelsOf(parted)).toEqual([1, 1, 1, 3, 3, 1, 3, 1, 2]);
  expect([...parted.reasons]).toEqual([3, 3, 3, 9, 9, 3, 9, 3, 3]);
  expect([...parted.since]).toEqual([1, 1, 1, 3, 3, 1, 3, 1, 1]);
  // The new cluster is as old as the one that it was in.
  expect([...parted.births]).toEqual([1, 1, 1]);
  const other = constrain(
    rows,
    stateOf(1, 1, 1, 1, 1, 1, 1, 1, 2),
    parting([
      [3, 4],
      [0, 1, 2],
    ]),
    ROUND,
  );
  expect(labelsOf(other)).toEqual(labelsOf(parted));
});

test('constrain() lets the right side leave at a tie, also from a known source', () => {
  const parted = constrain(line(0, 10, 9, 1), stateOf(0, 0, 0, 0), parting([[0], [1]]), ROUND);
  expect(labelsOf(parted)).toEqual([0, 1, 1, 0]);
  expect([...parted.births]).toEqual([ROUND]);
});

test('constrain() changes nothing that obeys: sides apart, unassigned, or empty', () => {
  const state = stateOf(1, 1, 2, -1);
  const rows = line(0, 0, 1, 2);
  for (const said of [
    parting([[0, 1], [2]]),
    parting([[0, 1], [3]]),
    parting([[], [0]]),
    linking([0, 1], [2], []),
    linking(),
  ])
    expect(constrain(rows, state, said, ROUND)).toBe(state);
});

test('constrain() parts a source in three, of which the third is not torn by what is said of the first two', () => {
  // The third lies between the others, its first row nearer to the second.
  const rows = line(0, 0, 0, 0, 10, 10, 10, 6, 4);
  const said = parting(
    [
      [0, 1, 2, 3],
      [4, 5, 6],
    ],
    [
      [0, 1, 2, 3],
      [7, 8],
    ],
    [
      [4, 5, 6],
      [7, 8],
    ],
  );
  const parted = constrain(rows, stateOf(1, 1, 1, 1, 1, 1, 1, 1, 1), said, ROUND);
  expect(labelsOf(parted)).toEqual([1, 1, 1, 1, 2, 2, 2, 3, 3]);
});

test('constrain() keeps linked rows together when their source is parted', () => {
  const rows = line(0, 0, 0, 10, 10, 9, 4, 9, 3);
  const sides = parting([
    [0, 1, 2],
    [3, 4],
  ]);
  // Squared distances of 9 and 4: 81 + 16 to the first mean, 1 + 36 to the second, so they leave.
  const free = { ...sides, mustLink: [Int32Array.of(5, 6)] };
  expect(labelsOf(constrain(rows, stateOf(1, 1, 1, 1, 1, 1, 1, 1, 1), free, ROUND))).toEqual([
    1, 1, 1, 2, 2, 2, 2, 2, 1,
  ]);
  // 9 is linked to a row of the side that stays.
  const tied = { ...sides, mustLink: [Int32Array.of(0, 5)] };
  expect(labelsOf(constrain(rows, stateOf(1, 1, 1, 1, 1, 1, 1, 1, 1), tied, ROUND))).toEqual([
    1, 1, 1, 2, 2, 1, 1, 2, 1,
  ]);
  // Linked to both sides: the cannot-link holds, and the row goes where it is nearer.
  const torn = { ...sides, mustLink: [Int32Array.of(0, 3, 5)] };
  expect(labelsOf(constrain(rows, stateOf(1, 1, 1, 1, 1, 1, 1, 1, 1), torn, ROUND))).toEqual([
    1, 1, 1, 2, 2, 2, 1, 2, 1,
  ]);
});

test('constrain() keeps the round in which a person was first obeyed', () => {
  const before = {
    ...stateOf(1, 1, 2, 2),
    reasons: Uint8Array.of(3, 3, 8, 3),
    since: Int32Array.of(1, 1, 2, 1),
  };
  const linked = constrain(line(0, 0, 1, 1), before, linking([0, 1, 2, 3]), ROUND);
  expect([...linked.since]).toEqual([1, 1, 2, 3]);
});

test('constrain() comes to labels that obey, whatever they were', () => {
  const random = createRandom(1, 'constrain');
  const draw = (count: number) => Math.floor(count * random.uniform());
  for (let trial = 0; trial < 100; trial++) {
    const rows = line(...Array.from({ length: 30 }, () => random.normal()));
    const drawn = Array.from({ length: 30 }, () => draw(4) - 1);
    const state = stateOf(...drawn.map((label, row) => (row < 3 ? row : label)));
    const pair: [number[], number[]] = [
      [draw(10), draw(10)],
      [10 + draw(10), 10 + draw(10)],
    ];
    const linked = [20 + draw(5), 25 + draw(5)];
    const said = { ...parting(pair), mustLink: linking(linked).mustLink };
    const { assignment } = constrain(rows, state, said, ROUND);
    const at = (row: number) => assignment.labels[row] as number;
    for (const left of pair[0]) {
      for (const right of pair[1]) expect(at(left) === -1 || at(left) !== at(right)).toBe(true);
    }
    expect(at(linked[0] as number)).toBe(at(linked[1] as number));
    expect(at(linked[0] as number)).not.toBe(-1);
    // The assignment is dense: it is checked where it is made.
    expect(createAssignment(assignment.labels, 1, assignment.clusterCount).clusterCount).toBe(
      assignment.clusterCount,
    );
    const again = constrain(rows, { ...state, assignment }, said, ROUND);
    expect([...again.assignment.labels]).toEqual([...assignment.labels]);
  }
});

test('constrain() refuses rows that are not there, and a row on both sides', () => {
  const state = stateOf(1, 1);
  const asking = (said: RoundConstraints) => () => constrain(line(0, 1), state, said, ROUND);
  expect(asking(linking([0, 2]))).toThrow('constrain: rows must be in [0, 2), got 2');
  expect(asking(parting([[0], [-1]]))).toThrow('constrain: rows must be in [0, 2), got -1');
  expect(asking(parting([[0, 1], [1]]))).toThrow(
    'constrain: row 1 must be on one side of a cannot-link, it is on both',
  );
});

test('digestOfConstraints() tells links from partings', () => {
  const digests = [linking([0], [1]), linking([0, 1]), parting([[0], [1]]), linking()].map(
    digestOfConstraints,
  );
  expect(new Set(digests).size).toBe(4);
  expect(digestOfConstraints(linking([0], [1]))).toBe(digests[0]);
});
