import { expect, test } from 'vitest';
import { createGraph, createSession, type GraphValue, gradients, operators as op } from '../src/index.js';

const SIZE = 512;
const PLACES = SIZE * SIZE;
const EPSILON = 1e-5;
/** A rounding of float32. */
const ROUNDING = 2 ** -24;
/**
 * Roundings that each figure may be off. The mean square is four times the variance, and the square of the mean three times.
 * Rows summed from one end to the other give variances that are off by 150.
 */
const ALLOWED = { mean: 4, variance: 16, shiftGradient: 4, scaleGradient: 16 };

/** Spread evenly over [0, 2): the mean is 1.7 deviations. */
const VALUES = Float32Array.from({ length: PLACES }, (_, i) => 2 * ((i * 0.6180339887) % 1));

/** Its gradient of the scale is a matrix product, whose blocks are the runtime's. */
const BY_PRODUCT = 'normalizedPointwise()';

type Normalize = (x: GraphValue, scale: GraphValue, shift: GraphValue) => op.NormalizedBatch;

const NORMALIZE: readonly (readonly [string, Normalize])[] = [
  ['batchNorm() of images', (x, scale, shift) => op.batchNorm(x, scale, shift, { epsilon: EPSILON })],
  [
    'batchNorm() of maps with the channels first',
    (x, scale, shift) => op.batchNorm(x, scale, shift, { epsilon: EPSILON, channelAxis: 0 }),
  ],
  [
    BY_PRODUCT,
    (x, scale, shift) => {
      const weight = x.graph.constant(Float32Array.of(1), [1, 1, 1, 1]);
      return op.normalizedPointwise(x, weight, { scale, shift, epsilon: EPSILON });
    },
  ],
];

test.each(NORMALIZE)('%s sums 262,144 places as exactly as a few', async (name, normalize) => {
  const graph = createGraph();
  const x = graph.input('x', [1, 1, SIZE, SIZE]);
  const [scale, shift] = [graph.input('scale', [1]), graph.input('shift', [1])];
  const { result, mean, variance } = normalize(x, scale, shift);
  const upstream = graph.constant(VALUES, [1, 1, SIZE, SIZE]);
  const loss = op.reduceSum(op.mul(result, upstream), [0, 1, 2, 3]);
  const [scaleGradient, shiftGradient] = gradients(loss, [scale, shift]);
  const outputs = { mean, variance, scaleGradient: scaleGradient!, shiftGradient: shiftGradient! };
  for (const [figure, value] of Object.entries(outputs)) graph.output(figure, value);
  const session = await createSession(graph.encode());
  const found = await session.run({
    x: { type: 'float32', dims: [1, 1, SIZE, SIZE], data: VALUES },
    scale: { type: 'float32', dims: [1], data: Float32Array.of(1) },
    shift: { type: 'float32', dims: [1], data: Float32Array.of(0) },
  });
  await session.release();

  const sum = VALUES.reduce((total, value) => total + value, 0);
  const deviations = VALUES.reduce((total, value) => total + (value - sum / PLACES) ** 2, 0);
  // With the values as upstream gradient: Σ x, and Σ x · (x - mean) / √(variance + ε).
  const expected = {
    mean: sum / PLACES,
    variance: deviations / PLACES,
    shiftGradient: sum,
    scaleGradient: deviations / Math.sqrt(deviations / PLACES + EPSILON),
  };
  for (const [figure, value] of Object.entries(expected)) {
    if (name === BY_PRODUCT && figure === 'scaleGradient') continue;
    const roundings = Math.abs(Number(found[figure]!.data[0]) / value - 1) / ROUNDING;
    expect(roundings, figure).toBeLessThanOrEqual(ALLOWED[figure as keyof typeof ALLOWED]);
  }
});
