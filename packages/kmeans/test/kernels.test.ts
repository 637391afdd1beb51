import { setKernelThreads } from '@ganscout/kernels';
import { createRandom } from '@ganscout/numeric';
import { afterEach, expect, test } from 'vitest';
import { assignRows, startAssignment } from '../src/bounded-assignment.js';
import { codeRows, int16, type RowCodes } from '../src/codes.js';

afterEach(() => setKernelThreads(1));

const DIMS = 5;

/** Rows in [-1, 1), of which the first is much longer and the second is the first again. */
function someRows(count: number): Float32Array {
  const random = createRandom(2, 'kernels');
  const data = Float32Array.from({ length: count * DIMS }, () => 2 * random.uniform() - 1);
  for (let d = 0; d < DIMS; d++) data[d] = data[DIMS + d] = 40 + d;
  return data;
}

function integersOf(codes: RowCodes, row: number): number[] {
  const all = int16(codes.pool, codes.codes, (codes.rows * codes.rowBytes) / 2);
  return [...all.subarray((row * codes.rowBytes) / 2, ((row + 1) * codes.rowBytes) / 2)];
}

const round = Math.fround;
const SHRINK = round(1 - 2 ** -21);

/** Approximate squared distance of a row to a coded vector, operation by operation as the kernels compute it. */
function codeSquare(codes: RowCodes, row: number, other: number, factors: [number, number]): number {
  const [a, b] = [integersOf(codes, row), integersOf(codes, other)];
  const product = a.reduce((sum, value, d) => sum + value * (b[d] as number), 0);
  const facts = codes.facts;
  return round(
    round(factors[0] + factors[1]) - round(round(product) * round((facts[other * 4] / 2) * facts[row * 4])),
  );
}

test('codeRows() keeps each row within the error it states', () => {
  const data = someRows(60);
  const codes = codeRows(data, DIMS);
  for (let i = 0; i < 60; i++) {
    const step = codes.facts[i * 4] / 2;
    const integers = integersOf(codes, i);
    const squared = Array.from({ length: DIMS }, (_, d) => {
      const value = (data[i * DIMS + d] - codes.mean[d]) * codes.scale;
      return (value - step * (integers[d] as number)) ** 2;
    }).reduce((sum, value) => sum + value, 0);
    const error = codes.facts[i * 4 + 2];
    expect(Math.sqrt(squared)).toBeLessThanOrEqual(error);
    // Half a step in each dimension at most.
    expect(error).toBeLessThan(step * Math.sqrt(DIMS));
    const length = integers.reduce((sum, value) => sum + value * value, 0) * step * step;
    expect(codes.facts[i * 4 + 1]).toBeLessThan(length);
    expect(codes.facts[i * 4 + 1]).toBeGreaterThan(length * (1 - 2e-6));
    expect(integers.slice(DIMS)).toEqual([0, 0, 0]);
  }
});

test('codeRows() codes rows that are all the same, and values near the limits of float32', () => {
  const same = codeRows(new Float32Array(6).fill(7), 2);
  expect([...same.facts]).toEqual(
    Array.from({ length: 3 }, () => [0, 0, round(1e-17 * (1 + 2 ** -22)), Infinity]).flat(),
  );
  const huge = codeRows(Float32Array.of(3e38, -3e38, 1e-38, 0), 1);
  expect(huge.facts.every((value) => !Number.isNaN(value))).toBe(true);
  expect(integersOf(huge, 0)[0]).toBe(-(integersOf(huge, 1)[0] as number));
});

