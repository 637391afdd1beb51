import { expect, test } from 'vitest';
import { columnRuns, cropCount, layRegions } from '../src/regions.js';

test('layRegions() puts the whole first, then crops row by row, with tile i at floor(i · size / grid)', () => {
  // 30 rows: tiles at 0, 7, 15, 22; 50 columns: tiles at 0, 12, 25, 37.
  expect(layRegions(30, 50, { grid: 4, cropTiles: 2, cropStep: 2 })).toEqual([
    { top: 0, bottom: 30, left: 0, right: 50 },
    { top: 0, bottom: 15, left: 0, right: 25 },
    { top: 0, bottom: 15, left: 25, right: 50 },
    { top: 15, bottom: 30, left: 0, right: 25 },
    { top: 15, bottom: 30, left: 25, right: 50 },
  ]);
  const overlapping = { grid: 4, cropTiles: 2, cropStep: 1 };
  expect(layRegions(30, 50, overlapping).length).toBe(1 + cropCount(overlapping));
  expect(layRegions(30, 50, overlapping)[2]).toEqual({ top: 0, bottom: 15, left: 12, right: 37 });
});

test('cropCount() counts crops that fit', () => {
  expect(cropCount({ grid: 4, cropTiles: 2, cropStep: 2 })).toBe(4);
  expect(cropCount({ grid: 4, cropTiles: 2, cropStep: 1 })).toBe(9);
  expect(cropCount({ grid: 5, cropTiles: 2, cropStep: 2 })).toBe(4);
  expect(cropCount({ grid: 3, cropTiles: 3, cropStep: 1 })).toBe(1);
});

test('columnRuns() splits columns where a pixel or its partner enters another region', () => {
  const half = (left: number, right: number) => ({ top: 0, bottom: 9, left, right });
  const regions = [half(0, 10), half(0, 5), half(5, 10)];
  expect(columnRuns(regions, 10, 2)).toEqual([
    { from: 0, to: 3, regions: [0, 1] },
    { from: 3, to: 5, regions: [0] },
    { from: 5, to: 8, regions: [0, 2] },
  ]);
  expect(columnRuns(regions, 10, -2)).toEqual([
    { from: 2, to: 5, regions: [0, 1] },
    { from: 5, to: 7, regions: [0] },
    { from: 7, to: 10, regions: [0, 2] },
  ]);
  expect(columnRuns(regions.slice(1, 2), 10, 0)).toEqual([{ from: 0, to: 5, regions: [0] }]);
});
