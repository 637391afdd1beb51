import type { InputCounts, LabelState, RunEvent } from '@ganscout/pipeline';
import { countLabels } from './label-counts.js';
import { formatCount, formatFigure } from './tables.js';

type StageEnd = Extract<RunEvent, { type: 'stage-end' }>;

/** Names a stage on a progress line: `round 2 merge`. What is done once is round 0 or 1 and goes by its name alone. */
export function nameStage(round: number | null, stage: string): string {
  return round === null || round === 0 || stage === 'describe' ? stage : `round ${round} ${stage}`;
}

/** `round 2 merge: 14 discovered sources, 1840 of 2400 images assigned, 0.4 s`. */
export function describeStageEnd({ round, stage, kept, seconds, state }: StageEnd): string {
  const labels = state === null ? [] : [describeLabels(state)];
  const time = kept ? 'kept from before' : formatSeconds(seconds);
  return `${nameStage(round, stage)}: ${[...labels, time].join(', ')}`;
}

/** `round 2 train: epoch 3 of 20, loss 0.412, accuracy 0.870, 640 crops/s`. */
export function describeEpoch(event: Extract<RunEvent, { type: 'epoch' }>): string {
  const { round, epoch, epochs, loss, accuracy, cropsPerSecond } = event;
  const figures = `loss ${formatFigure(loss)}, accuracy ${formatFigure(accuracy)}`;
  return `${nameStage(round, 'train')}: epoch ${epoch} of ${epochs}, ${figures}, ${Math.round(cropsPerSecond)} crops/s`;
}

/** `round 2 merge: average purity 0.912, NMI 0.850 over the whole discovery set`. */
export function describeFigures({ round, stage, figures }: Extract<RunEvent, { type: 'figures' }>): string {
  const purity = formatFigure(figures.wholeAveragePurity);
  const nmi = formatFigure(figures.wholeNmi);
  return `${nameStage(round, stage)}: average purity ${purity}, NMI ${nmi} over the whole discovery set`;
}

/** `round 2: 14 discovered sources, 1840 of 2400 images assigned; labels changed`. */
export function describeRoundEnd({
  round,
  state,
  changed,
}: Extract<RunEvent, { type: 'round-end' }>): string {
  return `round ${round}: ${describeLabels(state)}; ${changed ? 'labels changed' : 'no label changed'}`;
}

/** One line for each set: how many images, where their labels came from, and how many cannot be used. */
export function describeInputs({ known, discovery }: Extract<RunEvent, { type: 'inputs' }>): string[] {
  return [`known set: ${describeCounts(known)}`, `discovery set: ${describeCounts(discovery)}`];
}

function describeCounts({ total, ok, unreadable, tooSmall, duplicate, labelSource }: InputCounts): string {
  const problems = [
    [unreadable, 'unreadable'],
    [tooSmall, 'too small'],
    [duplicate, 'with the same bytes as another'],
  ] as const;
  const left = problems.filter(([count]) => count > 0).map(([count, problem]) => `${count} ${problem}`);
  const used = ok === total ? '' : `, ${ok} used`;
  return [
    `${formatCount(total, 'image')}${used}${left.length === 0 ? '' : ` (${left.join(', ')})`}`,
    `labels: ${labelSource === '' ? 'none' : labelSource}`,
  ].join('; ');
}

function describeLabels(state: LabelState): string {
  const { clusters, assigned, total } = countLabels(state);
  return `${formatCount(clusters, 'discovered source')}, ${assigned} of ${total} images assigned`;
}

function formatSeconds(seconds: number): string {
  return seconds < 100 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds)} s`;
}
