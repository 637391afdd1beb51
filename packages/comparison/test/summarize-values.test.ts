import { describe, expect, it } from 'vitest';
import { summarizeValues } from '../src/summarize-values.js';

describe('summarizeValues()', () => {
  it('takes mean, deviation and range of the values that are there', () => {
    // Mean 3, squares 4 + 0 + 4 over 2.
    const expected = { mean: 3, deviation: 2, least: 1, most: 5, count: 3 };
    expect(summarizeValues([1, null, 3, 5])).toEqual(expected);
  });

  it('has no deviation with one value and nothing with none', () => {
    expect(summarizeValues([2])?.deviation).toBeNull();
    expect(summarizeValues([null])).toBeNull();
  });
});
