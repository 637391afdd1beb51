import { expect, test } from 'vitest';
import { describeFingerprint, type Fingerprint } from '../../src/gather/fingerprint-words.js';

const SIZE = 64;

/** Residuals with peaks at the frequencies given, in cells of a spectrum, and likeness at the shifts given. */
function fingerprint(
  cells: readonly (readonly [x: number, y: number, excess: number])[],
  { level = 0, likeness = [] as readonly (readonly [x: number, y: number, value: number])[] } = {},
): Fingerprint {
  const values = new Float64Array(SIZE * SIZE);
  values[(SIZE / 2) * SIZE + SIZE / 2] = 1;
  for (const [x, y, value] of likeness) {
    values[(y + SIZE / 2) * SIZE + x + SIZE / 2] = value;
    values[(SIZE / 2 - y) * SIZE + SIZE / 2 - x] = value;
  }
  return {
    spectrum: { size: SIZE, images: 40, patches: 40, decibels: new Float64Array(0) },
    level,
    peaks: cells.map(([x, y, excess]) => ({ x: x / SIZE, y: y / SIZE, excess })),
    autocorrelation: { size: SIZE, values },
  };
}

test('peaks are told as patterns that repeat every so many pixels', () => {
  // 16 cells are 1/4 cycle a pixel; one cell is no frequency of its own; (16, 8) runs down to the left.
  const own = fingerprint([
    [16, 0, 9.61],
    [1, -32, 5],
    [16, 8, 4],
    [16, -8, 3.5],
    [24, 0, 3],
  ]);
  expect(describeFingerprint(own, null, '')).toBe(
    'Averaged over 40 patches of 64 × 64 pixels from 40 images. 5 frequencies stand out, as regular upsampling leaves them: ' +
      'patterns that repeat every 4 pixels across (9.61 dB); every 2 pixels down (5 dB); ' +
      'every 4 pixels across and 8 down, falling to the left (4 dB); every 4 pixels across and 8 down, falling to the right (3.5 dB), ' +
      'and 1 weaker one. More than 3 pixels away the residual is not like itself (largest autocorrelation 0.000).',
  );
});

test('what it is laid beside is told: none, some or all of the peaks are there too', () => {
  const told = (own: Fingerprint, other: Fingerprint) => describeFingerprint(own, other, 'the real images');
  const one = fingerprint([[16, 0, 5]]);
  const none = fingerprint([]);
  expect(told(one, none)).toContain('(5 dB). It does not stand out in the real images.');
  expect(told(one, fingerprint([[17, 0, 4]]))).toContain('It stands out in the real images too.');
  expect(told(one, fingerprint([[18, 0, 4]]))).toContain('It does not stand out in the real images.');
  const two = fingerprint([
    [16, 0, 5],
    [0, 32, 4],
  ]);
  expect(told(two, one)).toContain('1 of them does not stand out in the real images.');
  expect(told(two, none)).toContain('None of them stands out in the real images.');
  // A frequency of 1/2 cycle a pixel is its own opposite.
  expect(told(two, fingerprint([...[[16, 0, 5] as const], [0, -32, 4]]))).toContain(
    'All of them stand out in the real images too.',
  );
  expect(told(none, none)).toContain(
    'No single frequency stands out of its surroundings, nor does one in the real images.',
  );
  expect(told(none, two)).toContain('surroundings; in the real images 2 do.');
});

test('the largest likeness beyond three pixels is named, with that of the others there', () => {
  const own = fingerprint([], {
    likeness: [
      [2, 0, 0.9],
      [8, 0, 0.5],
      [-4, 6, 0.6],
    ],
  });
  const other = fingerprint([], { likeness: [[-4, 6, 0.25]] });
  expect(describeFingerprint(own, other, 'the real images')).toContain(
    'Its residual is most like itself at a shift of 4 pixels to the left and 6 down: autocorrelation 0.600; in the real images it is 0.250 there.',
  );
});

test('the strength of the residual is compared in decibels', () => {
  const told = (own: number, other: number) =>
    describeFingerprint(
      fingerprint([], { level: own }),
      fingerprint([], { level: other }),
      'the real images',
    );
  expect(told(3, 1)).toContain('Its residual is 2.0 dB stronger than that of the real images.');
  expect(told(1, 4.5)).toContain('Its residual is 3.5 dB weaker than that of the real images.');
  expect(told(1, 1.4)).toContain('Its residual is as strong as that of the real images.');
});
