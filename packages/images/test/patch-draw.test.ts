import { describe, expect, test } from 'vitest';
import { type Augmentation, checkAugmentation, drawPatch } from '../src/patch-draw.js';

const image = { id: 'a', width: 10, height: 9, patch: null };
const full: Augmentation = {
  flipHorizontal: true,
  flipVertical: true,
  blur: { probability: 0.25, sigma: [0.5, 3] },
  jpeg: { probability: 0.1, quality: [30, 32] },
};
const plans = Array.from({ length: 4000 }, (_, draw) =>
  drawPatch(image, { image: 0, epoch: 2, draw }, 8, full, 11),
);
const share = (holds: (plan: (typeof plans)[number]) => boolean) => plans.filter(holds).length / plans.length;

describe('drawPatch()', () => {
  test('draws all places inside the image, about equally often', () => {
    // 3 × 2 places; the deviation of a share of 1/6 of 4000 is 0.006.
    const counts = new Map<string, number>();
    for (const { x, y } of plans) counts.set(`${x},${y}`, (counts.get(`${x},${y}`) ?? 0) + 1);
    expect([...counts.keys()].sort()).toEqual(['0,0', '0,1', '1,0', '1,1', '2,0', '2,1']);
    for (const count of counts.values()) expect(Math.abs(count / 4000 - 1 / 6)).toBeLessThan(0.03);
  });

  test('keeps to the probabilities and ranges', () => {
    // Deviations of the shares: at most 0.008.
    expect(Math.abs(share(({ flipHorizontal }) => flipHorizontal) - 0.5)).toBeLessThan(0.035);
    expect(Math.abs(share(({ flipVertical }) => flipVertical) - 0.5)).toBeLessThan(0.035);
    expect(Math.abs(share(({ sigma }) => sigma > 0) - 0.25)).toBeLessThan(0.035);
    expect(Math.abs(share(({ quality }) => quality !== null) - 0.1)).toBeLessThan(0.035);
    const sigmas = plans.map(({ sigma }) => sigma).filter((sigma) => sigma > 0);
    expect(Math.min(...sigmas)).toBeGreaterThanOrEqual(0.5);
    expect(Math.min(...sigmas)).toBeLessThan(0.55);
    expect(Math.max(...sigmas)).toBeLessThan(3);
    expect(Math.max(...sigmas)).toBeGreaterThan(2.95);
    expect([...new Set(plans.map(({ quality }) => quality))].sort()).toEqual([30, 31, 32, null]);
  });

  test('draws the choices independently of each other', () => {
    // 0.5 · 0.5 · 0.25 = 0.0625 of the plans have both flips and a blur; deviation 0.004.
    const all = share((plan) => plan.flipHorizontal && plan.flipVertical && plan.sigma > 0);
    expect(Math.abs(all - 0.0625)).toBeLessThan(0.016);
  });

  test('keeps a place whatever else is asked for', () => {
    const plain = drawPatch(image, { image: 0, epoch: 2, draw: 5 }, 8, {}, 11);
    expect(plain).toEqual({
      x: plans[5]?.x,
      y: plans[5]?.y,
      flipHorizontal: false,
      flipVertical: false,
      sigma: 0,
      quality: null,
    });
    const compressed = drawPatch(image, { image: 0, epoch: 2, draw: 5 }, 8, { ...full, blur: null }, 11);
    expect(compressed).toEqual({ ...plans[5], sigma: 0 });
  });

  test('depends on id, epoch, draw and seed, and not on the index', () => {
    const large = { ...image, width: 10_000, height: 10_000 };
    const at = (change: { id?: string; image?: number; epoch?: number; draw?: number; seed?: number }) => {
      const { id = 'a', seed = 1, ...item } = change;
      const { x, y } = drawPatch({ ...large, id }, { image: 0, epoch: 0, draw: 0, ...item }, 8, {}, seed);
      return `${x},${y}`;
    };
    expect(at({ image: 7 })).toBe(at({}));
    const places = [at({}), at({ id: 'b' }), at({ epoch: 1 }), at({ draw: 1 }), at({ seed: 2 })];
    expect(new Set(places).size).toBe(5);
  });

  test('stays inside the part that a record stands for', () => {
    const part = { ...image, width: 200, height: 100, patch: { x: 40, y: 50, width: 9, height: 8 } };
    const places = Array.from({ length: 50 }, (_, draw) =>
      drawPatch(part, { image: 0, epoch: 0, draw }, 8, {}, 1),
    );
    expect([...new Set(places.map(({ x, y }) => `${x},${y}`))].sort()).toEqual(['40,50', '41,50']);
  });
});

describe('checkAugmentation()', () => {
  test('takes nothing, and the limits', () => {
    checkAugmentation({});
    checkAugmentation({
      blur: { probability: 0, sigma: [0, 0] },
      jpeg: { probability: 1, quality: [1, 100] },
    });
  });

  test('refuses what is out of range', () => {
    const blur = (probability: number, low: number, high: number) => () =>
      checkAugmentation({ blur: { probability, sigma: [low, high] } });
    const jpeg = (probability: number, worst: number, best: number) => () =>
      checkAugmentation({ jpeg: { probability, quality: [worst, best] } });
    expect(blur(1.1, 0, 3)).toThrow(
      new RangeError('augmentation: blur.probability must be in [0, 1], got 1.1'),
    );
    expect(blur(0.1, 3, 2)).toThrow('blur.sigma must be two rising numbers in [0, 100], got 3 and 2');
    expect(blur(0.1, -1, 2)).toThrow('got -1 and 2');
    expect(blur(0.1, 0, Number.NaN)).toThrow('got 0 and NaN');
    expect(jpeg(Number.NaN, 30, 100)).toThrow('jpeg.probability must be in [0, 1], got NaN');
    for (const [worst, best] of [
      [0, 50],
      [30, 101],
      [60, 50],
      [30.5, 50],
    ] as const) {
      expect(jpeg(0.1, worst, best)).toThrow(`two rising integers in [1, 100], got ${worst} and ${best}`);
    }
  });
});
