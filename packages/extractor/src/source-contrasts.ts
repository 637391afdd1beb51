import { matrixProduct } from '@ganscout/autodiff';
import { fitStandardization, type GroupSplit, splitByGroup } from '@ganscout/numeric';
import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { DESCRIPTOR_DIMS } from './descriptor.js';
import { DESCRIPTOR_PARTS, type DescriptorPart } from './descriptor-parts.js';
import { pickRows, rowsOf } from './row-source.js';

/** Described images of known origin. */
export interface LabelledDescriptions {
  /** N × 3097: descriptors of whole images. */
  readonly descriptors: Float32Array;
  /** N, each in [0, k). */
  readonly labels: Int32Array;
  /** k names. */
  readonly sources: readonly string[];
  /** N: images of one group show the same content. */
  readonly groups: readonly string[];
}

/** A value of the descriptor that differs. */
export interface ValueContrast {
  /** In words. */
  readonly name: string;
  /** Mean of the source less that of the others, in standard deviations within sources. */
  readonly difference: number;
}

/** How well values tell a source from others, on images they were not fitted to. */
export interface Separation {
  /** Share of pairs, one image of the source and one of another, in the right order: 0.5 is chance. */
  readonly auroc: number;
  /** The other source that is told apart worst, and the share of pairs with its images. */
  readonly hardest: string;
  readonly hardestAuroc: number;
}

/** What a part of the descriptor says of a source. */
export interface PartContrast extends Separation {
  readonly part: string;
  readonly meaning: string;
  readonly valueCount: number;
  /** Share of the part in the separation by all values together, on images it was not fitted to; may be below 0. */
  readonly share: number;
  /** The largest differences of single values. */
  readonly largest: readonly ValueContrast[];
}

/** What tells a source from the others. */
export interface SourceContrast extends Separation {
  readonly source: string;
  readonly imageCount: number;
  /** What tells it best from the source that is hardest for the part first. */
  readonly parts: readonly PartContrast[];
}

/** Standardized values z become CLIP · tanh(z / CLIP), as in content whitening. */
const CLIP = 3;
/** Ridge, as a share of the mean diagonal element of the kernel. */
const RIDGE = 0.1;
const LARGEST = 3;

/**
 * Finds which statistics tell each source from the others.
 *
 * The images are split in two by group; a ridge discriminant of each source against the others is fitted to one half and judged
 * on the other, and the other way round, with all values, and with those of each part alone. Nothing here says that a
 * difference was made by the generator: content, file format and what was done to the images differ between sources too.
 *
 * @param data finite; not modified. @param seed of the split.
 * @throws {RangeError} if there are not two sources with two groups each.
 *
 * Cost: O(N² · D + N³) for N images of D = 3097 values.
 * Source: T. Hastie, R. Tibshirani, J. Friedman, "The Elements of Statistical Learning", 2nd edition, sections 4.2 and 12.3.7.
 */
export async function contrastSources(data: LabelledDescriptions, seed: number): Promise<SourceContrast[]> {
  if (data.sources.length < 2) {
    throw new RangeError(`contrastSources: at least two sources are needed, got ${data.sources.length}`);
  }
  const split = splitByGroup(data.labels, data.sources, data.groups, { heldBack: 0, test: 0.5 }, seed);
  const folds = [
    await judgeHalf(data, split),
    await judgeHalf(data, { ...split, training: split.test, test: split.training }),
  ];
  const differences = standardizedDifferences(data);
  return data.sources.map((source, s) => ({
    source,
    imageCount: data.labels.filter((label) => label === s).length,
    ...separationOf(folds, DESCRIPTOR_PARTS.length, s, data.sources),
    parts: DESCRIPTOR_PARTS.map((part, p) => ({
      part: part.name,
      meaning: part.meaning,
      valueCount: part.values.length,
      ...separationOf(folds, p, s, data.sources),
      share: meanOf(folds, (fold) => fold.shares[p][s]),
      largest: largestDifferences(part, differences[s]),
    })).sort((a, b) => b.hardestAuroc - a.hardestAuroc || b.auroc - a.auroc),
  }));
}

/** Figures of one half by part, all values after the parts. */
interface HalfFigures {
  /** k × k each: AUROC of a source against another one, and against all others in the diagonal. */
  readonly aurocs: readonly Float64Array[];
  /** k each. */
  readonly shares: readonly Float64Array[];
}

