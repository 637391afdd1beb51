import { type Growth, measureGrowth } from './growth.js';
import type { ScalingRun } from './run-once.js';

const WIDTH = 760;
const HEIGHT = 480;
const LEFT = 70;
const RIGHT = 600;
const TOP = 30;
const BOTTOM = 420;
/** Pixels between the labels of two curves at least. */
const LABEL_GAP = 16;
const COLORS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00', '#7f7f7f', '#000000'];

/** Maps values of a range onto pixels by their logarithms. */
type Axis = (value: number) => number;

/** Draws seconds by number of images, one curve a stage, both axes logarithmic, as SVG. */
export function plotScaling(runs: readonly ScalingRun[]): string {
  const curves = measureGrowth(runs);
  const sizes = runs.map(({ size }) => size);
  const times = curves.flatMap(({ seconds }) => seconds).filter((value) => value > 0);
  const [xTicks, yTicks] = [powersAround(sizes), powersAround(times)];
  const x = axis(xTicks, LEFT, RIGHT);
  const y = axis(yTicks, BOTTOM, TOP);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13">`,
    '<title>Seconds of each stage by number of images</title>',
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    ...xTicks.map((tick) => gridLine(x(tick), TOP, x(tick), BOTTOM)),
    ...xTicks.map((tick) => text(x(tick), BOTTOM + 20, 'middle', tick.toLocaleString('en-US'))),
    ...yTicks.map((tick) => gridLine(LEFT, y(tick), RIGHT, y(tick))),
    ...yTicks.map((tick) => text(LEFT - 8, y(tick) + 4, 'end', `${tick} s`)),
    text((LEFT + RIGHT) / 2, BOTTOM + 44, 'middle', 'discovery images'),
    ...drawCurves(curves, sizes, x, y),
    '</svg>',
    '',
  ].join('\n');
}

function drawCurves(curves: readonly Growth[], sizes: readonly number[], x: Axis, y: Axis): string[] {
  const ends = curves.map(({ seconds }) => y(seconds.findLast((value) => value > 0) ?? 1));
  const places = spread(ends);
  return curves.flatMap(({ stage, seconds, exponent }, i) => {
    const color = COLORS[i % COLORS.length] as string;
    const points = seconds.flatMap((value, at) =>
      value > 0 ? [`${x(sizes[at] as number).toFixed(1)},${y(value).toFixed(1)}`] : [],
    );
    const label = exponent === null ? stage : `${stage} (n^${exponent.toFixed(2)})`;
    return [
      `<polyline points="${points.join(' ')}" fill="none" stroke="${color}" stroke-width="2"/>`,
      text(RIGHT + 10, (places[i] as number) + 4, 'start', label, color),
    ];
  });
}

/** Moves places apart, downwards, so that labels do not overlap. */
export function spread(places: readonly number[]): number[] {
  const order = [...places.keys()].sort((a, b) => (places[a] as number) - (places[b] as number));
  const moved = [...places];
  let least = Number.NEGATIVE_INFINITY;
  for (const i of order) {
    moved[i] = Math.max(places[i] as number, least);
    least = (moved[i] as number) + LABEL_GAP;
  }
  return moved;
}

/** Powers of ten from the one below all values to the one above; at least two. */
export function powersAround(values: readonly number[]): number[] {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  return Array.from({ length: high - low + 1 }, (_, i) => Number(`1e${low + i}`));
}

function axis(ticks: readonly number[], from: number, to: number): Axis {
  const low = Math.log10(ticks[0] as number);
  const high = Math.log10(ticks.at(-1) as number);
  return (value) => from + ((to - from) * (Math.log10(value) - low)) / (high - low);
}

function gridLine(x1: number, y1: number, x2: number, y2: number): string {
  const [a, b, c, d] = [x1, y1, x2, y2].map((value) => value.toFixed(1));
  return `<line x1="${a}" y1="${b}" x2="${c}" y2="${d}" stroke="#dddddd"/>`;
}

function text(x: number, y: number, anchor: string, content: string, color = '#333333'): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="${color}">${content}</text>`;
}
