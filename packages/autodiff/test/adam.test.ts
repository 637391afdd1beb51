import { expect, test } from 'vitest';
import { createAdam } from '../src/adam.js';

const OPTIONS = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };

/** The same step in plain float32, one operation at a time. */
function plainAdam(options: typeof OPTIONS) {
  const [beta1, beta2, decay] = [options.beta1, options.beta2, options.weightDecay].map(Math.fround);
  const f = Math.fround;
  let steps = 0;
  const sums: number[] = [];
  const squares: number[] = [];
  return (parameters: Float32Array, gradients: Float32Array, learningRate: number) => {
    steps++;
    const rate = (learningRate * (1 - options.beta1)) / (1 - options.beta1 ** steps);
    const scale = f(Math.sqrt((1 - options.beta2) / (1 - options.beta2 ** steps)) / rate);
    const offset = f(options.epsilon / rate);
    for (let i = 0; i < parameters.length; i++) {
      const slope = decay === 0 ? gradients[i]! : f(gradients[i]! + f(parameters[i]! * decay!));
      sums[i] = f(f((sums[i] ?? 0) * beta1!) + slope);
      squares[i] = f(f((squares[i] ?? 0) * beta2!) + f(slope * slope));
      const divisor = f(f(f(Math.sqrt(squares[i]!)) * scale) + offset);
      parameters[i] = f(parameters[i]! - f(sums[i]! / divisor));
    }
  };
}

test.each([
  [1, 0],
  [3, 0],
  [2, 0.1],
])('createAdam() takes the steps of plain float32, to the bit: %i threads, weight decay %d', (threads, weightDecay) => {
  const options = { ...OPTIONS, weightDecay };
  const lengths = [70001, 3, 140000];
  const parameters = lengths.map((length) => Float32Array.from({ length }, (_, i) => Math.sin(i)));
  const adam = createAdam(parameters, options, threads);
  // Another optimizer beside it has sums of its own.
  const other = createAdam([new Float32Array(5)], options, threads);
  const plain = lengths.map(() => plainAdam(options));
  const expected = parameters.map((values) => values.slice());
  for (let step = 0; step < 3; step++) {
    const gradients = lengths.map((length) =>
      Float32Array.from({ length }, (_, i) => Math.cos(7 * i + step)),
    );
    adam.step(gradients, 0.01);
    other.step([new Float32Array(5).fill(1)], 0.5);
    expected.forEach((values, i) => {
      plain[i]!(values, gradients[i]!, 0.01);
    });
  }
  expect(parameters).toEqual(expected);
  adam.release();
  other.release();
});

test('the first step of createAdam() goes by the learning rate against the sign of the gradient', () => {
  const parameters = Float32Array.of(1, -2);
  const adam = createAdam([parameters], OPTIONS, 1);
  adam.step([Float32Array.of(5, -0.3)], 0.1);
  expect(parameters[0]).toBeCloseTo(0.9, 6);
  expect(parameters[1]).toBeCloseTo(-1.9, 6);
  adam.release();
});
