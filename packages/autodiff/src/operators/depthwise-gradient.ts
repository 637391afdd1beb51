import { cutBox, fourSizes, type Pair, padBox } from './boxes.js';
import type { ConvolutionOptions } from './convolution.js';
import { gemm, matMul } from './linear.js';
import type { GraphValue } from './rule.js';
import { concat, reshape, transpose } from './shape.js';

type Window = Required<ConvolutionOptions>;

/**
 * Gradient with respect to the kernels of a depthwise convolution, C × 1 × kernel.
 *
 * For each row of the kernel one product of matrices a channel pairs every column of the input with every column of the
 * result, over all images and rows; pairs that belong to one element of the kernel are then added up.
 *
 * @param x C × N × H × W. @param upstream C × N × H' × W'.
 */
export function depthwiseKernelGradient(
  x: GraphValue,
  upstream: GraphValue,
  [height, width]: Pair,
  { strides, padding, dilations }: Window,
): GraphValue {
  const source = padBox(x, [padding[0]![0], 0], [padding[0]![1], 0]);
  const [c, n, , columns] = fourSizes(source);
  const [, , rows, moved] = fourSizes(upstream);
  const slopes = reshape(upstream, [c, n * rows, moved]);
  const line = {
    strides: [1, strides[1]!],
    dilations: [1, dilations[1]!],
    padding: [[0, 0], padding[1]!] as const,
  };
  const pairs = tapPairs([1, columns], [1, moved], [1, width], line);
  const masks = x.graph.constant(pairs, [width, columns * moved]);
  const parts = Array.from({ length: height }, (_, row) => {
    const first = row * dilations[0]!;
    const seen = cutBox(source, [rows, columns], [first, 0], [strides[0]!, 1]);
    const products = matMul(transpose(reshape(seen, [c, n * rows, columns]), [0, 2, 1]), slopes);
    const sums = gemm(reshape(products, [c, columns * moved]), masks, null, { transposeB: true });
    return reshape(sums, [c, 1, 1, width]);
  });
  return concat(parts, 2);
}

/**
 * Which places of a plane each element of a kernel connects: elements × (places before · places after), 1 or 0.
 *
 * @param before, after, kernel heights and widths.
 */
export function tapPairs(
  before: Pair,
  after: Pair,
  kernel: Pair,
  { strides, padding, dilations }: Omit<Window, 'groups'>,
): Float32Array {
  const pairs = new Float32Array(kernel[0] * kernel[1] * before[0] * before[1] * after[0] * after[1]);
  let at = 0;
  for (let i = 0; i < kernel[0]; i++) {
    for (let j = 0; j < kernel[1]; j++) {
      const offset = [i * dilations[0]! - padding[0]![0], j * dilations[1]! - padding[1]![0]] as const;
      for (let row = 0; row < after[0]; row++) {
        for (let column = 0; column < after[1]; column++) {
          const y = row * strides[0]! + offset[0];
          const x = column * strides[1]! + offset[1];
          if (y < 0 || y >= before[0] || x < 0 || x >= before[1]) continue;
          pairs[at + (y * before[1] + x) * after[0] * after[1] + row * after[1] + column] = 1;
        }
      }
      at += before[0] * before[1] * after[0] * after[1];
    }
  }
  return pairs;
}
