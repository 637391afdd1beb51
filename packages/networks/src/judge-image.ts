/**
 * The probabilities of the classes of an image, from those of its patches: the softmax of the mean of their logarithms.
 *
 * Each patch is evidence of its own, so that evidence is multiplied, not averaged: a patch that is sure weighs more than
 * one that is not. The mean in place of the sum keeps many patches of one image, which are alike, from making it surer
 * than one of them would be.
 *
 * @param logProbabilities N × C, N ≥ 1, row-major. @returns C values with sum 1.
 *
 * Source: the logarithmic opinion pool with equal weights, C. Genest, J. Zidek, "Combining Probability Distributions",
 * Statistical Science 1(1), 1986, section 3.
 */
export function poolPatches(logProbabilities: Float32Array, classCount: number): Float64Array {
  const count = logProbabilities.length / classCount;
  if (!Number.isInteger(count) || count < 1) {
    throw new TypeError(
      `poolPatches: rows of ${classCount} values are needed, at least one, got ${logProbabilities.length} values`,
    );
  }
  const means = new Float64Array(classCount);
  logProbabilities.forEach((value, i) => {
    means[i % classCount]! += value / count;
  });
  const largest = means.reduce((most, mean) => Math.max(most, mean));
  const weights = means.map((mean) => Math.exp(mean - largest));
  const total = weights.reduce((sum, weight) => sum + weight);
  return weights.map((weight) => weight / total);
}
