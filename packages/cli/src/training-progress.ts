import type { TrainingEvent, TrainingListener } from '@ganscout/pipeline';
import type { Progress } from './progress.js';
import { formatCount, formatFigure } from './tables.js';

type Start = Extract<TrainingEvent, { type: 'start' }>;
type EpochEnd = Extract<TrainingEvent, { type: 'epoch' }>;
type Inputs = Extract<TrainingEvent, { type: 'inputs' }>;

/** Shows how a training goes: what it works on, images a second and time left, and one line an epoch. */
export function trainingListener(progress: Progress): TrainingListener {
  let start: Start | null = null;
  return (event) => {
    switch (event.type) {
      case 'warning':
        return progress.warn(event.message);
      case 'inputs':
        return progress.note(describeInputs(event));
      case 'progress':
        return progress.advance(TASKS[event.task], event.done, event.total, 'images');
      case 'start':
        start = event;
        return progress.note(describeStart(event));
      case 'epoch':
        return progress.note(describeEpoch(event));
      case 'batch': {
        const { batchSize, epochs } = start as Start;
        const done = (event.epoch - 1) * event.batchCount + event.batch;
        return progress.advance(
          'training',
          done * batchSize,
          epochs * event.batchCount * batchSize,
          'patches',
        );
      }
    }
  };
}

const TASKS = { inputs: 'reading', test: 'test', classify: 'classify' } as const;

function describeInputs({ images, sources, training, heldBack, test }: Inputs): string {
  const { unreadable, tooSmall, duplicate, labelSource } = images;
  const left = [
    [unreadable, 'unreadable'],
    [tooSmall, 'too small'],
    [duplicate, 'with the same bytes as another'],
  ] as const;
  const problems = left.filter(([count]) => count > 0).map(([count, problem]) => `, ${count} ${problem}`);
  const used = `${formatCount(images.ok, 'image')} of ${formatCount(sources, 'source')}${problems.join('')}`;
  return `${used}; labels: ${labelSource}; ${training} to learn from, ${heldBack} held back, ${test} for the test`;
}

function describeStart({ afterEpoch, epochs, batchesPerEpoch, batchSize, device, threads }: Start): string {
  const where = `on ${device}, ${formatCount(threads, 'thread')}`;
  const what = `${batchesPerEpoch} batches of ${batchSize} an epoch`;
  return afterEpoch === 0
    ? `training ${formatCount(epochs, 'epoch')} ${where}: ${what}`
    : `training goes on after epoch ${afterEpoch} of ${epochs} ${where}: ${what}`;
}

function describeEpoch(event: EpochEnd): string {
  const { epoch, trainingLoss, trainingAccuracy, heldBackLoss, heldBackAccuracy } = event;
  const heldBack =
    heldBackLoss === null
      ? ''
      : `; held back: loss ${formatFigure(heldBackLoss)}, accuracy ${formatFigure(heldBackAccuracy)}`;
  const rate = `${Math.round(event.imagesPerSecond)} patches/s`;
  return `epoch ${epoch}: loss ${formatFigure(trainingLoss)}, accuracy ${formatFigure(trainingAccuracy)}${heldBack}; ${rate}`;
}