test.each([1, 3])('nearerRows lists the rows that plain arithmetic lists, with %i threads', (threads) => {
  setKernelThreads(threads);
  const codes = codeRows(someRows(50), DIMS);
  const { pool, facts } = codes;
  const nearest = pool.reserve(200);
  const halves = pool.reserve(8);
  const out = pool.reserve(52 * 4);
  for (let i = 0; i < 50; i++) facts[i * 4 + 3] = round(0.004 + 0.0002 * i);
  pool.int32(nearest, 50).set(Array.from({ length: 50 }, (_, i) => i % 2));
  // Seed 1 is so far from the new one, row 7, that it keeps all rows.
  pool.float32(halves, 2).set([0, 1]);
  const shared = [codes.codes, codes.rowBytes, codes.factsAddress, nearest, halves, 7];
  pool.run('nearerRows', [
    [...shared, 0, 30, out],
    [...shared, 30, 20, out + 31 * 4],
  ]);
  const listed = pool.int32(out, 52);
  const expected = Array.from({ length: 50 }, (_, i) => i).filter((i) => {
    const square = codeSquare(codes, i, 7, [facts[i * 4 + 1], facts[7 * 4 + 1]]);
    const error = round(facts[i * 4 + 2] + facts[7 * 4 + 2]);
    const bound = round(round(round(Math.sqrt(Math.max(0, square))) - error) * SHRINK);
    return i % 2 === 0 && bound < facts[i * 4 + 3];
  });
  expect([...listed.subarray(1, 1 + listed[0]), ...listed.subarray(32, 32 + listed[31])]).toEqual(expected);
  expect(expected.length).toBeGreaterThan(2);
  expect(expected.length).toBeLessThan(25);
});

test('trialGains gives the bits of plain float32 sums', () => {
  const codes = codeRows(someRows(40), DIMS);
  const { pool, facts } = codes;
  const out = pool.reserve(16);
  for (let i = 0; i < 40; i++) facts[i * 4 + 3] = round(0.002 * i);
  const trials = [3, 9, 0, 9];
  pool.run('trialGains', [[codes.codes, codes.rowBytes, codes.factsAddress, ...trials, 4, 30, out]]);
  const expected = trials.map((trial) => {
    let sum = 0;
    for (let i = 4; i < 34; i++) {
      const near = Math.max(0, codeSquare(codes, i, trial, [facts[trial * 4 + 1], facts[i * 4 + 1]]));
      sum = round(sum + Math.max(0, round(round(facts[i * 4 + 3] ** 2) - near)));
    }
    return sum;
  });
  expect([...pool.float32(out, 4)]).toEqual(expected);
  expect(expected[0]).toBeGreaterThan(0);
});

/** Every bound of every row after two assignments with other centroids, and the true distances they bound. */
function boundsAndDistances(threads: number) {
  setKernelThreads(threads);
  const data = someRows(700);
  const k = 50;
  const codes = codeRows(data, DIMS);
  const initial = data.slice(0, k * DIMS);
  const state = startAssignment(codes, initial);
  assignRows(data, initial, new Float64Array(k), state);
  const moved = initial.map((value, at) => value + (at % 7) * 0.01);
  const moves = Float64Array.from({ length: k }, (_, c) => {
    let squared = 0;
    for (let d = 0; d < DIMS; d++) squared += (moved[c * DIMS + d] - initial[c * DIMS + d]) ** 2;
    return Math.sqrt(squared) * (1 + 1e-9);
  });
  assignRows(data, moved, moves, state);
  const { labels, groups, kernel } = state;
  const distances = Array.from({ length: 700 }, (_, i) =>
    Array.from({ length: groups.count }, (__, g) => {
      const others = groups.members.subarray(groups.start[g], groups.start[g + 1]);
      return Math.min(
        ...Array.from(others)
          .filter((c) => c !== labels[i])
          .map((c) => {
            let squared = 0;
            for (let d = 0; d < DIMS; d++) squared += (data[i * DIMS + d] - moved[c * DIMS + d]) ** 2;
            return Math.sqrt(squared) * codes.scale;
          }),
      );
    }),
  ).flat();
  return { bounds: kernel.lower.slice(), distances, labels };
}

test('challengers leaves no bound above the distance it bounds, and depends on no number of threads', () => {
  const one = boundsAndDistances(1);
  const above = one.distances.filter((distance, at) => one.bounds[at] > distance);
  expect(above).toEqual([]);
  // Bounds that are never above but always near zero would exclude nothing.
  const tight = one.distances.filter((distance, at) => one.bounds[at] > 0.8 * distance);
  expect(tight.length).toBeGreaterThan(one.distances.length / 2);
  const three = boundsAndDistances(3);
  expect(three.bounds).toEqual(one.bounds);
  expect(three.labels).toEqual(one.labels);
});