function separationOf(
  folds: readonly HalfFigures[],
  part: number,
  source: number,
  sources: readonly string[],
): Separation {
  const against = sources.map((_, t) =>
    meanOf(folds, ({ aurocs }) => aurocs[part][source * sources.length + t]),
  );
  const others = [...sources.keys()].filter((t) => t !== source);
  const hardest = others.reduce((worst, t) => (against[t] < against[worst] ? t : worst));
  return { auroc: against[source], hardest: sources[hardest], hardestAuroc: against[hardest] };
}

async function judgeHalf(data: LabelledDescriptions, { training, test }: GroupSplit): Promise<HalfFigures> {
  const [fitted, judged] = standardizedHalves(data.descriptors, training, test);
  const k = data.sources.length;
  const targets = oneAgainstOthers(data.labels, training, k);
  const labels = Int32Array.from(test, (row) => data.labels[row]);
  const judge = async (start: number, count: number) => {
    const weights = await discriminants(columns(fitted, start, count), count, targets, k);
    const part = columns(judged, start, count);
    const scores = await matrixProduct(part, [test.length, count], weights, [count, k]);
    return { weights, aurocs: pairwiseShares(scores, labels, k) };
  };
  const aurocs: Float64Array[] = [];
  for (const { start, values } of DESCRIPTOR_PARTS) aurocs.push((await judge(start, values.length)).aurocs);
  const all = await judge(0, DESCRIPTOR_DIMS);
  return { aurocs: [...aurocs, all.aurocs], shares: sharesOfParts(all.weights, judged, labels, k) };
}

/** Rows of both halves, standardized by the first and softly clipped. */
function standardizedHalves(
  descriptors: Float32Array,
  training: Int32Array,
  test: Int32Array,
): [training: Float32Array, test: Float32Array] {
  const fitted = pickRows(rowsOf(descriptors, DESCRIPTOR_DIMS), training);
  const { mean, deviation } = fitStandardization(fitted, DESCRIPTOR_DIMS);
  const standardize = (rows: Float32Array) =>
    rows.map((value, i) => {
      const j = i % DESCRIPTOR_DIMS;
      return CLIP * Math.tanh((value - mean[j]) / deviation[j] / CLIP);
    });
  return [standardize(fitted), standardize(pickRows(rowsOf(descriptors, DESCRIPTOR_DIMS), test))];
}

/** N × k: for each source values of mean 0 over the images, positive at its own. */
function oneAgainstOthers(labels: Int32Array, rows: Int32Array, k: number): Float64Array {
  const counts = new Float64Array(k);
  for (const row of rows) counts[labels[row]]++;
  const targets = new Float64Array(rows.length * k);
  rows.forEach((row, i) => {
    for (let s = 0; s < k; s++) targets[i * k + s] = (labels[row] === s ? 1 : 0) - counts[s] / rows.length;
  });
  return targets;
}

/** Ridge regression of the targets on n × d rows, in its dual form. @returns d × k. */
async function discriminants(
  rows: Float32Array,
  d: number,
  targets: Float64Array,
  k: number,
): Promise<Float32Array> {
  const n = rows.length / d;
  const products = await matrixProduct(rows, [n, d], rows, [n, d], { transposeB: true });
  const kernel = Matrix.from1DArray(n, n, products);
  const ridge = (RIDGE * kernel.trace()) / n + Number.MIN_VALUE;
  for (let i = 0; i < n; i++) kernel.set(i, i, kernel.get(i, i) + ridge);
  const solved = new CholeskyDecomposition(kernel).solve(Matrix.from1DArray(n, k, targets));
  return matrixProduct(rows, [n, d], Float32Array.from(solved.to1DArray()), [n, k], { transposeA: true });
}

/** Columns [start, start + count) of N × 3097 rows. */
function columns(rows: Float32Array, start: number, count: number): Float32Array {
  if (count === DESCRIPTOR_DIMS) return rows;
  const n = rows.length / DESCRIPTOR_DIMS;
  const picked = new Float32Array(n * count);
  for (let i = 0; i < n; i++) {
    const from = i * DESCRIPTOR_DIMS + start;
    picked.set(rows.subarray(from, from + count), i * count);
  }
  return picked;
}

