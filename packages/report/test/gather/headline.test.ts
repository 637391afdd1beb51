import type { ViewedSource } from '@ganscout/cases';
import { expect, test } from 'vitest';
import { type HeadlineFacts, tellHeadline } from '../../src/gather/headline.js';
import type { ViewScores } from '../../src/gather/score-view.js';
import { logEntry, sourceRow, viewedCase, viewedSource } from './viewed-case.js';

const NOTHING = {
  ...{ images: 0, known: 0, discovered: 0, unassigned: 0 },
  ...{ knownSources: 0, discoveredSources: 0, unusable: 0 },
};

function tell({ counts, ...facts }: Partial<HeadlineFacts> = {}): string[] {
  return tellHeadline({
    ...{ view: viewedCase(), sources: [], scores: null, majorities: new Map() },
    ...facts,
    counts: { ...NOTHING, ...counts },
  });
}

const trusted = (number: number, size: number, trust: number): ViewedSource =>
  viewedSource(number, { size, row: sourceRow({ trust }) });

test('nothing at all is said in whole sentences', () => {
  expect(tell()).toEqual([
    'No image was studied.',
    'No new source was discovered.',
    'No image is left without a source.',
  ]);
});

test('one of each is said in the singular', () => {
  const counts = {
    ...{
      images: 3,
      known: 1,
      discovered: 1,
      unassigned: 1,
      knownSources: 1,
      discoveredSources: 1,
      unusable: 1,
    },
  };
  const view = viewedCase({
    unusable: [{ path: 'a', set: 'discovery', status: 'too_small', reason: '', entry: 1 }],
  });
  const told = tell({ counts, view, sources: [trusted(2, 1, 0.2)] });
  expect(told.slice(0, 4)).toEqual([
    '3 images were studied; 1 (33 %) is of the one known source.',
    '1 new source was discovered, with 1 image (33 %).',
    '1 image (33 %) is left without a source: no source accepts it, and it is not enough alike to be a source.',
    '1 input could not be used: it is too small.',
  ]);
  expect(told[4]).toBe(
    'By the images alone the new source cannot be relied on: S0002 (source-2), trust 0.200, 1 image.',
  );
  expect(told[5]).toMatch(/^How right this is could not be measured/);
});

test('many of each are counted, and doubtful sources named', () => {
  const counts = {
    ...{ images: 1000, known: 0, discovered: 300, unassigned: 700, knownSources: 2, discoveredSources: 3 },
    unusable: 0,
  };
  const confounded = viewedSource(5, {
    size: 50,
    row: sourceRow({ trust: 0.9, confounder: 'jpegQuality 75 (97 % inside, 4 % outside)' }),
  });
  const told = tell({ counts, sources: [trusted(3, 200, 0.95), confounded, trusted(4, 50, 0.1)] });
  expect(told.slice(0, 4)).toEqual([
    '1,000 images were studied; none is of the 2 known sources.',
    '3 new sources were discovered, with 300 images (30 %) in all, from 50 to 200 in each.',
    '700 images (70 %) are left without a source: no source accepts them, and they are not enough alike to be a source.',
    'By the images alone 2 of the 3 new sources can be trusted (trust, from 0 to 1, is 0.5 or more); look first at S0004 (source-4), trust 0.100, 50 images.',
  ]);
  expect(told.at(-1)).toBe(
    'A property of the files explains 1 source as well: S0005 (source-5), jpegQuality 75 (97 % inside, 4 % outside); it may be a group of files and no generator.',
  );
});

test('inputs that could not be used are told by what is wrong with them', () => {
  const input = (status: 'unreadable' | 'too_small') =>
    ({ path: 'a', set: 'discovery', status, reason: '', entry: 1 }) as const;
  const told = (...statuses: readonly ('unreadable' | 'too_small')[]) =>
    tell({ view: viewedCase({ unusable: statuses.map(input) }) }).at(-1);
  expect(told('unreadable')).toBe('1 input could not be used: it could not be read.');
  expect(told('unreadable', 'unreadable')).toBe('2 inputs could not be used: they could not be read.');
  expect(told('too_small', 'too_small')).toBe('2 inputs could not be used: they are too small.');
  expect(told('unreadable', 'too_small', 'too_small')).toBe(
    '3 inputs could not be used: 1 could not be read, 2 are too small.',
  );
});

test('two of two are both', () => {
  const counts = { ...NOTHING, images: 9, discovered: 9, discoveredSources: 2 };
  expect(tell({ counts, sources: [trusted(1, 5, 1), trusted(2, 4, 0.5)] })).toContain(
    'By the images alone both new sources can be trusted (trust, from 0 to 1, is 0.5 or more).',
  );
});

test('a case says as of when; sources that came later have no trust', () => {
  const entries = [logEntry(1, '2026-01-01T00:00:00.000Z'), logEntry(2, '2026-01-02T00:00:00.000Z')];
  const counts = { ...NOTHING, images: 20, discovered: 20, discoveredSources: 1 };
  const told = tell({ view: viewedCase({}, entries), counts, sources: [viewedSource(1, { size: 20 })] });
  expect(told[0]).toBe('This is the case as of entry 2, of 2026-01-02T00:00:00.000Z.');
  expect(told).toContain('1 new source has no trust figure, as it came after the run.');
});

test('with ground truth it says how right it is, and of how many images that is known', () => {
  const scores: ViewScores = {
    figures: {
      ...{ discoveredAveragePurity: 0.987, wholeNmi: 0.91, clusterCount: 2, trueUnknownSourceCount: 3 },
      ...{ knownRejectedRate: 0.034, unknownAcceptedRate: 0 },
    },
    intervals: { discoveredAveragePurity: [0.98, 1] },
    missed: ['x'],
    matched: 8,
  };
  const view = viewedCase({ images: Array(10).fill({}) });
  const majorities = new Map([[2, { source: 'cam', share: 1, isKnown: true }]]);
  const sources = [trusted(1, 5, 1), trusted(2, 3, 1)];
  expect(tell({ scores, view, sources, majorities }).slice(-5)).toEqual([
    'Against the true sources, which are known of 8 of 10 images, the new sources are 98.7 % pure (95 % interval 98 % to 100 %).',
    'Over all images NMI is 0.910; 1 is perfect.',
    '3.4 % of the images of known sources were given to no known source, and none of the images of unknown sources were taken for a known one.',
    'Of the 3 unknown sources 1 was not found: x.',
    'One new source is not new, but holds images of a known source: S0002 (source-2) of cam.',
  ]);
});
