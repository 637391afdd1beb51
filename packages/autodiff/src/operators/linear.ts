import { broadcastShapes, reduceToShape } from './broadcast.js';
import { formatShape, type GraphNode, type GraphValue, type OperatorRules } from './rule.js';
import { reshape, transpose } from './shape.js';

/** Which matrices of a product are transposed first. */
export interface Transposition {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/**
 * Matrix product over the last two axes; the axes before them broadcast.
 *
 * @param a … × M × K. @param b … × K × N. @returns … × M × N.
 */
export function matMul(a: GraphValue, b: GraphValue): GraphValue {
  return a.graph.apply('MatMul', [a, b]);
}

/**
 * Product of two matrices, either of them transposed, plus a bias: op(a) · op(b) + c.
 *
 * @param a M × K, or K × M to be transposed. @param b K × N, or N × K to be transposed.
 * @param c broadcasts to M × N; null for none.
 */
export function gemm(
  a: GraphValue,
  b: GraphValue,
  c: GraphValue | null = null,
  { transposeA = false, transposeB = false }: Transposition = {},
): GraphValue {
  const inputs = c === null ? [a, b] : [a, b, c];
  return a.graph.apply('Gemm', inputs, { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 });
}

/** Columns from which on shares of them are wide on any usual number of threads. */
const WIDE = 640;

/**
 * {@link gemm} without a bias, to the same bits on several threads.
 *
 * The runtime gives threads rows, or columns where there are more of these, and sums in other blocks where shares of columns
 * are narrow. So of few columns, if there are fewer rows still, the transposed product is made. See `reproducibleThreads`.
 */
export function steadyGemm(
  a: GraphValue,
  b: GraphValue,
  { transposeA = false, transposeB = false }: Transposition = {},
): GraphValue {
  const rows = a.shape[transposeA ? 1 : 0] as number;
  const columns = b.shape[transposeB ? 0 : 1] as number;
  if (columns <= rows || columns >= WIDE) return gemm(a, b, null, { transposeA, transposeB });
  const turned = gemm(b, a, null, { transposeA: !transposeB, transposeB: !transposeA });
  // The runtime would merge a transposition right after a product into it.
  return reshape(transpose(reshape(turned, [columns, rows, 1]), [1, 0, 2]), [rows, columns]);
}

/** A fully connected layer with weights as PyTorch keeps them. @param x N × in. @param weight out × in. @param bias out. */
export function linear(x: GraphValue, weight: GraphValue, bias: GraphValue): GraphValue {
  return gemm(x, weight, bias, { transposeB: true });
}

/** Products of matrices. */
export const linearRules: OperatorRules = {
  MatMul: {
    infer({ inputs }) {
      const [a, b] = inputs;
      if (a!.shape.length < 2 || b!.shape.length < 2 || a!.shape.at(-1) !== b!.shape.at(-2)) {
        throw new TypeError(
          `MatMul: shapes must be [… M, K] and [… K, N], got ${formatShape(a!.shape)} and ${formatShape(b!.shape)}`,
        );
      }
      const batch = broadcastShapes('MatMul', [a!.shape.slice(0, -2), b!.shape.slice(0, -2)]);
      return { type: a!.type, shape: [...batch, a!.shape.at(-2)!, b!.shape.at(-1)!] };
    },
    gradient(node, _output, upstream) {
      const [a, b] = node.inputs;
      return [
        reduceToShape(matMul(upstream, transposeMatrices(b!)), a!.shape),
        reduceToShape(matMul(transposeMatrices(a!), upstream), b!.shape),
      ];
    },
  },
  Gemm: {
    infer(node) {
      const [a, b, c] = node.inputs;
      const { transposeA, transposeB } = transposition(node);
      const [m, k] = transposeA ? a!.shape.toReversed() : a!.shape;
      const [rows, n] = transposeB ? b!.shape.toReversed() : b!.shape;
      if (a!.shape.length !== 2 || b!.shape.length !== 2 || k !== rows) {
        throw new TypeError(
          `Gemm: shapes must be [M, K] and [K, N] after transposition, got ${formatShape(a!.shape)}${transposeA ? ' transposed' : ''} and ${formatShape(b!.shape)}${transposeB ? ' transposed' : ''}`,
        );
      }
      const shape = [m!, n!];
      if (c !== undefined && formatShape(broadcastShapes('Gemm', [shape, c.shape])) !== formatShape(shape)) {
        throw new TypeError(
          `Gemm: the bias must broadcast to ${formatShape(shape)}, got ${formatShape(c.shape)}`,
        );
      }
      return { type: a!.type, shape };
    },
    gradient(node, _output, upstream) {
      const [a, b, c] = node.inputs;
      const { transposeA, transposeB } = transposition(node);
      const gradientA = transposeA
        ? gemm(b!, upstream, null, { transposeA: transposeB, transposeB: true })
        : gemm(upstream, b!, null, { transposeB: !transposeB });
      const gradientB = transposeB
        ? gemm(upstream, a!, null, { transposeA: true, transposeB: transposeA })
        : gemm(a!, upstream, null, { transposeA: !transposeA });
      return c === undefined
        ? [gradientA, gradientB]
        : [gradientA, gradientB, reduceToShape(upstream, c.shape)];
    },
  },
};

function transposition({ attributes }: GraphNode): { transposeA: boolean; transposeB: boolean } {
  return { transposeA: attributes.transA === 1, transposeB: attributes.transB === 1 };
}

function transposeMatrices(value: GraphValue): GraphValue {
  const rank = value.shape.length;
  const order = Array.from({ length: rank }, (_, axis) => axis);
  return transpose(value, [...order.slice(0, -2), rank - 1, rank - 2]);
}
