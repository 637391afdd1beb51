import { expect, test } from 'vitest';
import { rowsOfOutput } from '../src/output-rows.js';

const data = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8);

test('rowsOfOutput() leaves rows as they are', () => {
  expect(rowsOfOutput('y', { shape: [4, 2], data }, 'nchw')).toEqual(data);
});

test('rowsOfOutput() averages maps over height and width', () => {
  // One image of two planes (1, 2, 3, 4) and (5, 6, 7, 8).
  expect(rowsOfOutput('y', { shape: [1, 2, 2, 2], data }, 'nchw')).toEqual(Float32Array.of(2.5, 6.5));
  // Four places of two features each: the odd and the even numbers.
  expect(rowsOfOutput('y', { shape: [1, 2, 2, 2], data }, 'nhwc')).toEqual(Float32Array.of(4, 5));
  expect(rowsOfOutput('y', { shape: [2, 2, 1, 2], data }, 'nchw')).toEqual(
    Float32Array.of(1.5, 3.5, 5.5, 7.5),
  );
  expect(rowsOfOutput('y', { shape: [2, 2, 1, 2], data }, 'nhwc')).toEqual(Float32Array.of(2, 3, 6, 7));
});

test('rowsOfOutput() averages three axes over the tokens, in either layout', () => {
  for (const layout of ['nchw', 'nhwc'] as const) {
    expect(rowsOfOutput('y', { shape: [2, 2, 2], data }, layout)).toEqual(Float32Array.of(2, 3, 6, 7));
  }
});

test('rowsOfOutput() refuses other numbers of axes', () => {
  expect(() => rowsOfOutput('y', { shape: [8], data }, 'nchw')).toThrow(
    'UserModel.embed: output "y" must have 2 to 4 axes, images first, got 1: 8',
  );
  expect(() => rowsOfOutput('y', { shape: [1, 2, 1, 2, 2], data }, 'nchw')).toThrow(
    'got 5: 1 × 2 × 1 × 2 × 2',
  );
});
