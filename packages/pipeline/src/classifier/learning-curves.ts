import type { EpochFigures } from '@ganscout/networks';

const WIDTH = 900;
const HEIGHT = 350;
const TOP = 40;
const BOTTOM = 300;
const PANEL_WIDTH = 350;
const PANELS = [60, 510] as const;
const COLORS = { training: '#0072b2', 'held back': '#d55e00' } as const;
/** Parts that the vertical axis is divided into at the least. */
const FEWEST_TICKS = 4;

type Share = keyof typeof COLORS;

interface Curve {
  readonly share: Share;
  /** One an epoch; null where there is none. */
  readonly values: readonly (number | null)[];
}

/** Draws loss and accuracy of the training and the held-back share by epoch, as SVG; the best epoch is marked. */
export function plotLearningCurves(history: readonly EpochFigures[], bestEpoch: number): string {
  const curves = (training: keyof EpochFigures, heldBack: keyof EpochFigures): Curve[] => [
    { share: 'training', values: history.map((figures) => figures[training]) },
    { share: 'held back', values: history.map((figures) => figures[heldBack]) },
  ];
  const losses = curves('trainingLoss', 'heldBackLoss');
  const largest = Math.max(...losses.flatMap(({ values }) => values.map((value) => value ?? 0)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13">`,
    '<title>Loss and accuracy by epoch</title>',
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    ...drawPanel('loss', PANELS[0], losses, linearTicks(largest), bestEpoch),
    ...drawPanel(
      'accuracy',
      PANELS[1],
      curves('trainingAccuracy', 'heldBackAccuracy'),
      linearTicks(1),
      bestEpoch,
    ),
    ...Object.entries(COLORS).map(([share, color], i) =>
      text(PANELS[0] + PANEL_WIDTH + 90 * (i - 1), TOP - 16, 'end', share, color),
    ),
    '</svg>',
    '',
  ].join('\n');
}

function drawPanel(
  title: string,
  left: number,
  curves: readonly Curve[],
  ticks: readonly number[],
  bestEpoch: number,
): string[] {
  const epochs = curves[0]?.values.length ?? 0;
  const right = left + PANEL_WIDTH;
  const x = (epoch: number) => (epochs < 2 ? left : left + ((epoch - 1) / (epochs - 1)) * PANEL_WIDTH);
  const y = (value: number) => BOTTOM - (value / (ticks.at(-1) as number)) * (BOTTOM - TOP);
  return [
    text(left, TOP - 16, 'start', title),
    ...ticks.map((tick) => line([left, y(tick)], [right, y(tick)], '#dddddd')),
    ...ticks.map((tick) => text(left - 8, y(tick) + 4, 'end', String(tick))),
    ...epochTicks(epochs).map((epoch) => text(x(epoch), BOTTOM + 20, 'middle', String(epoch))),
    text((left + right) / 2, BOTTOM + 40, 'middle', 'epoch'),
    line([x(bestEpoch), TOP], [x(bestEpoch), BOTTOM], '#999999'),
    ...curves.flatMap((curve) => drawCurve(curve, x, y)),
  ];
}

function drawCurve(
  { share, values }: Curve,
  x: (epoch: number) => number,
  y: (value: number) => number,
): string[] {
  const color = COLORS[share];
  const points = values.flatMap((value, i) => (value === null ? [] : [[x(i + 1), y(value)].map(place)]));
  if (points.length === 0) return [];
  const path = points.map((point) => point.join(',')).join(' ');
  return [
    `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="2"/>`,
    ...points.map(([px, py]) => `<circle cx="${px}" cy="${py}" r="2.5" fill="${color}"/>`),
  ];
}

/** Round numbers from 0 to at least `largest`, evenly spread: steps of 1, 2 or 5 times a power of ten. */
export function linearTicks(largest: number): number[] {
  if (!(largest > 0)) return [0, 1];
  const power = 10 ** Math.floor(Math.log10(largest / FEWEST_TICKS));
  const step = ([5, 2, 1].find((factor) => largest / (factor * power) >= FEWEST_TICKS) as number) * power;
  const count = Math.ceil(largest / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, i) => Number((i * step).toPrecision(6)));
}

/** At most ten epochs, the first and the last among them. */
function epochTicks(epochs: number): number[] {
  const count = Math.min(10, epochs);
  const at = (i: number) => Math.round(1 + (count < 2 ? 0 : (i * (epochs - 1)) / (count - 1)));
  return Array.from({ length: count }, (_, i) => at(i));
}

function line([x1, y1]: [number, number], [x2, y2]: [number, number], color: string): string {
  return `<line x1="${place(x1)}" y1="${place(y1)}" x2="${place(x2)}" y2="${place(y2)}" stroke="${color}"/>`;
}

function text(x: number, y: number, anchor: string, content: string, color = '#333333'): string {
  return `<text x="${place(x)}" y="${place(y)}" text-anchor="${anchor}" fill="${color}">${content}</text>`;
}

function place(value: number): string {
  return value.toFixed(1);
}
