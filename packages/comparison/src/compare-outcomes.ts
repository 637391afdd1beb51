import { createRandom, quantile } from '@ganscout/numeric';
import { groupDrawer } from './draw-groups.js';
import { FIGURE_NAMES, FIGURES, type FigureName, type FigureValues, worth } from './figures.js';
import { createScorer, type Outcome, type Scorer, type ScoringTruth } from './outcome.js';
import { meanOf, summarizeValues, type ValueSummary } from './summarize-values.js';

/** A method with its outcome for each seed, in the order of the seeds. */
export interface ComparedMethod {
  readonly outcomes: readonly Outcome[];
  /** Truth of each seed's discovery set; the same object where it is the same set. */
  readonly truths: readonly ScoringTruth[];
}

/** A figure of a method over the seeds. */
export interface ComparedFigure extends ValueSummary {
  /** 95 % bootstrap interval of the mean; null where there is none. */
  readonly interval: readonly [number, number] | null;
  /** Mean of the differences to the reference; null without them, as for the reference itself. */
  readonly difference: number | null;
  /** Two-sided, not corrected; null where it was not tested. */
  readonly pValue: number | null;
  /** After Holm's correction over the methods of this comparison. */
  readonly corrected: number | null;
  /** Whether no method has a better mean, as shown with three decimals, and another has one. */
  readonly isBest: boolean;
}

export interface ComparedRow {
  /** Figures of each seed. */
  readonly seeds: readonly FigureValues[];
  readonly figures: Readonly<Record<FigureName, ComparedFigure | null>>;
}

/** Fewest seeds with which differences are tested. */
export const FEWEST_SEEDS = 5;
const RESAMPLES = 1000;
const TAIL = 0.025;
const DECIMALS = 1000;

/**
 * Compares methods over several seeds.
 *
 * Intervals and tests come of one bootstrap: seeds are drawn with replacement, and groups of images are, the same for every
 * method and every seed; the mean over the seeds drawn is taken anew. So they take in both what chance does inside a method
 * and which images there are. A difference to the reference has as its p-value twice the share of resamples in which it
 * is not on the side of its sign, which is Holm-corrected over the methods, for each figure.
 *
 * With one seed only images are drawn. With fewer than 5 nothing is tested.
 *
 * @param reference position of the method that the others are compared with.
 * @param seed of the draws.
 *
 * Cost: 1,000 times a scoring for each method and seed; what comes to the same labels is scored once.
 * Source: A. Owen, D. Eckles, "Bootstrapping data arrays of arbitrary order", Annals of Applied Statistics 6(3), 2012 (both
 * factors drawn, which is a little too careful rather than too bold); B. Efron, R. Tibshirani, "An introduction to the
 * bootstrap", 1993, chapters 13 and 16; S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian
 * Journal of Statistics 6(2), 1979.
 */
export function compareOutcomes(
  methods: readonly ComparedMethod[],
  reference: number,
  seed: number,
): ComparedRow[] {
  const scorers = methods.map(({ outcomes, truths }) =>
    outcomes.map((outcome, s) => createScorer(outcome, truths[s] as ScoringTruth)),
  );
  const seeds = methods.map(({ outcomes }, m) =>
    outcomes.map(({ labels }, s) => (scorers[m]?.[s] as Scorer)(Int32Array.from(labels.keys()))),
  );
  const draws = drawMeans(methods, scorers, seed);
  const figures = FIGURE_NAMES.map((name) => compareFigure(name, seeds, draws.get(name) ?? null, reference));
  return seeds.map((values, m) => ({
    seeds: values,
    figures: Object.fromEntries(
      FIGURE_NAMES.map((name, f) => [name, figures[f]?.[m] ?? null]),
    ) as ComparedRow['figures'],
  }));
}

/** Means over the seeds drawn in each resample, by figure and method; NaN where a figure is not defined. */
type Draws = ReadonlyMap<FigureName, readonly Float64Array[]>;

function drawMeans(
  methods: readonly ComparedMethod[],
  scorers: readonly (readonly Scorer[])[],
  seed: number,
): Draws {
  const random = createRandom(seed, 'comparison/bootstrap');
  const truths = [...new Set(methods.flatMap((method) => method.truths))];
  const draw = groupDrawer(
    truths.map(({ groups }) => groups),
    random,
  );
  const { distinct, positions } = distinctScorers(methods, scorers, truths);
  const names = FIGURE_NAMES.filter((name) => FIGURES[name].isDrawn);
  const draws = new Map(names.map((name) => [name, methods.map(() => new Float64Array(RESAMPLES))]));
  const seedCount = Math.max(...methods.map(({ outcomes }) => outcomes.length));
  for (let resample = 0; resample < RESAMPLES; resample++) {
    const rows = draw();
    const drawn = Array.from({ length: seedCount }, () => random.integer(seedCount));
    const values: (FigureValues | undefined)[] = [];
    positions.forEach((own, m) => {
      const figures = drawn.map((s) => {
        const position = own[s] as number;
        const { score, truth } = distinct[position] as DistinctScorer;
        values[position] ??= score(rows[truth] as Int32Array);
        return values[position];
      });
      for (const name of names) {
        const present = figures.flatMap((one) => one[name] ?? []);
        (draws.get(name)?.[m] as Float64Array)[resample] = meanOf(present);
      }
    });
  }
  return draws;
}

