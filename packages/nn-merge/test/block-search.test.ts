import { setKernelThreads } from '@ganscout/kernels';
import { createRandom } from '@ganscout/numeric';
import { afterEach, expect, it } from 'vitest';
import { searchBlocks } from '../src/block-search.js';
import { type RoundedPoints, roundPoints } from '../src/rounded-points.js';

afterEach(() => setKernelThreads(1));

/** Keys of the pairs with a query in them, smallest and second smallest, by float32 sums in the order of dimensions. */
function plainKeys({ dims, values, weights }: RoundedPoints, queryCount: number) {
  return Array.from(weights, (_, i) => {
    const keys: number[] = [];
    for (let j = 0; j < weights.length; j++) {
      if (j === i || (i >= queryCount && j >= queryCount)) continue;
      let sum = 0;
      for (let d = 0; d < dims; d++) {
        sum = Math.fround(sum + Math.fround(-2 * values[i * dims + d] * values[j * dims + d]));
      }
      keys.push(Math.fround(sum + weights[j]));
    }
    return keys.sort((a, b) => a - b).slice(0, 2);
  });
}

it.each([
  [70, 70, 5],
  [300, 19, 9],
  [2100, 2100, 2],
  [2500, 2060, 2],
])('searchBlocks() gives the bits of plain float32 sums: %i points, %i queries, %i dims', (count, queries, dims) => {
  const random = createRandom(1, 'test');
  const points = Float32Array.from({ length: count * dims }, () => random.normal());
  const offsets = Float64Array.from({ length: count }, () => random.uniform());
  const rounded = roundPoints(points, dims, offsets, Int32Array.from(offsets.keys()));
  const expected = plainKeys(rounded, queries);
  const one = searchBlocks(rounded, queries);
  expect(Array.from(one.keys, (key, i) => [key, one.secondKeys[i]])).toEqual(expected);
  setKernelThreads(3);
  expect(searchBlocks(rounded, queries)).toEqual(one);
});
