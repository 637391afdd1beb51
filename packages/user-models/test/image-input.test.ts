import { expect, test } from 'vitest';
import { imageInput } from '../src/image-input.js';

const value = (shape: readonly (number | string)[], type = 'float32') => ({ name: 'x', type, shape });

test('imageInput() finds the layout by the axis of size 3', () => {
  const sides = { height: 8, width: 10 };
  expect(imageInput(value(['N', 3, 8, 10]), {}, 'm')).toEqual({ layout: 'nchw', batch: null, ...sides });
  expect(imageInput(value([-1, 8, 10, 3]), {}, 'm')).toEqual({ layout: 'nhwc', batch: null, ...sides });
  expect(imageInput(value([4, 3, 8, 10]), {}, 'm')).toEqual({ layout: 'nchw', batch: 4, ...sides });
});

test('imageInput() takes the layout that is said, and refuses to guess between two', () => {
  const both = value(['N', 3, 8, 3]);
  expect(() => imageInput(both, {}, 'm')).toThrow(
    'input "x" of m must have size 3 at axis 1 or at axis 3, for the channels, and not at both, got N × 3 × 8 × 3',
  );
  expect(imageInput(both, { layout: 'nchw' }, 'm')).toMatchObject({ height: 8, width: 3 });
  expect(imageInput(both, { layout: 'nhwc' }, 'm')).toMatchObject({ height: 3, width: 8 });
});

test('imageInput() takes open sides from the options, and refuses other ones than the model has', () => {
  const inputSize = { width: 32, height: 16 };
  expect(imageInput(value(['N', 3, 'H', 'W']), { inputSize }, 'm')).toMatchObject(inputSize);
  expect(imageInput(value(['N', 3, 16, 32]), { inputSize }, 'm')).toMatchObject(inputSize);
  expect(() => imageInput(value(['N', 3, 16, 64]), { inputSize }, 'm')).toThrow(
    'openUserModel: input "x" of m has a width of 64, got inputSize.width 32',
  );
  expect(() => imageInput(value(['N', 3, 'H', 'W']), { inputSize: { width: 32, height: 0.5 } }, 'm')).toThrow(
    'openUserModel: inputSize.height must be a positive integer, got 0.5',
  );
});

test('imageInput() takes everything from the options if the model says nothing', () => {
  const options = { layout: 'nhwc', inputSize: { width: 2, height: 4 } } as const;
  expect(imageInput(value([]), options, 'm')).toEqual({ layout: 'nhwc', batch: null, width: 2, height: 4 });
});

test('imageInput() says what was expected and found', () => {
  expect(() => imageInput(value(['N', 3, 8, 8], 'uint8'), {}, 'm')).toThrow(
    'openUserModel: input "x" of m must be float32, got uint8; export the model with it',
  );
  expect(() => imageInput(value(['N', 192]), {}, 'm')).toThrow(
    'openUserModel: input "x" of m must have 4 axes, N × 3 × H × W or N × H × W × 3, got 2: N × 192',
  );
  expect(() => imageInput(value(['N', 1, 28, 28]), { layout: 'nchw' }, 'm')).toThrow(
    'openUserModel: input "x" of m must have 3 channels at axis 1 in layout "nchw", got N × 1 × 28 × 28',
  );
});