interface DistinctScorer {
  readonly score: Scorer;
  /** Position of the truth that it scores against. */
  readonly truth: number;
}

/** Outcomes that give every image the same label are scored once; `positions` are theirs by method and seed. */
function distinctScorers(
  methods: readonly ComparedMethod[],
  scorers: readonly (readonly Scorer[])[],
  truths: readonly ScoringTruth[],
): { distinct: DistinctScorer[]; positions: number[][] } {
  const distinct: DistinctScorer[] = [];
  const places = new Map<string, number>();
  const positions = methods.map(({ outcomes, truths: own }, m) =>
    outcomes.map(({ labels, completed, namesKnown }, s) => {
      const truth = truths.indexOf(own[s] as ScoringTruth);
      const key = `${truth} ${namesKnown} ${labels.join()} ${completed.join()}`;
      const place = places.get(key) ?? distinct.push({ score: scorers[m]?.[s] as Scorer, truth }) - 1;
      places.set(key, place);
      return place;
    }),
  );
  return { distinct, positions };
}

function compareFigure(
  name: FigureName,
  seeds: readonly (readonly FigureValues[])[],
  draws: readonly Float64Array[] | null,
  reference: number,
): (ComparedFigure | null)[] {
  const summaries = seeds.map((values) => summarizeValues(values.map((figures) => figures[name])));
  const worths = summaries.flatMap((summary) => (summary === null ? [] : [shownWorth(name, summary.mean)]));
  const best = Math.max(...worths);
  const isTested = draws !== null && (seeds[reference] as readonly unknown[]).length >= FEWEST_SEEDS;
  const differences = seeds.map((values, m) =>
    m === reference ? null : meanDifference(name, values, seeds[reference] as readonly FigureValues[]),
  );
  const pValues = differences.map((difference, m) =>
    isTested && difference !== null
      ? testDifference(draws[m] as Float64Array, draws[reference] as Float64Array)
      : null,
  );
  const corrected = correctByHolm(pValues);
  return summaries.map((summary, m) => {
    if (summary === null) return null;
    return {
      ...summary,
      interval: draws === null ? null : intervalOf(draws[m] as Float64Array),
      difference: differences[m] ?? null,
      pValue: pValues[m] ?? null,
      corrected: corrected[m] ?? null,
      isBest: worths.length > 1 && shownWorth(name, summary.mean) === best,
    };
  });
}

function meanDifference(
  name: FigureName,
  values: readonly FigureValues[],
  others: readonly FigureValues[],
): number | null {
  const differences = values.flatMap((figures, s) => {
    const [own, other] = [figures[name], others[s]?.[name] ?? null];
    return own === null || other === null ? [] : [own - other];
  });
  return differences.length === 0 ? null : meanOf(differences);
}

/**
 * Two-sided p-value of a difference: (1 + resamples on the less frequent side of zero, zeros on both) · 2 / (1 + resamples), at
 * most 1; null if fewer than half of the resamples have both values.
 */
export function testDifference(values: Float64Array, others: Float64Array): number | null {
  const differences = values.map((value, i) => value - (others[i] as number));
  const present = differences.filter((difference) => !Number.isNaN(difference));
  if (present.length === 0 || 2 * present.length < differences.length) return null;
  const above = present.filter((difference) => difference >= 0).length;
  const below = present.filter((difference) => difference <= 0).length;
  return Math.min(1, (2 * (1 + Math.min(above, below))) / (1 + present.length));
}

/** Holm's correction: the i-th smallest of n is multiplied by n + 1 - i, and none falls below the one before; null stays. */
export function correctByHolm(pValues: readonly (number | null)[]): (number | null)[] {
  const order = [...pValues.keys()]
    .filter((i) => pValues[i] !== null)
    .sort((a, b) => (pValues[a] as number) - (pValues[b] as number) || a - b);
  const corrected: (number | null)[] = pValues.map(() => null);
  let floor = 0;
  order.forEach((position, rank) => {
    floor = Math.max(floor, Math.min(1, (pValues[position] as number) * (order.length - rank)));
    corrected[position] = floor;
  });
  return corrected;
}

function intervalOf(draws: Float64Array): readonly [number, number] | null {
  const present = draws.filter((value) => !Number.isNaN(value));
  if (present.length === 0 || 2 * present.length < draws.length) return null;
  return [quantile(present, TAIL), quantile(present, 1 - TAIL)];
}

/** Values that are shown alike are equally good. */
function shownWorth(name: FigureName, value: number): number {
  return worth(name, Math.round(value * DECIMALS) / DECIMALS);
}
