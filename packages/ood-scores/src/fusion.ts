/** Scores of images, and those that labelled images of known sources get when they are scored as if they were new. */
export interface CalibratedScore {
  /** M, in any order; larger is more out-of-distribution. */
  readonly reference: Float64Array;
  /** N. */
  readonly scores: Float64Array;
}

/**
 * Adds scores of different kinds: each is replaced by its normal score, the normal quantile of its rank among its
 * reference values, so that scores of any scale count the same.
 *
 * Ranks lie in [0.5 / (M + 1), 1 - 0.5 / (M + 1)]: what lies beyond all reference values counts as just beyond.
 *
 * @param parts at least one; the reference values of all are of the same M images, in the same order. Reference values must not
 * be changed afterwards: what follows from an array is kept for as long as the array is.
 * @throws {TypeError} if the lengths differ, or there is no part.
 *
 * Cost: O(N · log M) a part, and O(M · log M) the first time that its reference values are met. Source: B. van der Waerden, "Order tests for the two-sample problem and their
 * power", 1952 (normal scores).
 */
export function fuseScores(parts: readonly CalibratedScore[]): CalibratedScore {
  const [first] = parts;
  if (first === undefined) throw new TypeError('fuseScores: at least one score is needed, got none');
  const reference = new Float64Array(first.reference.length);
  const scores = new Float64Array(first.scores.length);
  for (const part of parts) {
    if (part.reference.length !== reference.length || part.scores.length !== scores.length) {
      throw new TypeError(
        `fuseScores: all scores must be of the same ${reference.length} reference images and ${scores.length} images, got ${part.reference.length} and ${part.scores.length}`,
      );
    }
    const { sorted, normal } = rankReference(part.reference);
    for (let i = 0; i < reference.length; i++) reference[i] += normal[i];
    for (let i = 0; i < scores.length; i++) scores[i] += normalScore(sorted, part.scores[i]);
  }
  return { reference, scores };
}

/**
 * Conformal p-value of each score: (1 + number of reference values at least as large) / (M + 1).
 *
 * For an image exchangeable with the reference images the probability of a p-value of at most r is at most r.
 *
 * @returns N, each in (0, 1].
 *
 * Cost: O((M + N) · log M). Source: V. Vovk, A. Gammerman, G. Shafer, "Algorithmic Learning in a Random World", 2005,
 * section 2.2.
 */
export function conformalPValues({ reference, scores }: CalibratedScore): Float64Array {
  const sorted = reference.toSorted();
  return scores.map((score) => (1 + sorted.length - countBelow(sorted, score)) / (sorted.length + 1));
}

/** Reference values in ascending order, and the normal score of each in the order given. */
interface RankedReference {
  readonly sorted: Float64Array;
  readonly normal: Float64Array;
}

/** Every test of an image asks for the same ones. */
const rankedReferences = new WeakMap<Float64Array, RankedReference>();

function rankReference(reference: Float64Array): RankedReference {
  const known = rankedReferences.get(reference);
  if (known !== undefined) return known;
  const sorted = reference.toSorted();
  const ranked = { sorted, normal: reference.map((value) => normalScore(sorted, value)) };
  rankedReferences.set(reference, ranked);
  return ranked;
}

function normalScore(sorted: Float64Array, value: number): number {
  const share = (countBelow(sorted, value) + 0.5) / (sorted.length + 1);
  const edge = 0.5 / (sorted.length + 1);
  return normalQuantile(Math.min(Math.max(share, edge), 1 - edge));
}

/** Number of values smaller than `value`. @param sorted ascending. */
function countBelow(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Quantile of the standard normal distribution, to a relative error below 1.2e-9.
 *
 * @param probability in (0, 1).
 *
 * Source: P. J. Acklam, "An algorithm for computing the inverse normal cumulative distribution function", 2003.
 */
export function normalQuantile(probability: number): number {
  const low = 0.02425;
  if (probability < low) return tail(Math.sqrt(-2 * Math.log(probability)));
  if (probability > 1 - low) return -tail(Math.sqrt(-2 * Math.log(1 - probability)));
  const q = probability - 0.5;
  const r = q * q;
  const numerator =
    ((((-3.969683028665376e1 * r + 2.209460984245205e2) * r - 2.759285104469687e2) * r + 1.38357751867269e2) *
      r -
      3.066479806614716e1) *
      r +
    2.506628277459239;
  const denominator =
    ((((-5.447609879822406e1 * r + 1.615858368580409e2) * r - 1.556989798598866e2) * r +
      6.680131188771972e1) *
      r -
      1.328068155288572e1) *
      r +
    1;
  return (numerator * q) / denominator;
}

function tail(q: number): number {
  const numerator =
    ((((-7.784894002430293e-3 * q - 3.223964580411365e-1) * q - 2.400758277161838) * q - 2.549732539343734) *
      q +
      4.374664141464968) *
      q +
    2.938163982698783;
  const denominator =
    (((7.784695709041462e-3 * q + 3.224671290700398e-1) * q + 2.445134137142996) * q + 3.754408661907416) *
      q +
    1;
  return numerator / denominator;
}
