import { expect, test } from 'vitest';
import { type AdamOptions, adamScalars, createAdam } from '../src/adam.js';
import { createParameterMemory } from '../src/parameter-memory.js';

const OPTIONS = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };

/** The same step in plain float32, one operation at a time. */
function plainAdam(kind: 'adam' | 'adamw', options: AdamOptions) {
  const f = Math.fround;
  const [beta1, beta2] = [f(options.beta1), f(options.beta2)];
  const sums: number[] = [];
  const squares: number[] = [];
  return (
    parameters: Float32Array,
    gradients: Float32Array,
    learningRate: number,
    { step, gradientScale }: { step: number; gradientScale: number },
  ) => {
    const decay = kind === 'adam' ? f(options.weightDecay) : 0;
    const kept = kind === 'adam' ? 1 : f(1 - learningRate * options.weightDecay);
    const rate = (learningRate * (1 - options.beta1)) / (1 - options.beta1 ** step);
    const scale = f(Math.sqrt((1 - options.beta2) / (1 - options.beta2 ** step)) / rate);
    const offset = f(options.epsilon / rate);
    for (let i = 0; i < parameters.length; i++) {
      const scaled = f(gradients[i]! * f(gradientScale));
      const slope = decay === 0 ? scaled : f(scaled + f(parameters[i]! * decay));
      sums[i] = f(f((sums[i] ?? 0) * beta1) + slope);
      squares[i] = f(f((squares[i] ?? 0) * beta2) + f(slope * slope));
      const divisor = f(f(f(Math.sqrt(squares[i]!)) * scale) + offset);
      parameters[i] = f(f(parameters[i]! * kept) - f(sums[i]! / divisor));
    }
  };
}

test.each([
  ['adam', 0, 1],
  ['adam', 0.1, 0.3],
  ['adamw', 0.1, 1],
] as const)('createAdam() takes the steps of plain float32, to the bit: %s, weight decay %d, gradients times %d', (kind, weightDecay, gradientScale) => {
  const options = { ...OPTIONS, weightDecay };
  const lengths = [701, 3, 16, 1400];
  const memory = createParameterMemory(lengths, ['parameter', 'gradient', 'gradientSum', 'squareSum']);
  const parameters = memory.arrays('parameter');
  for (const values of parameters) values.set(values.map((_, i) => Math.sin(i)));
  const expected = parameters.map((values) => values.slice());
  const adam = createAdam(kind, options);
  const plain = lengths.map(() => plainAdam(kind, options));
  for (let step = 1; step <= 3; step++) {
    const gradients = memory.arrays('gradient');
    for (const values of gradients) values.set(values.map((_, i) => Math.cos(7 * i + step)));
    adam.step(memory, { step, learningRate: 0.01, gradientScale });
    expected.forEach((values, i) => {
      plain[i]!(values, gradients[i]!, 0.01, { step, gradientScale });
    });
  }
  expect(parameters).toEqual(expected);
});

test('the first step of createAdam() goes by the learning rate against the sign of the gradient', () => {
  const memory = createParameterMemory([2], ['parameter', 'gradient', 'gradientSum', 'squareSum']);
  const [parameters] = memory.arrays('parameter');
  parameters!.set([1, -2]);
  memory.arrays('gradient')[0]!.set([5, -0.3]);
  createAdam('adam', OPTIONS).step(memory, { step: 1, learningRate: 0.1, gradientScale: 1 });
  expect(parameters![0]).toBeCloseTo(0.9, 6);
  expect(parameters![1]).toBeCloseTo(-1.9, 6);
});

test('adamScalars() keeps the digits of the first step', () => {
  // rate = 0.1 · 0.1 / 0.1, scale = √(0.001 / 0.001) / 0.1.
  const { scale, offset } = adamScalars(1, 0.1, OPTIONS);
  expect(scale).toBeCloseTo(10, 12);
  expect(offset).toBeCloseTo(1e-7, 18);
});