/** @param scores N × k. @returns k × k as {@link HalfFigures} says. */
function pairwiseShares(scores: Float32Array, labels: Int32Array, k: number): Float64Array {
  const shares = new Float64Array(k * k);
  for (let s = 0; s < k; s++) {
    const bySource = Array.from({ length: k }, (): number[] => []);
    labels.forEach((label, i) => {
      bySource[label].push(scores[i * k + s]);
    });
    const own = Float64Array.from(bySource[s]).sort();
    for (let t = 0; t < k; t++) {
      const others = t === s ? bySource.flatMap((values, u) => (u === s ? [] : values)) : bySource[t];
      shares[s * k + t] = orderedShare(own, Float64Array.from(others).sort());
    }
  }
  return shares;
}

/** Share of pairs of which the first one's is larger; equal ones count half. @param own, others ascending. */
function orderedShare(own: Float64Array, others: Float64Array): number {
  let [below, notAbove, sum] = [0, 0, 0];
  for (const value of own) {
    while (below < others.length && others[below] < value) below++;
    while (notAbove < others.length && others[notAbove] <= value) notAbove++;
    sum += (below + notAbove) / 2;
  }
  return sum / (own.length * others.length);
}

/** For each part and source the share of the part in the mean score of the source less that of the others. */
function sharesOfParts(
  weights: Float32Array,
  judged: Float32Array,
  labels: Int32Array,
  k: number,
): Float64Array[] {
  const means = meanDifferences(meansBySource(judged, labels, k));
  const separation = (s: number, start: number, end: number) => {
    let sum = 0;
    for (let j = start; j < end; j++) sum += weights[j * k + s] * means[s][j];
    return sum;
  };
  return DESCRIPTOR_PARTS.map(({ start, values }) =>
    Float64Array.from(
      { length: k },
      (_, s) => separation(s, start, start + values.length) / separation(s, 0, DESCRIPTOR_DIMS),
    ),
  );
}

/** For each source its mean less the mean of the means of the others: k arrays of 3097. */
function meanDifferences(means: readonly Float64Array[]): Float64Array[] {
  const total = means[0].map((_, j) => means.reduce((sum, mean) => sum + mean[j], 0));
  return means.map((mean) => mean.map((value, j) => value - (total[j] - value) / (means.length - 1)));
}

function meansBySource(rows: Float32Array, labels: Int32Array, k: number): Float64Array[] {
  const means = Array.from({ length: k }, () => new Float64Array(DESCRIPTOR_DIMS));
  const counts = new Float64Array(k);
  labels.forEach((label, i) => {
    counts[label]++;
    for (let j = 0; j < DESCRIPTOR_DIMS; j++) means[label][j] += rows[i * DESCRIPTOR_DIMS + j];
  });
  return means.map((sum, s) => sum.map((value) => value / counts[s]));
}

/** {@link meanDifferences} over the standard deviation within sources, all sources counting alike; 0 where that is 0. */
function standardizedDifferences({ descriptors, labels, sources }: LabelledDescriptions): Float64Array[] {
  const k = sources.length;
  const means = meansBySource(descriptors, labels, k);
  const squares = descriptors.map((value, i) => {
    const mean = means[labels[Math.floor(i / DESCRIPTOR_DIMS)]][i % DESCRIPTOR_DIMS];
    return (value - mean) ** 2;
  });
  const variances = meansBySource(squares, labels, k);
  const deviation = variances[0].map((_, j) =>
    Math.sqrt(variances.reduce((sum, variance) => sum + variance[j], 0) / k),
  );
  return meanDifferences(means).map((difference) =>
    difference.map((value, j) => (deviation[j] > 0 ? value / deviation[j] : 0)),
  );
}

function largestDifferences({ start, values }: DescriptorPart, differences: Float64Array): ValueContrast[] {
  return (
    values
      .map((name, i) => ({ name, difference: differences[start + i] }))
      .sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference))
      // A lag and its opposite are the same statistic.
      .filter(({ difference }, i, sorted) => difference !== sorted[i - 1]?.difference)
      .slice(0, LARGEST)
  );
}

function meanOf(folds: readonly HalfFigures[], figure: (fold: HalfFigures) => number): number {
  return folds.reduce((sum, fold) => sum + figure(fold), 0) / folds.length;
}
