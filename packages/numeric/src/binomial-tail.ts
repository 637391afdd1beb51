/**
 * Probability that at least `least` of `trials` independent trials succeed, each with probability `chance`.
 *
 * @param trials integer from 0 on. @param least any integer. @param chance in [0, 1].
 * @throws {RangeError} if an argument is out of range.
 *
 * Cost: O(trials).
 */
export function binomialTail(trials: number, least: number, chance: number): number {
  if (!(Number.isInteger(trials) && trials >= 0 && Number.isInteger(least) && chance >= 0 && chance <= 1)) {
    throw new RangeError(
      `binomialTail: trials must be an integer from 0 on, least an integer and chance in [0, 1], got ${trials}, ${least}, ${chance}`,
    );
  }
  if (least <= 0) return 1;
  if (least > trials || chance === 0) return 0;
  if (chance === 1) return 1;
  // In logarithms, as single terms may be too small for a number.
  let log = trials * Math.log1p(-chance);
  let sum = 0;
  for (let successes = 0; successes <= trials; successes++) {
    if (successes >= least) sum += Math.exp(log);
    log += Math.log((trials - successes) / (successes + 1)) + Math.log(chance) - Math.log1p(-chance);
  }
  return Math.min(1, sum);
}
