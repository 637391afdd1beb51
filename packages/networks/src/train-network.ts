import {
  type Device,
  type LearningRateSchedule,
  learningRateAt,
  type OptimizerOptions,
} from '@ganscout/autodiff';
import { explainStep, refuseHeldBack } from './diverged-training.js';
import { judgeHeldBack } from './held-back-figures.js';
import { type BatchSource, batchesOf } from './labelled-patches.js';
import { checkPlan, type NetworkPlan } from './network-plan.js';
import { decodeProgress, encodeProgress, encodeWeights } from './training-checkpoint.js';
import { createTrainingGraph, type TrainingGraph } from './training-graph.js';
import { bestEpochOf, type EpochFigures, isOutOfPatience } from './training-history.js';
import { decodeWeights } from './weight-file.js';
import type { Weights } from './weights.js';

/** What is trained, and on what. */
export interface NetworkTraining {
  readonly plan: NetworkPlan;
  /** Where the arrays start, by name; what is missing is drawn from the seed. */
  readonly weights: Weights;
  /** The layer from which on the network learns, as `trainedFrom` takes it; null for all of it. */
  readonly trainFrom: string | null;
  /** Batches of `batchSize` patches. */
  readonly training: BatchSource;
  /** Batches of any size, the same in each epoch, that choose the best epoch; null keeps the last one. */
  readonly heldBack: BatchSource | null;
}

/** How it is trained. */
export interface NetworkTrainingOptions {
  /** Most epochs, at least 1. */
  readonly epochs: number;
  /** Patches of a step, at least 2 where batch norm learns. */
  readonly batchSize: number;
  /** Of initial weights and dropout. */
  readonly seed: number;
  readonly optimizer: OptimizerOptions;
  /** Over the steps of all epochs. */
  readonly schedule: LearningRateSchedule;
  /** Share of each target spread evenly over all classes, in [0, 1). */
  readonly labelSmoothing: number;
  /** C weights; null for equal ones. */
  readonly classWeights: readonly number[] | null;
  readonly maxGradientNorm: number | null;
  /** Epochs without a lower held-back loss after which training ends; null for none. */
  readonly patience: number | null;
  /** Threads inside an operator. */
  readonly threads: number;
  readonly device: Device;
}

/** A step as it is told of. */
export interface BatchReport {
  readonly epoch: number;
  /** From 1. */
  readonly batch: number;
  readonly batchCount: number;
  readonly loss: number;
  /** Share of the batch whose class was named right. */
  readonly accuracy: number;
  readonly learningRate: number;
  readonly gradientNorm: number;
  readonly imagesPerSecond: number;
}

/** An epoch as it is told of. */
export interface EpochReport extends EpochFigures {
  /** Training patches a second, without the judging of the held-back share. */
  readonly imagesPerSecond: number;
}

/** What a training can go on from, exactly as if it had not stopped. */
export interface Checkpoint {
  /** Optimizer's state, learned arrays and history: a safetensors file. */
  readonly last: Uint8Array;
  /** Every array of the network after the best epoch so far: a safetensors file that `weights` can start from. */
  readonly best: Uint8Array;
}

