import { expect, test } from 'vitest';
import { createParameterMemory } from '../src/parameter-memory.js';

test('createParameterMemory() gives each role and parameter a place of its own, set to zero', () => {
  const lengths = [3, 16, 0, 17];
  const memory = createParameterMemory(lengths, ['parameter', 'gradient', 'gradientSum']);
  const all = (['parameter', 'gradient', 'gradientSum'] as const).flatMap((role) => memory.arrays(role));
  expect(all.map(({ length }) => length)).toEqual([...lengths, ...lengths, ...lengths]);
  expect(all.every((values) => values.every((value) => value === 0))).toBe(true);
  all.forEach((values, i) => void values.fill(i + 1));
  expect(all.map((values, i) => values.every((value) => value === i + 1))).toEqual(all.map(() => true));
});

test('arrays of parameter memory are the same numbers each time', () => {
  const memory = createParameterMemory([2], ['parameter', 'gradient']);
  memory.arrays('gradient')[0]!.set([1, 2]);
  expect(memory.arrays('gradient')).toEqual([Float32Array.of(1, 2)]);
  expect(() => memory.arrays('squareSum')).toThrow(
    'ParameterMemory: role must be one of parameter, gradient, got squareSum',
  );
});

test('createParameterMemory() refuses more than 4 GB', () => {
  expect(() => createParameterMemory([600_000_000], ['parameter', 'gradient'])).toThrow(
    'createParameterMemory: at most 4 GB can be reserved, got 600000000 parameters with 2 values of 4 bytes each',
  );
});
