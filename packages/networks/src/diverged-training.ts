import { NonFiniteLossError } from '@ganscout/autodiff';

/** Says where a step failed, if it did for numbers that are not finite. */
export function explainStep(
  error: unknown,
  place: {
    readonly epoch: number;
    readonly batch: number;
    readonly batchCount: number;
    readonly learningRate: number;
  },
): unknown {
  if (!(error instanceof NonFiniteLossError)) return error;
  const { epoch, batch, batchCount, learningRate } = place;
  const what =
    error.gradientNorm === null ? `loss (${error.loss})` : `norm of the gradients (${error.gradientNorm})`;
  return new Error(
    `Training stopped in epoch ${epoch}, batch ${batch} of ${batchCount}: the ${what} is not finite. ${adviceOf(epoch, learningRate)}`,
    { cause: error },
  );
}

/** @throws {Error} that the held-back loss is not finite, and what to try. */
export function refuseHeldBack(epoch: number, loss: number, learningRate: number): never {
  throw new Error(
    `Training stopped after epoch ${epoch}: the held-back loss (${loss}) is not finite. ${adviceOf(epoch, learningRate)}`,
  );
}

function adviceOf(epoch: number, learningRate: number): string {
  const kept = epoch === 1 ? 'no epoch was finished' : `the checkpoint of epoch ${epoch - 1} is kept`;
  return `Try a lower learning rate (it was ${Number(learningRate.toPrecision(3))}) or a limit on the norm of the gradients, and look at the images of that batch; ${kept}.`;
}
