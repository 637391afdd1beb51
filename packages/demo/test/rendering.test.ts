import { expect, test } from 'vitest';
import { renderDeadLeaves } from '../src/dead-leaves.js';
import { renderLandscape } from '../src/landscape.js';

const FAMILIES = { renderDeadLeaves, renderLandscape };

/** Mean absolute difference between horizontal neighbors in the given rows. */
function roughness(image: Uint8Array, fromRow: number, toRow: number): number {
  let sum = 0;
  for (let row = fromRow; row < toRow; row++) {
    for (let at = 3 * 64 * row; at < 3 * (64 * row + 63); at++) sum += Math.abs(image[at]! - image[at + 3]!);
  }
  return sum / ((toRow - fromRow) * 63 * 3);
}

function meanDistance(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, at) => sum + Math.abs(value - b[at]!), 0) / a.length;
}

for (const [name, render] of Object.entries(FAMILIES)) {
  test(`${name}() gives the same 64 × 64 × 3 bytes for the same seed and index, in any order`, () => {
    const later = render(3, 7);
    const first = render(3, 0);
    expect(first).toHaveLength(64 * 64 * 3);
    expect(render(3, 0)).toEqual(first);
    expect(render(3, 7)).toEqual(later);
  });

  test(`${name}() gives unlike images for other indices and seeds`, () => {
    const images = [render(3, 0), render(3, 1), render(3, 2), render(4, 0), render(5, 0)];
    for (const [i, a] of images.entries()) {
      for (const b of images.slice(i + 1)) expect(meanDistance(a, b)).toBeGreaterThan(8);
    }
  });

  test(`${name}() uses the range of 8 bits without clipping much`, () => {
    const images = Array.from({ length: 40 }, (_, index) => render(11, index));
    const values = images.flatMap((image) => [...image]);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const clipped = values.filter((value) => value === 0 || value === 255).length / values.length;
    expect(mean).toBeGreaterThan(80);
    expect(mean).toBeLessThan(190);
    expect(clipped).toBeLessThan(0.05);
    expect(Math.max(...images.map((image) => Math.max(...image)))).toBeGreaterThan(240);
    expect(Math.min(...images.map((image) => Math.min(...image)))).toBeLessThan(40);
  });
}

test('landscapes are smooth above and rough below, dead leaves are the same everywhere', () => {
  const ratio = (render: typeof renderLandscape) => {
    let above = 0;
    let below = 0;
    for (let index = 0; index < 40; index++) {
      const image = render(12, index);
      above += roughness(image, 0, 20);
      below += roughness(image, 44, 64);
    }
    return above / below;
  };
  expect(ratio(renderLandscape)).toBeLessThan(0.6);
  expect(Math.abs(Math.log(ratio(renderDeadLeaves)))).toBeLessThan(Math.log(1.2));
});

test('renderers refuse a seed that is not an integer', () => {
  for (const render of Object.values(FAMILIES)) expect(() => render(0.5, 0)).toThrow(RangeError);
});
