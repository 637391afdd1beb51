import { expect, test } from 'vitest';
import { createMeter, formatAdvance, formatDuration } from '../src/progress-meter.js';

test('a meter tells rate and time left from the clock', () => {
  let time = 1000;
  const meter = createMeter(() => time);
  time = 3000;
  // 50 images in 2 s are 25 a second; the other 150 take 6 s.
  const advance = meter.advance(50, 200, 'images');
  expect(advance).toEqual({ done: 50, total: 200, unit: 'images', rate: 25, secondsLeft: 6 });
  expect(formatAdvance(advance)).toBe('50/200 images (25 %), 25/s, 0:06 left');
});

test('what was done before the start does not raise the rate', () => {
  let time = 0;
  const meter = createMeter(() => time, 100);
  time = 1000;
  expect(meter.advance(110, 200, 'images').rate).toBe(10);
});

test('a meter tells no rate before half a second, nor before anything is done, and no time left before two', () => {
  let time = 0;
  const meter = createMeter(() => time);
  time = 400;
  expect(meter.advance(5, 10, 'epochs').rate).toBeNull();
  time = 1999;
  expect(meter.advance(5, 10, 'epochs').secondsLeft).toBeNull();
  time = 2000;
  const advance = meter.advance(0, 10, 'epochs');
  expect([advance.rate, advance.secondsLeft]).toEqual([null, null]);
  expect(formatAdvance(advance)).toBe('0/10 epochs (0 %)');
});

test('an unknown total leaves out percent and time left', () => {
  let time = 0;
  const meter = createMeter(() => time);
  time = 2000;
  expect(formatAdvance(meter.advance(5, 0, 'images'))).toBe('5 images, 2.5/s');
});

test('formatDuration() rounds up and shows hours only if there are any', () => {
  expect([0, 3.2, 59.5, 60, 750, 3723].map(formatDuration)).toEqual([
    '0:00',
    '0:04',
    '1:00',
    '1:00',
    '12:30',
    '1:02:03',
  ]);
});
