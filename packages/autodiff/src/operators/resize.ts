import { matMul } from './linear.js';
import { type GraphValue, staticShape } from './rule.js';

/** How a resized element is made: of the nearest element below, or of the two or four around it. */
export type Interpolation = 'nearest' | 'bilinear';

/**
 * Resizes the last two axes, as PyTorch's `interpolate` does with `align_corners=False`.
 *
 * Two products with constant matrices, so any size will do and the gradient is exact.
 *
 * @param x … × H × W. @param size of the result, positive.
 */
export function resize(
  x: GraphValue,
  [height, width]: readonly [height: number, width: number],
  interpolation: Interpolation,
): GraphValue {
  const [h, w] = staticShape(x, 'resize').slice(-2);
  const rows = x.graph.constant(interpolationMatrix(h!, height, interpolation), [height, h!]);
  const columns = x.graph.constant(transposed(interpolationMatrix(w!, width, interpolation), width, w!), [
    w!,
    width,
  ]);
  return matMul(matMul(rows, x), columns);
}

/** to × from: what each old element counts in each new one. */
function interpolationMatrix(from: number, to: number, interpolation: Interpolation): Float32Array {
  const matrix = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    if (interpolation === 'nearest') {
      matrix[i * from + Math.min(from - 1, Math.floor((i * from) / to))] = 1;
      continue;
    }
    const place = Math.max(0, ((i + 0.5) * from) / to - 0.5);
    const low = Math.min(from - 1, Math.floor(place));
    const high = Math.min(from - 1, low + 1);
    matrix[i * from + low]! += 1 - (place - low);
    matrix[i * from + high]! += place - low;
  }
  return matrix;
}

function transposed(matrix: Float32Array, rows: number, columns: number): Float32Array {
  return matrix.map((_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)]!);
}
