import { expect, test } from 'vitest';
import { createParameterMemory } from '../src/parameter-memory.js';
import { createSgd, type SgdOptions } from '../src/sgd.js';

/** The same step in plain float32, one operation at a time. */
function plainSgd(options: SgdOptions, gradientScale: number) {
  const f = Math.fround;
  const [momentum, decay] = [f(options.momentum), f(options.weightDecay)];
  const sums: number[] = [];
  return (parameters: Float32Array, gradients: Float32Array, learningRate: number) => {
    for (let i = 0; i < parameters.length; i++) {
      const scaled = f(gradients[i]! * f(gradientScale));
      const slope = decay === 0 ? scaled : f(scaled + f(parameters[i]! * decay));
      sums[i] = f(f((sums[i] ?? 0) * momentum) + slope);
      const direction = options.nesterov ? f(slope + f(sums[i]! * momentum)) : sums[i]!;
      parameters[i] = f(parameters[i]! - f(direction * f(learningRate)));
    }
  };
}

test.each([
  [{ momentum: 0.9, nesterov: false, weightDecay: 0 }, 1],
  [{ momentum: 0.9, nesterov: true, weightDecay: 0.01 }, 0.7],
  [{ momentum: 0, nesterov: false, weightDecay: 0.01 }, 1],
])('createSgd() takes the steps of plain float32, to the bit: %o, gradients times %d', (options, gradientScale) => {
  const lengths = [701, 3, 16, 1400];
  const memory = createParameterMemory(lengths, ['parameter', 'gradient', 'gradientSum']);
  const parameters = memory.arrays('parameter');
  for (const values of parameters) values.set(values.map((_, i) => Math.sin(i)));
  const expected = parameters.map((values) => values.slice());
  const sgd = createSgd(options);
  const plain = lengths.map(() => plainSgd(options, gradientScale));
  for (let step = 1; step <= 3; step++) {
    const gradients = memory.arrays('gradient');
    for (const values of gradients) values.set(values.map((_, i) => Math.cos(7 * i + step)));
    sgd.step(memory, { step, learningRate: 0.01, gradientScale });
    expected.forEach((values, i) => {
      plain[i]!(values, gradients[i]!, 0.01);
    });
  }
  expect(parameters).toEqual(expected);
});

test('createSgd() gathers speed on a constant gradient', () => {
  const memory = createParameterMemory([1], ['parameter', 'gradient', 'gradientSum']);
  const [parameters] = memory.arrays('parameter');
  memory.arrays('gradient')[0]!.set([2]);
  const sgd = createSgd({ momentum: 0.5, nesterov: false, weightDecay: 0 });
  const seen: number[] = [];
  for (let step = 1; step <= 3; step++) {
    sgd.step(memory, { step, learningRate: 0.25, gradientScale: 1 });
    seen.push(parameters![0]!);
  }
  // Sums 2, 3, 3.5; steps of a quarter of them.
  expect(seen).toEqual([-0.5, -1.25, -2.125]);
});
