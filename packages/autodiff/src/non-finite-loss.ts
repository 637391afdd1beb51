/**
 * A training step whose loss, or whose gradients, are NaN or infinite. Parameters, buffers and the optimizer are as they
 * were before the step.
 */
export class NonFiniteLossError extends Error {
  override readonly name = 'NonFiniteLossError';
  readonly loss: number;
  /** Null if the loss itself is not finite. */
  readonly gradientNorm: number | null;
  /** Number of the step, from 1. */
  readonly step: number;

  constructor(step: number, loss: number, gradientNorm: number | null) {
    const what =
      gradientNorm === null
        ? `the loss must stay finite, got ${loss} in step ${step}`
        : `the norm of the gradients must stay finite, got ${gradientNorm} in step ${step} (loss ${loss})`;
    super(
      `Trainer.step: ${what}; the parameters are as they were before it. Try a lower learning rate or a maxGradientNorm, and look for inputs that are not finite`,
    );
    this.loss = loss;
    this.gradientNorm = gradientNorm;
    this.step = step;
  }
}
