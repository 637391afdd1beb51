import {
  accuracy,
  balancedAccuracy,
  bootstrapIntervals,
  classifierAuroc,
  confusionMatrix,
} from '@ganscout/metrics';
import { numberGroups } from '../study.js';
import { type Judgement, likeliest } from './judge-images.js';
import { type LabelledImages, labelsOf } from './labelled-images.js';

/** How the test images of a source fared. */
export interface SourceFigures {
  readonly source: string;
  readonly label: string;
  readonly images: number;
  /** Share of them whose label was named right; null without one. */
  readonly recall: number | null;
  /** One a label: images that were taken for it. */
  readonly takenFor: readonly number[];
}

/** Names of the figures that have intervals. */
export const FIGURE_NAMES = ['accuracy', 'balancedAccuracy', 'auroc'] as const;

/** How a classifier did on images it has not learned from. */
export interface ClassifierFigures {
  readonly labels: readonly string[];
  /** Test images that were judged. */
  readonly images: number;
  /** Test images that could not be read any more. */
  readonly unreadable: number;
  /** Share of images named right; mean over the labels of that share; area under the ROC curve, of fake against real or else the
   * mean of each source against all others. Null where a figure is not defined. */
  readonly figures: Readonly<Record<(typeof FIGURE_NAMES)[number], number | null>>;
  /** Bootstrap intervals over groups of images, 95 %. */
  readonly intervals: Readonly<Record<string, readonly [number, number]>>;
  readonly bySource: readonly SourceFigures[];
}

/**
 * Scores the judgements of the test part.
 *
 * @param judgements one a row of `split.test`. @param seed of the bootstrap.
 */
export function scoreTest(
  images: LabelledImages,
  judgements: readonly Judgement[],
  seed: number,
): ClassifierFigures {
  const { labels, sources, labelOfSource, split, records } = images;
  const kept = [...judgements.keys()].filter((i) => judgements[i]?.probabilities !== null);
  const rows = Int32Array.from(kept, (i) => split.test[i] as number);
  const allLabels = labelsOf(images);
  const truth = rows.map((row) => allLabels[row] as number);
  const probabilities = kept.map((i) => judgements[i]?.probabilities as Float64Array);
  const predicted = Int32Array.from(probabilities, likeliest);
  const scores = Float64Array.from(probabilities.flatMap((own) => [...own]));
  const figuresOf = (drawn: Int32Array) => {
    const [named, wanted] = [pick(predicted, drawn), pick(truth, drawn)];
    const drawnScores = pickRows(scores, drawn, labels.length);
    return {
      accuracy: accuracy(wanted, named),
      balancedAccuracy: balancedAccuracy(wanted, named),
      auroc: classifierAuroc(wanted, drawnScores, labels.length),
    };
  };
  const groups = numberGroups(Array.from(rows, (row) => records[row] as (typeof records)[number]));
  const drawnIntervals = bootstrapIntervals(figuresOf, rows.length, { seed, groups });
  const intervals: Record<string, readonly [number, number]> = {};
  for (const name of FIGURE_NAMES) {
    const interval = drawnIntervals[name];
    if (interval !== undefined) intervals[name] = [interval.low, interval.high];
  }
  const sourceOfRows = rows.map((row) => images.sourceOf[row] as number);
  const counts = confusionMatrix(sourceOfRows, predicted, sources.length, labels.length);
  return {
    labels,
    images: rows.length,
    unreadable: judgements.length - rows.length,
    figures: figuresOf(Int32Array.from(rows.keys())),
    intervals,
    bySource: sources.map((source, i) => {
      const takenFor = Array.from(counts.subarray(i * labels.length, (i + 1) * labels.length));
      const total = takenFor.reduce((sum, count) => sum + count, 0);
      const label = labelOfSource[i] as number;
      const recall = total === 0 ? null : (takenFor[label] as number) / total;
      return { source, label: labels[label] as string, images: total, recall, takenFor };
    }),
  };
}

function pick(values: Int32Array, rows: Int32Array): Int32Array {
  return rows.map((row) => values[row] as number);
}

function pickRows(values: Float64Array, rows: Int32Array, width: number): Float64Array {
  const picked = new Float64Array(rows.length * width);
  for (const [i, row] of rows.entries())
    picked.set(values.subarray(row * width, (row + 1) * width), i * width);
  return picked;
}
