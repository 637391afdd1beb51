import { formatCsvRow, type ImageRecord } from '@ganscout/images';
import { rounded } from '../outputs.js';
import type { ClassifierFigures } from './classifier-figures.js';
import { type Judgement, likeliest } from './judge-images.js';
import type { LabelledImages } from './labelled-images.js';

/** `split.csv`: one row an input, with its part, or why it has none. */
export function formatSplit({ inspected, records, split }: LabelledImages): string {
  const partOf = new Map<ImageRecord, string>();
  for (const [part, rows] of [
    ['training', split.training],
    ['held_back', split.heldBack],
    ['test', split.test],
  ] as const) {
    for (const row of rows) partOf.set(records[row] as ImageRecord, part);
  }
  return [
    formatCsvRow(['image_id', 'path', 'source', 'group', 'status', 'reason', 'part']),
    ...inspected.records.map((record) => {
      const { id, path, source, group, status, reason } = record;
      return formatCsvRow([id, path, source, group, status, reason, partOf.get(record) ?? '']);
    }),
  ].join('');
}

/** `confusion.csv`: one row a source, with its test images, how many were named right, and what they were taken for. */
export function formatConfusion({
  bySource,
  labels,
}: Pick<ClassifierFigures, 'bySource' | 'labels'>): string {
  return [
    formatCsvRow(['source', 'label', 'images', 'recall', ...labels]),
    ...bySource.map(({ source, label, images, recall, takenFor }) =>
      formatCsvRow([source, label, images, recall === null ? null : rounded(recall), ...takenFor]),
    ),
  ].join('');
}

/** `predictions.csv`: one row a test image, with the probability of each label. */
export function formatPredictions(
  { records, sources, sourceOf, labels, labelOfSource, split }: LabelledImages,
  judgements: readonly Judgement[],
): string {
  return [
    formatCsvRow(['image_id', 'path', 'source', 'label', 'taken_for', 'right', ...labels]),
    ...Array.from(split.test, (row, i) => {
      const { id, path } = records[row] as ImageRecord;
      const source = sourceOf[row] as number;
      const { probabilities, reason } = judgements[i] as Judgement;
      const own = [id, path, sources[source] as string, labels[labelOfSource[source] as number] as string];
      if (probabilities === null) return formatCsvRow([...own, reason, '', ...labels.map(() => null)]);
      const best = likeliest(probabilities);
      const isRight = best === labelOfSource[source];
      return formatCsvRow([...own, labels[best] as string, isRight, ...Array.from(probabilities, rounded)]);
    }),
  ].join('');
}
