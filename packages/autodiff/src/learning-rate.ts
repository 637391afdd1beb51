/**
 * How the learning rate depends on the step.
 *
 * - `constant`: always `learningRate`.
 * - `step-decay`: times `factor` after every `every` steps.
 * - `cosine`: grows in equal parts over `warmupSteps` (default 0) to `learningRate`, then falls along half a cosine to
 *   `floor` (default 0), which it would reach at `stepCount`.
 */
export type LearningRateSchedule =
  | { readonly kind: 'constant'; readonly learningRate: number }
  | {
      readonly kind: 'step-decay';
      readonly learningRate: number;
      readonly every: number;
      readonly factor: number;
    }
  | {
      readonly kind: 'cosine';
      readonly learningRate: number;
      readonly floor?: number;
      readonly warmupSteps?: number;
    };

/**
 * The learning rate of a step.
 *
 * @param step steps taken before it, in [0, stepCount).
 * @returns positive where the schedule's numbers are.
 * @throws {RangeError} if the step is not in [0, stepCount), or a number of the schedule is out of its range.
 *
 * Source: PyTorch's `StepLR`, `CosineAnnealingLR` and, from 1 / (warmupSteps + 1), `LinearLR`; I. Loshchilov, F. Hutter,
 * "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017, equation 5, without restarts.
 */
export function learningRateAt(schedule: LearningRateSchedule, step: number, stepCount: number): number {
  if (!(Number.isInteger(step) && step >= 0 && step < stepCount)) {
    throw new RangeError(`learningRateAt: step must be an integer in [0, ${stepCount}), got ${step}`);
  }
  const { learningRate } = schedule;
  check(
    'learningRate',
    learningRate > 0 && learningRate < Number.POSITIVE_INFINITY,
    'positive',
    learningRate,
  );
  if (schedule.kind === 'constant') return learningRate;
  if (schedule.kind === 'step-decay') {
    const { every, factor } = schedule;
    check('every', Number.isInteger(every) && every > 0, 'a positive integer', every);
    check('factor', factor > 0 && factor <= 1, 'in (0, 1]', factor);
    return learningRate * factor ** Math.floor(step / every);
  }
  const { floor = 0, warmupSteps = 0 } = schedule;
  check('floor', floor >= 0 && floor <= learningRate, `in [0, ${learningRate}]`, floor);
  check(
    'warmupSteps',
    Number.isInteger(warmupSteps) && warmupSteps >= 0,
    'an integer of 0 or more',
    warmupSteps,
  );
  if (step < warmupSteps) return (learningRate * (step + 1)) / (warmupSteps + 1);
  const angle = (Math.PI * (step - warmupSteps)) / (stepCount - warmupSteps);
  return floor + ((learningRate - floor) * (1 + Math.cos(angle))) / 2;
}

function check(name: string, isRight: boolean, expected: string, found: number): void {
  if (!isRight) throw new RangeError(`learningRateAt: ${name} must be ${expected}, got ${found}`);
}
