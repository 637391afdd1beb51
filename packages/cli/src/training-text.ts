import { join } from 'node:path';
import type { ClassifierSummary, SourceFigures } from '@ganscout/pipeline';
import { escapeText } from './escape-text.js';
import { type Column, formatCount, formatFigure, formatTable } from './tables.js';

const FIGURES = [
  ['accuracy', 'accuracy'],
  ['balancedAccuracy', 'mean accuracy of the labels'],
  ['auroc', 'AUROC'],
] as const;

/** Formats the result of a training for reading: figures of the test part, each source, files. */
export function formatTraining(summary: ClassifierSummary, directory: string, width?: number): string {
  const { options, device, bestEpoch, history, counts, test } = summary;
  return [
    `${options.backbone} on ${device}: the best of ${formatCount(history.length, 'epoch')} is ${bestEpoch}.\n` +
      `Test: ${formatCount(test.images, 'image')} of ${formatCount(counts.sources, 'source')} that share no group with those learned from.\n`,
    `${formatTestFigures(summary, width)}Brackets hold 95 % bootstrap intervals.\n`,
    formatSources(summary, width),
    formatTrainingFiles(directory),
  ].join('\n');
}

function formatTestFigures({ test, options }: ClassifierSummary, width?: number): string {
  const columns: Column[] = [
    { title: 'figure', keep: 'start' },
    { title: 'value', align: 'right' },
    { title: '' },
  ];
  const meaning = (name: string, text: string) => {
    if (name !== 'auroc') return text;
    return options.binary ? 'AUROC, fake against real' : 'AUROC, each source against the rest';
  };
  const rows = FIGURES.map(([name, text]) => {
    const interval = test.intervals[name];
    const brackets = interval === undefined ? '' : `[${interval.map(formatFigure).join(', ')}]`;
    return [meaning(name, text), formatFigure(test.figures[name]), brackets];
  });
  return formatTable(columns, rows, width);
}

/** One line a source, the least recognized first. */
function formatSources({ test }: ClassifierSummary, width?: number): string {
  const columns: Column[] = [
    { title: 'source', keep: 'end' },
    { title: 'images', align: 'right' },
    { title: 'recall', align: 'right' },
    { title: 'else mostly taken for', keep: 'end' },
  ];
  const ordered = [...test.bySource].sort((a, b) => (a.recall ?? 0) - (b.recall ?? 0));
  const rows = ordered.map((own) => [
    own.source,
    String(own.images),
    formatFigure(own.recall),
    mostOften(own, test.labels),
  ]);
  return formatTable(columns, rows, width);
}

/** The label that a source is most often taken for wrongly, with the number of images. */
function mostOften({ takenFor, label }: SourceFigures, labels: readonly string[]): string {
  const wrong = takenFor.map((count, i) => (labels[i] === label ? 0 : count));
  const most = Math.max(...wrong);
  return most === 0 ? '-' : `${labels[wrong.indexOf(most)]} (${most})`;
}

function formatTrainingFiles(directory: string): string {
  const files = [
    ['model.onnx', 'the classifier, for "ganscout classify"'],
    ['summary.json', 'all figures'],
    ['confusion.csv', 'what the test images of each source were taken for'],
    ['predictions.csv', 'probabilities of every test image'],
    ['learning-curves.svg', 'loss and accuracy by epoch'],
    ['split.csv', 'the part of every input, or why it was left out'],
  ] as const;
  const lines = files.map(([file, meaning]) => `  ${escapeText(join(directory, file))}  ${meaning}\n`);
  return `Files:\n${lines.join('')}`;
}
