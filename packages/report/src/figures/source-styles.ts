/** How a source is drawn: the same in every figure of a report. */
export interface SourceStyle {
  /** `#rrggbb`, at least 3:1 on white. */
  readonly color: string;
  readonly shape: SourceShape;
  /** Outline of the shape as SVG path data around (0, 0), y down; every shape has the area of a circle of radius 1. */
  readonly path: string;
  /** Width and height of the path. */
  readonly extent: readonly [number, number];
  /** To be drawn as a line of the color, not filled: sources from the 65th on. */
  readonly isHollow: boolean;
}

export type SourceShape =
  | 'circle'
  | 'square'
  | 'triangle'
  | 'diamond'
  | 'plus'
  | 'star'
  | 'triangle-down'
  | 'saltire'
  | 'ring';

/**
 * From the palettes of Okabe and Ito (1, 5) and of Tol: bright (2), muted (3, 4, 7), dark (6); and black.
 *
 * Chosen among all their colors of at least 3:1 on white as the eight whose smallest difference is largest, over normal
 * sight and the three kinds of color blindness: at least 20 in CIELAB.
 */
const COLORS = [
  '#0072b2',
  '#ee6677',
  '#999933',
  '#332288',
  '#cc79a7',
  '#225522',
  '#882255',
  '#000000',
] as const;

const SHAPES: readonly Pick<SourceStyle, 'shape' | 'path' | 'extent'>[] = [
  { shape: 'circle', path: 'M-1 0A1 1 0 1 1 1 0A1 1 0 1 1 -1 0Z', extent: [2, 2] },
  { shape: 'square', ...polygon([-0.886, -0.886, 0.886, -0.886, 0.886, 0.886, -0.886, 0.886]) },
  { shape: 'triangle', ...polygon([0, -1.555, 1.347, 0.778, -1.347, 0.778]) },
  { shape: 'diamond', ...polygon([0, -1.253, 1.253, 0, 0, 1.253, -1.253, 0]) },
  { shape: 'plus', ...polygon(plus(0)) },
  { shape: 'star', ...polygon(star()) },
  { shape: 'triangle-down', ...polygon([0, 1.555, -1.347, -0.778, 1.347, -0.778]) },
  { shape: 'saltire', ...polygon(plus(Math.PI / 4)) },
];

/** Styles that look different from each other. */
const DISTINCT = 2 * COLORS.length * SHAPES.length;

/** How images without a source are drawn. */
export const UNASSIGNED_STYLE: SourceStyle = {
  color: '#767676',
  shape: 'ring',
  path: 'M-1 0A1 1 0 1 1 1 0A1 1 0 1 1 -1 0ZM-0.6 0A0.6 0.6 0 1 0 0.6 0A0.6 0.6 0 1 0 -0.6 0Z',
  extent: [2, 2],
  isHollow: false,
};

/**
 * Gives each source a color and a shape, so that color is never all that tells two sources apart.
 *
 * Eight sources in a row differ in both. Up to 64 sources are filled and all different, 64 more are hollow; beyond 128 the
 * styles begin again. The style of a source depends on its position alone.
 *
 * @throws {RangeError} if `count` is not an integer of 0 or more.
 *
 * Source: M. Okabe, K. Ito, "Color Universal Design", 2008; P. Tol, "Colour schemes", SRON/EPS/TN/09-002, 3.2, 2021;
 * color blindness as in G. Machado, M. Oliveira, L. Fernandes, "A physiologically-based model for simulation of color
 * vision deficiency", IEEE TVCG 15(6), 2009; 3:1 is WCAG 2.2, criterion 1.4.11.
 */
export function sourceStyles(count: number): readonly SourceStyle[] {
  if (!Number.isInteger(count) || count < 0) {
    throw new RangeError(`sourceStyles: count must be an integer of 0 or more, got ${count}`);
  }
  return Array.from({ length: count }, (_, i) => styleAt(i % DISTINCT));
}

function styleAt(position: number): SourceStyle {
  const turn = Math.floor(position / COLORS.length);
  const color = COLORS[position % COLORS.length] as string;
  const shape = SHAPES[(position + turn) % SHAPES.length] as (typeof SHAPES)[number];
  return { color, ...shape, isHollow: position >= DISTINCT / 2 };
}

/** Path and extent of a polygon: x and y of each corner in turn. */
function polygon(corners: readonly number[]): Pick<SourceStyle, 'path' | 'extent'> {
  const rounded = corners.map((value) => Math.round(value * 1000) / 1000);
  const xs = rounded.filter((_, i) => i % 2 === 0);
  const ys = rounded.filter((_, i) => i % 2 === 1);
  const extent = [xs, ys].map((values) => Math.max(...values) - Math.min(...values)) as [number, number];
  return { path: `M${xs.map((x, i) => `${x} ${ys[i]}`).join('L')}Z`, extent };
}

/** A plus of five squares, turned. */
function plus(angle: number): number[] {
  const half = Math.sqrt(Math.PI / 5) / 2;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const corners = [1, 3, 1, 1, 3, 1, 3, -1, 1, -1, 1, -3, -1, -3, -1, -1, -3, -1, -3, 1, -1, 1, -1, 3];
  return corners.map((_, i) => {
    const [x, y] = [corners[i - (i % 2)] as number, corners[i - (i % 2) + 1] as number];
    return half * (i % 2 === 0 ? x * cos - y * sin : x * sin + y * cos);
  });
}

/** A five-pointed star, one point up. */
function star(): number[] {
  const [outer, inner] = [1.673, 1.673 * 0.382];
  return Array.from({ length: 20 }, (_, i) => {
    const corner = Math.floor(i / 2);
    const angle = (corner * Math.PI) / 5;
    const radius = corner % 2 === 0 ? outer : inner;
    return radius * (i % 2 === 0 ? Math.sin(angle) : -Math.cos(angle));
  });
}