/** Who listens while a network trains, and what it needs of the world. */
export interface TrainingHooks {
  readonly onBatch?: (report: BatchReport) => void;
  readonly onEpoch?: (report: EpochReport) => void;
  /** Called after each epoch, after `onEpoch`; `best` is null if an earlier epoch is still the best. */
  readonly onCheckpoint?: (checkpoint: {
    readonly last: Uint8Array;
    readonly best: Uint8Array | null;
  }) => void;
  /** Milliseconds; differences count. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** A trained network. */
export interface TrainedNetwork {
  /** Every array of the network after the best epoch, by name. */
  readonly weights: Weights;
  readonly bestEpoch: number;
  readonly history: readonly EpochFigures[];
}

/**
 * Trains a classifier: softmax cross-entropy on patches, epoch after epoch, until `epochs` or `patience` are used up.
 *
 * Equal arguments give equal bytes on one machine's CPU, on up to six threads. A training that goes on from a checkpoint
 * gives the bytes of one that has not stopped; its arguments must be the same.
 *
 * @param from where an earlier training stopped; `weights` are not used then.
 * @throws {RangeError} if an option is out of range, or the plan or a layer does not fit.
 * @throws {TypeError} if weights, a batch or a checkpoint do not fit.
 * @throws {Error} if the loss, a gradient or the held-back loss is not finite; the text says where and what to try, and the
 *   checkpoints of earlier epochs stand.
 * @throws the signal's reason if it is aborted, between two steps.
 *
 * Cost: the network's memory for a batch, 16 bytes a learned number with Adam, and the batches that are loaded ahead.
 */
export async function trainNetwork(
  training: NetworkTraining,
  options: NetworkTrainingOptions,
  hooks: TrainingHooks,
  from: Checkpoint | null = null,
): Promise<TrainedNetwork> {
  checkTraining(training, options);
  const { plan, heldBack } = training;
  const progress = from === null ? null : decodeProgress(from.last);
  let best: Weights = from === null ? training.weights : decodeWeights(from.best, 'safetensors');
  const history: EpochFigures[] = [...(progress?.history ?? [])];
  const first = training.trainFrom ?? plan.backbone.layers[0]!;
  const graph = await createTrainingGraph(plan, best, first, { ...options, state: progress?.state ?? null });
  try {
    while (history.length < options.epochs && !isOutOfPatience(history, options.patience)) {
      const epoch = history.length + 1;
      const trained = await trainEpoch(graph, training.training, epoch, options, hooks);
      const weights = graph.weights();
      const judged =
        heldBack === null ? null : await judgeHeldBack(plan, weights, heldBack, { ...options, ...hooks });
      if (judged !== null && !Number.isFinite(judged.loss))
        refuseHeldBack(epoch, judged.loss, trained.learningRate);
      const { imagesPerSecond, ...figures } = trained;
      history.push({
        ...figures,
        heldBackLoss: judged?.loss ?? null,
        heldBackAccuracy: judged?.accuracy ?? null,
      });
      const isBest = bestEpochOf(history) === epoch;
      if (isBest) best = weights;
      hooks.onEpoch?.({ ...history.at(-1)!, imagesPerSecond });
      hooks.onCheckpoint?.({
        last: encodeProgress({ state: graph.trainer.state(), history }),
        best: isBest ? encodeWeights(best) : null,
      });
    }
  } finally {
    await graph.trainer.release();
  }
  return { weights: best, bestEpoch: bestEpochOf(history), history };
}

type TrainedEpoch = Omit<EpochReport, 'heldBackLoss' | 'heldBackAccuracy'>;

async function trainEpoch(
  graph: TrainingGraph,
  source: BatchSource,
  epoch: number,
  { epochs, batchSize, schedule }: NetworkTrainingOptions,
  { onBatch, now, signal }: TrainingHooks,
): Promise<TrainedEpoch> {
  const { batchCount } = source;
  const begun = now();
  const sums = { loss: 0, correct: 0, gradientNorm: 0 };
  let learningRate = 0;
  let stepBegun = begun;
  for await (const [batch, index] of batchesOf(source, epoch)) {
    signal.throwIfAborted();
    learningRate = learningRateAt(schedule, (epoch - 1) * batchCount + index, epochs * batchCount);
    const step = await graph.step(batch, learningRate).catch((error: unknown) => {
      throw explainStep(error, { epoch, batch: index + 1, batchCount, learningRate });
    });
    sums.loss += step.loss;
    sums.correct += step.correct;
    sums.gradientNorm += step.gradientNorm;
    const ended = now();
    const { loss, gradientNorm } = step;
    const imagesPerSecond = perSecond(batchSize, ended - stepBegun);
    const accuracy = step.correct / batchSize;
    onBatch?.({
      epoch,
      batch: index + 1,
      batchCount,
      loss,
      accuracy,
      learningRate,
      gradientNorm,
      imagesPerSecond,
    });
    stepBegun = ended;
  }
  return {
    epoch,
    learningRate,
    trainingLoss: sums.loss / batchCount,
    trainingAccuracy: sums.correct / (batchCount * batchSize),
    gradientNorm: sums.gradientNorm / batchCount,
    imagesPerSecond: perSecond(batchCount * batchSize, stepBegun - begun),
  };
}

/** 0 where the clock did not move. */
function perSecond(count: number, milliseconds: number): number {
  return milliseconds > 0 ? (1000 * count) / milliseconds : 0;
}

function checkTraining({ plan, training }: NetworkTraining, options: NetworkTrainingOptions): void {
  checkPlan(plan);
  const { epochs, batchSize, labelSmoothing, classWeights, patience } = options;
  const check = (name: string, isRight: boolean, expected: string, found: unknown) => {
    if (!isRight) throw new RangeError(`trainNetwork: ${name} must be ${expected}, got ${found}`);
  };
  check('epochs', Number.isInteger(epochs) && epochs >= 1, 'a positive integer', epochs);
  check('batchSize', Number.isInteger(batchSize) && batchSize >= 2, 'an integer of at least 2', batchSize);
  check('labelSmoothing', labelSmoothing >= 0 && labelSmoothing < 1, 'in [0, 1)', labelSmoothing);
  const isPatience = patience === null || (Number.isInteger(patience) && patience >= 1);
  check('patience', isPatience, 'a positive integer, or null', patience);
  const weightsFit = classWeights === null || classWeights.length === plan.classCount;
  check('classWeights', weightsFit, `${plan.classCount} numbers, one a class`, classWeights?.length);
  const arePositive =
    classWeights === null || classWeights.every((weight) => weight > 0 && weight < Infinity);
  check('classWeights', arePositive, 'positive', classWeights?.join(', '));
  check('training.batchCount', training.batchCount >= 1, 'at least 1', training.batchCount);
}
