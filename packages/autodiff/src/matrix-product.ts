import { createGraph } from './graph.js';
import { gemm, type Transposition } from './operators/linear.js';
import { createSession, type Session } from './session.js';

const sessions = new Map<string, Promise<Session>>();

/**
 * Multiplies two matrices on the runtime: op(a) · op(b), where op transposes if asked.
 *
 * Runs on one thread, so equal arguments give equal bytes on one machine. An empty result, or a sum over nothing, is
 * made without the runtime.
 *
 * @param a row-major. @param aShape rows and columns of `a` as it is stored, before transposition. @param b, bShape alike.
 * @returns M × N, row-major.
 * @throws {TypeError} if an array is not as large as its shape. @throws {RangeError} if the inner sizes differ.
 *
 * Cost: 2 · M · N · K operations, at tens of billions a second; one session for each choice of flags is kept.
 */
export async function matrixProduct(
  a: Float32Array,
  aShape: readonly [number, number],
  b: Float32Array,
  bShape: readonly [number, number],
  { transposeA = false, transposeB = false }: Transposition = {},
): Promise<Float32Array> {
  checkMatrix('a', a, aShape);
  checkMatrix('b', b, bShape);
  const [m, k] = transposeA ? [aShape[1], aShape[0]] : aShape;
  const [rows, n] = transposeB ? [bShape[1], bShape[0]] : bShape;
  if (k !== rows) {
    throw new RangeError(
      `matrixProduct: the inner sizes must be equal, got ${m} × ${k} times ${rows} × ${n}`,
    );
  }
  if (m * n * k === 0) return new Float32Array(m * n);
  const session = await productSession(transposeA, transposeB);
  const { product } = await session.run({
    a: { type: 'float32', dims: aShape, data: a },
    b: { type: 'float32', dims: bShape, data: b },
  });
  return product!.data as Float32Array;
}

function checkMatrix(name: string, data: Float32Array, [rows, columns]: readonly [number, number]): void {
  if (data.length !== rows * columns) {
    throw new TypeError(`matrixProduct: ${name} must hold ${rows} × ${columns} values, got ${data.length}`);
  }
}

function productSession(transposeA: boolean, transposeB: boolean): Promise<Session> {
  const key = `${transposeA} ${transposeB}`;
  const existing = sessions.get(key);
  if (existing !== undefined) return existing;
  const graph = createGraph('matrix_product');
  const a = graph.input('a', transposeA ? ['K', 'M'] : ['M', 'K']);
  const b = graph.input('b', transposeB ? ['N', 'K'] : ['K', 'N']);
  graph.output('product', gemm(a, b, null, { transposeA, transposeB }));
  const session = createSession(graph.encode());
  sessions.set(key, session);
  return session;
}
