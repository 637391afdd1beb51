import { unopenedRecord } from '@ganscout/images';
import { describe, expect, it } from 'vitest';
import { createSplit } from '../src/bench-split.js';
import { withFewLabels } from '../src/label-efficiency.js';
import { wilsonInterval, withRareSource } from '../src/minimum-size.js';

const record = (source: string, i: number, set: string) => {
  const path = `${set}/${source}/${i}.png`;
  return unopenedRecord({ id: path, path, file: path, source, group: path });
};
const many = (source: string, count: number, set: string) =>
  Array.from({ length: count }, (_, i) => record(source, i, set));

const SPLIT = createSplit(
  [...many('b', 30, 'known'), ...many('a', 12, 'known')],
  [...many('c', 25, 'discovery'), ...many('a', 5, 'discovery'), ...many('d', 9, 'discovery')],
);
const count = (records: readonly { source: string | null }[], source: string) =>
  records.filter((one) => one.source === source).length;

describe('createSplit()', () => {
  it('numbers known sources by name and knows the unknown ones', () => {
    expect(SPLIT.knownSources).toEqual(['a', 'b']);
    expect([...SPLIT.knownLabels]).toEqual([...Array(30).fill(1), ...Array(12).fill(0)]);
    expect(SPLIT.unknownSources).toEqual(['c', 'd']);
    expect([...SPLIT.truth.truth.isKnown]).toEqual([1, 1, 0, 0]);
  });

  it('has another digest for other images, sources or groups', () => {
    const { known, discovery } = SPLIT;
    const [first, ...rest] = discovery as [(typeof discovery)[number], ...typeof discovery];
    const others = [
      createSplit(known.slice(1), discovery),
      createSplit(known, rest),
      createSplit(known, [{ ...first, source: 'd' }, ...rest]),
      createSplit(known, [{ ...first, group: 'other' }, ...rest]),
    ];
    expect(new Set([SPLIT, ...others].map(({ digest }) => digest)).size).toBe(5);
    expect(createSplit(known, discovery).digest).toBe(SPLIT.digest);
  });

  it('needs a discovery image with a source', () => {
    expect(() => createSplit(SPLIT.known, [])).toThrow(RangeError);
  });
});

describe('withFewLabels()', () => {
  it('keeps so many of each known source, fewer where there are fewer, and the smaller draw is a part of the larger', () => {
    const ten = withFewLabels(SPLIT, 10, 1);
    const twenty = withFewLabels(SPLIT, 20, 1);
    expect([count(ten.known, 'a'), count(ten.known, 'b')]).toEqual([10, 10]);
    expect([count(twenty.known, 'a'), count(twenty.known, 'b')]).toEqual([12, 20]);
    expect(ten.known.every((one) => twenty.known.includes(one))).toBe(true);
    expect(ten.discovery).toEqual(SPLIT.discovery);
    expect(ten.truth).toBe(SPLIT.truth);
  });
});

describe('withRareSource()', () => {
  it('cuts one unknown source alone', () => {
    const { discovery } = withRareSource(SPLIT, 'c', 5, 1);
    expect(['a', 'c', 'd'].map((source) => count(discovery, source))).toEqual([5, 5, 9]);
    const wider = withRareSource(SPLIT, 'c', 10, 1).discovery;
    expect(discovery.every((one) => wider.includes(one))).toBe(true);
    expect(withRareSource(SPLIT, 'c', 5, 2).discovery).not.toEqual(discovery);
  });
});

it('wilsonInterval() is the published one', () => {
  // 8 of 10, z² = 3.8415: (0.8 + 0.19207 ± 1.95996 √(0.016 + 0.0096036)) / 1.38415.
  const [low, high] = wilsonInterval(8, 10);
  expect(low).toBeCloseTo(0.4902, 4);
  expect(high).toBeCloseTo(0.9433, 4);
  expect(wilsonInterval(0, 5)[0]).toBe(0);
  expect(wilsonInterval(5, 5)[1]).toBe(1);
});
