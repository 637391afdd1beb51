/** How one axis is resized, in the words of ONNX's Resize. */
export interface AxisResizing {
  readonly from: number;
  readonly to: number;
  /** What the file says; `to / from` but for rounding. */
  readonly scale: number;
  readonly mode: 'nearest' | 'linear' | 'cubic';
  readonly coordinates: Coordinates;
  readonly nearest: NearestMode;
  /** Coefficient of the cubic kernel. */
  readonly cubic: number;
}

export const COORDINATES = [
  'half_pixel',
  'pytorch_half_pixel',
  'align_corners',
  'asymmetric',
  'tf_half_pixel_for_nn',
] as const;

export const NEAREST_MODES = ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'] as const;

/** Where in the old axis a new element lies. */
export type Coordinates = (typeof COORDINATES)[number];

/** Which neighbor is the nearest. */
export type NearestMode = (typeof NEAREST_MODES)[number];

/**
 * What each old element of an axis counts in each new one: to × from, row-major. Beyond the ends the end elements count.
 *
 * Source: operator Resize of ONNX; R. Keys, "Cubic convolution interpolation for digital image processing", 1981.
 */
export function resizingMatrix(resizing: AxisResizing): Float32Array {
  const { from, to, mode } = resizing;
  const matrix = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    const place = oldPlace(i, resizing);
    const count = (old: number, weight: number) => {
      matrix[i * from + Math.min(Math.max(old, 0), from - 1)]! += weight;
    };
    if (mode === 'nearest') {
      count(nearestTo(place, resizing.nearest), 1);
      continue;
    }
    const low = Math.floor(place);
    const rest = place - low;
    const weights = mode === 'linear' ? [1 - rest, rest] : cubicWeights(rest, resizing.cubic);
    const first = mode === 'linear' ? low : low - 1;
    for (const [j, weight] of weights.entries()) count(first + j, weight);
  }
  return matrix;
}

function oldPlace(i: number, { from, to, scale, coordinates }: AxisResizing): number {
  if (coordinates === 'asymmetric') return i / scale;
  if (coordinates === 'align_corners') return to === 1 ? 0 : (i * (from - 1)) / (to - 1);
  if (coordinates === 'tf_half_pixel_for_nn') return (i + 0.5) / scale;
  if (coordinates === 'pytorch_half_pixel' && to === 1) return 0;
  return (i + 0.5) / scale - 0.5;
}

function nearestTo(place: number, mode: NearestMode): number {
  if (mode === 'floor') return Math.floor(place);
  if (mode === 'ceil') return Math.ceil(place);
  return mode === 'round_prefer_floor' ? Math.ceil(place - 0.5) : Math.floor(place + 0.5);
}

/** Weights of the elements at -1, 0, 1 and 2 for a place between 0 and 1. */
function cubicWeights(rest: number, a: number): number[] {
  const near = (x: number) => ((a + 2) * x - (a + 3)) * x * x + 1;
  const far = (x: number) => ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
  return [far(1 + rest), near(rest), near(1 - rest), far(2 - rest)];
}
