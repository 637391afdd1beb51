import { describe, expect, it } from 'vitest';
import { type SourceStyle, sourceStyles, UNASSIGNED_STYLE } from '../../src/figures/source-styles.js';

/** Sight, as matrices on linear RGB: Machado, Oliveira and Fernandes 2009, severity 1.0. */
const SIGHT = {
  normal: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
};
const RGB_TO_XYZ = [
  0.4124564, 0.3575761, 0.1804375, 0.2126729, 0.7151522, 0.072175, 0.0193339, 0.119192, 0.9503041,
];

function linear(color: string): number[] {
  return [1, 3, 5].map((at) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
}

function times(matrix: readonly number[], [x, y, z]: readonly number[]): number[] {
  return [0, 3, 6].map(
    (at) =>
      (matrix[at] as number) * (x as number) +
      (matrix[at + 1] as number) * (y as number) +
      (matrix[at + 2] as number) * (z as number),
  );
}

function contrastOnWhite(color: string): number {
  const [red, green, blue] = linear(color) as [number, number, number];
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
}

function lab(color: string, sight: readonly number[]): number[] {
  const seen = times(sight, linear(color)).map((value) => Math.min(1, Math.max(0, value)));
  const [x, y, z] = times(RGB_TO_XYZ, seen).map((value, i) => {
    const t = value / ([0.95047, 1, 1.08883][i] as number);
    return t > (6 / 29) ** 3 ? Math.cbrt(t) : t / (3 * (6 / 29) ** 2) + 4 / 29;
  }) as [number, number, number];
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** Signed area of a path of straight lines (shoelace). */
function area({ path }: SourceStyle): number {
  const corners = path
    .slice(1, -1)
    .split('L')
    .map((corner) => corner.split(' ').map(Number) as [number, number]);
  return corners.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = corners[(i + 1) % corners.length] as [number, number];
    return sum + (x * nextY - nextX * y) / 2;
  }, 0);
}

const key = ({ color, shape, isHollow }: SourceStyle) => `${color} ${shape} ${isHollow}`;

describe('sourceStyles()', () => {
  it('computes contrast as WCAG does: black has 21, #767676 has 4.54', () => {
    expect(contrastOnWhite('#000000')).toBeCloseTo(21, 10);
    expect(contrastOnWhite('#767676')).toBeCloseTo(4.54, 2);
  });

  it('has at least 3:1 on white for every color', () => {
    for (const { color } of [...sourceStyles(200), UNASSIGNED_STYLE]) {
      expect(color).toMatch(/^#[0-9a-f]{6}$/);
      expect(contrastOnWhite(color)).toBeGreaterThanOrEqual(3);
    }
  });

  it.each(Object.entries(SIGHT))('keeps any two colors 20 apart in CIELAB under %s', (_, sight) => {
    const colors = [...new Set(sourceStyles(64).map(({ color }) => color))];
    expect(colors).toHaveLength(8);
    const seen = colors.map((color) => lab(color, sight));
    for (const [i, one] of seen.entries()) {
      for (const other of seen.slice(0, i)) {
        expect(Math.hypot(...one.map((value, c) => value - (other[c] as number)))).toBeGreaterThan(20);
      }
    }
  });

  it('tells 64 sources apart filled and 128 with hollow ones, then begins again', () => {
    const styles = sourceStyles(130);
    expect(new Set(styles.slice(0, 128).map(key)).size).toBe(128);
    expect(styles.slice(0, 64).some(({ isHollow }) => isHollow)).toBe(false);
    expect(styles[128]).toStrictEqual(styles[0]);
  });

  it('differs in color and shape within each eight', () => {
    for (let first = 0; first < 64; first += 8) {
      const eight = sourceStyles(64).slice(first, first + 8);
      expect(new Set(eight.map(({ color }) => color)).size).toBe(8);
      expect(new Set(eight.map(({ shape }) => shape)).size).toBe(8);
    }
  });

  it('gives a source the same style however many there are, and none the one of the unassigned', () => {
    expect(sourceStyles(12)).toStrictEqual(sourceStyles(60).slice(0, 12));
    expect(sourceStyles(128).map(key)).not.toContain(key(UNASSIGNED_STYLE));
  });

  it('draws every shape with the area of a circle of radius 1', () => {
    for (const style of sourceStyles(8).filter(({ shape }) => shape !== 'circle')) {
      expect(Math.abs(area(style))).toBeCloseTo(Math.PI, 1);
    }
  });

  it('refuses a count that is none', () => {
    expect(sourceStyles(0)).toHaveLength(0);
    expect(() => sourceStyles(-1)).toThrow('count must be an integer of 0 or more, got -1');
    expect(() => sourceStyles(1.5)).toThrow(RangeError);
  });
});
