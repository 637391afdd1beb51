import { createFeatureSet, encodeNpy } from '@ganscout/data-model';
import { DESCRIPTOR_DIMS, rowsOf } from '@ganscout/extractor';
import { expect, test } from 'vitest';
import type { StageOutput } from '../src/stage-store.js';
import { readDescriptions } from '../src/stages/describe.js';
import { loadRows, storedInMemory } from '../src/stored-rows.js';

const space = { extractor: 'test', layer: '', round: 0, transform: '' };
const known = createFeatureSet(['a'], 2, Float32Array.of(1, 2), space);
const discovery = createFeatureSet(['b', 'c'], 2, Float32Array.of(3, 4, 5, 6), space);

test('storedInMemory() puts the known rows first, and loadRows() gives both sets back', () => {
  const stored = storedInMemory({ known, discovery });
  expect(stored.source.read(0, 3)).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
  expect(loadRows(stored)).toEqual({ known, discovery });
});

test('loadRows() refuses what is not finite, and a number of rows that is not that of the ids', () => {
  const stored = storedInMemory({ known, discovery });
  const broken = { ...stored, source: rowsOf(Float32Array.of(1, 2, 3, Number.NaN, 5, 6), 2) };
  expect(() => loadRows(broken)).toThrow('every feature must be finite, got NaN in row 0 (b), feature 1');
  expect(() => loadRows({ ...stored, discoveryIds: ['b'] })).toThrow(TypeError);
});

/** A finished stage of the given files; notes which are read. */
function stageOf(files: Readonly<Record<string, Uint8Array | string>>, reads: string[]): StageOutput {
  const read = (name: string) => {
    reads.push(name);
    return Buffer.from(files[name] as string);
  };
  return { digest: '', files: Object.keys(files), has: (name) => name in files, read };
}

test('readDescriptions() reads rows across parts, with one part in memory', () => {
  // Parts of three images, none and two; every value of row i is i.
  const array = (values: readonly number[], shape: readonly number[]) =>
    encodeNpy({
      shape: [...shape, DESCRIPTOR_DIMS],
      data: Float32Array.from({ length: values.length * DESCRIPTOR_DIMS }, (_, at) => {
        return values[Math.floor(at / DESCRIPTOR_DIMS)] as number;
      }),
    });
  const parts = [[0, 1, 2], [], [3, 4]].flatMap((values, part) => [
    [`whole-0000${part}.npy`, array(values, [values.length])],
    [`crops-0000${part}.npy`, array(part === 2 ? [7, 8] : [], [part === 2 ? 1 : 0, 2])],
    [`compressed-0000${part}.npy`, array([], [0, 2])],
    [`failed-0000${part}.json`, part === 1 ? '[["x","broken"]]' : '[]'],
  ]);
  const reads: string[] = [];
  const { whole, crops, compressedPairs, failures } = readDescriptions(
    stageOf(Object.fromEntries(parts), reads),
    2,
  );
  const firstValues = (rows: Float32Array) => [...rows].filter((_, at) => at % DESCRIPTOR_DIMS === 0);
  expect([whole.rows, crops.rows, compressedPairs.length]).toEqual([5, 2, 0]);
  expect(firstValues(whole.read(1, 5))).toEqual([1, 2, 3, 4]);
  expect(firstValues(whole.read(0, 5))).toEqual([0, 1, 2, 3, 4]);
  expect(whole.read(2, 2)).toHaveLength(0);
  expect(firstValues(crops.read(0, 2))).toEqual([7, 8]);
  expect([...failures]).toEqual([['x', 'broken']]);
  whole.read(0, 1);
  reads.length = 0;
  whole.read(3, 4);
  whole.read(4, 5);
  expect(reads).toEqual(['whole-00002.npy']);
});
