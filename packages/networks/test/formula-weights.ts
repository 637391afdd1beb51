import { crc32 } from 'node:zlib';
import type { WeightTensor } from '../src/index.js';

const GOLDEN_RATIO = 0x9e3779b9;

/** Numbers in [-1, 1) made by mixing the bits of their place and of the name; as in formula_weights.py. */
function uniform(name: string, count: number): Float64Array {
  const seed = crc32(name);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let h = (Math.imul(i, GOLDEN_RATIO) + seed) | 0;
    h ^= h >>> 16;
    h = Math.imul(h, 0x85ebca6b);
    h ^= h >>> 13;
    h = Math.imul(h, 0xc2b2ae35);
    h ^= h >>> 16;
    values[i] = (h >>> 0) / 2 ** 31 - 1;
  }
  return values;
}

const product = (sizes: readonly number[]) => sizes.reduce((a, b) => a * b, 1);

/** The array of a name that `test/reference/networks/formula_weights.py` gives PyTorch too. */
export function formulaArray(name: string, shape: readonly number[]): WeightTensor {
  const values = uniform(name, product(shape));
  const [middle, reach] = rangeOf(name, shape);
  const data = new Float32Array(values.length);
  for (let i = 0; i < data.length; i++) data[i] = middle + reach * values[i]!;
  return { shape, data };
}

/** Middle of the values, and how far they lie from it at most. */
function rangeOf(name: string, shape: readonly number[]): readonly [middle: number, reach: number] {
  if (shape.length > 1) return [0, Math.sqrt((shape.length === 2 ? 0.06 : 6) / product(shape.slice(1)))];
  if (name.endsWith('running_mean')) return [0, 0.1];
  return [name.endsWith('bias') ? 2 : 1, 0.2];
}

/** N × 3 × size × size: squares of 16 pixels, and noise. */
export function formulaImages(count: number, size: number): WeightTensor {
  const side = size / 16;
  const squares = uniform('squares', count * 3 * side ** 2);
  const noise = uniform('noise', count * 3 * size * size);
  const data = Float32Array.from(noise, (value, i) => {
    const [x, y, plane] = [i % size, Math.floor(i / size) % size, Math.floor(i / size ** 2)];
    const square = squares[(plane * side + Math.floor(y / 16)) * side + Math.floor(x / 16)]!;
    return 0.8 * square + 0.2 * value;
  });
  return { shape: [count, 3, size, size], data };
}
