import {
  createTrainer,
  NonFiniteLossError,
  reproducibleThreads,
  type Tensor,
  type Trainer,
} from '@ganscout/autodiff';
import { type FeatureSet, selectRows } from '@ganscout/data-model';
import { createRandom, fitStandardization, type Standardization } from '@ganscout/numeric';
import { balancedClassWeights, drawBatches, type HoldOut, holdOutRows } from './embedding-batches.js';
import { createDropoutMasks } from './embedding-dropout.js';
import { createEmbeddingModel, type EmbeddingEpoch, type EmbeddingModel, embed } from './embedding-model.js';
import { buildTrainingGraph, type EmbeddingParameters, type EmbeddingShape } from './embedding-network.js';
import { continuedParameters, initialParameters } from './embedding-parameters.js';
import type { EmbeddingOptions } from './options-embedding.js';

/** What surrounds a training. */
export interface EmbeddingTrainingContext {
  readonly seed: number;
  /** Round of the discovery, from 1; default 1. */
  readonly round?: number;
  /** Model of the round before, for a warm start. */
  readonly previous?: EmbeddingModel;
  /** Mean and deviation to standardize by, usually the known set's; by default the previous model's in a warm start, else the rows' own. */
  readonly standardization?: Standardization;
  /** Threads at the most, by default 1: fewer work where a batch is too small for the same bits on all of them. */
  readonly threads?: number;
  /** Called after each epoch. */
  readonly onEpoch?: (epoch: EmbeddingEpoch) => void;
  /** Looked at before each step. */
  readonly signal?: AbortSignal;
}

/**
 * Trains the embedding network: hidden layers of linear map, ReLU and dropout, one linear layer to the classes,
 * weighted softmax cross-entropy, Adam.
 *
 * Every batch is full: the last one of an epoch is filled up with its first rows, and fewer rows than `batchSize` make
 * one batch. With `earlyStopping` the parameters of the best epoch are returned. Equal arguments give equal bytes,
 * whatever the number of threads.
 *
 * @param features N × D, N ≥ 1; not modified. @param labels N, each in [0, classCount); not modified.
 * @throws {TypeError} if there is not one label for each row, or a warm start does not fit.
 * @throws {RangeError} if a label, classCount or N is out of range. @throws {Error} if the loss becomes NaN or infinite.
 * @throws the signal's reason if it is aborted.
 *
 * Cost: 6 · N · parameters operations an epoch; memory of four copies of the parameters and their outputs.
 * Source: Girish et al., ICCV 2021, and published code.
 * Departs from the source: descriptors in place of a trained backbone.
 */
export async function trainEmbedding(
  features: FeatureSet,
  labels: Int32Array,
  classCount: number,
  options: EmbeddingOptions,
  context: EmbeddingTrainingContext,
): Promise<EmbeddingModel> {
  checkTrainingSet(features, labels, classCount);
  const { seed, round = 1 } = context;
  const shape: EmbeddingShape = { dims: features.dims, hiddenSizes: options.hiddenSizes, classCount };
  const previous = options.warmStart ? context.previous : undefined;
  const standardization =
    context.standardization ?? previous?.standardization ?? fitStandardization(features.data, features.dims);
  const initial =
    previous === undefined ? initialParameters(shape, seed) : continuedParameters(shape, previous, seed);
  const share = options.earlyStopping?.share ?? 0;
  const rows = holdOutRows(labels, classCount, share, createRandom(seed, 'embedding/hold-out'));
  const classWeights =
    options.classWeights === 'balanced' ? balancedClassWeights(labels, rows.training, classCount) : null;
  const plan = { shape, standardization, initial, rows, classWeights };
  const { parameters, history } = await runEpochs(features, labels, plan, options, context);
  return createEmbeddingModel({ ...shape, standardization, parameters, round, history });
}

interface TrainingPlan {
  readonly shape: EmbeddingShape;
  readonly standardization: Standardization;
  readonly initial: EmbeddingParameters;
  readonly rows: HoldOut;
  readonly classWeights: Float32Array | null;
}

interface TrainedNetwork {
  readonly parameters: EmbeddingParameters;
  readonly history: readonly EmbeddingEpoch[];
}

async function runEpochs(
  features: FeatureSet,
  labels: Int32Array,
  plan: TrainingPlan,
  options: EmbeddingOptions,
  { seed, threads = 1, onEpoch, signal }: EmbeddingTrainingContext,
): Promise<TrainedNetwork> {
  const batchSize = Math.min(options.batchSize, plan.rows.training.length);
  const trainer = await startTrainer(plan, options, batchSize, threads);
  const fillFeeds = createFeeds(features, labels, plan.shape, { ...options, batchSize, seed });
  const order = createRandom(seed, 'embedding/order');
  const history: EmbeddingEpoch[] = [];
  let best = { epoch: 0, loss: Number.POSITIVE_INFINITY, parameters: plan.initial };
  try {
    for (let epoch = 1; epoch <= options.epochs; epoch++) {
      let sum = 0;
      const batches = drawBatches(plan.rows.training, batchSize, order);
      for (const batch of batches) {
        signal?.throwIfAborted();
        sum += await takeStep(trainer, fillFeeds(batch), options.learningRate, epoch);
      }
      const parameters = trainer.parameters();
      const heldBackLoss = await judge(features, labels, plan, parameters);
      history.push({ epoch, loss: sum / batches.length, heldBackLoss });
      onEpoch?.(history.at(-1)!);
      const judged = heldBackLoss ?? Number.NEGATIVE_INFINITY;
      if (heldBackLoss === null || judged < best.loss) best = { epoch, loss: judged, parameters };
      else if (epoch - best.epoch >= options.earlyStopping!.patience) break;
    }
    return { parameters: best.parameters, history };
  } finally {
    await trainer.release();
  }
}

function startTrainer(
  plan: TrainingPlan,
  options: EmbeddingOptions,
  batchSize: number,
  threads: number,
): Promise<Trainer> {
  const { dropout, labelSmoothing, weightDecay } = options;
  const setup = { batchSize, dropout, labelSmoothing, classWeights: plan.classWeights };
  const { loss, parameters } = buildTrainingGraph(plan.shape, plan.standardization, setup);
  const trained = Object.entries(parameters).map(([name, value]) => [
    name,
    { value, initial: plan.initial[name]! },
  ]);
  return createTrainer(loss, Object.fromEntries(trained), {
    optimizer: { kind: 'adam', weightDecay },
    threads: reproducibleThreads(threads, batchSize),
  });
}

/** Returns a function that puts a batch, with new dropout masks, into the same tensors each time. */
function createFeeds(
  features: FeatureSet,
  labels: Int32Array,
  { dims, hiddenSizes }: EmbeddingShape,
  { batchSize, dropout, seed }: { batchSize: number; dropout: number; seed: number },
): (rows: Int32Array) => Record<string, Tensor> {
  const data = new Float32Array(batchSize * dims);
  const targets = new BigInt64Array(batchSize);
  const feeds: Record<string, Tensor> = {
    features: { type: 'float32', dims: [batchSize, dims], data },
    labels: { type: 'int64', dims: [batchSize], data: targets },
  };
  const source = createDropoutMasks(createRandom(seed, 'embedding/dropout'), dropout);
  const masks = dropout === 0 ? [] : hiddenSizes.map((size) => new Float32Array(batchSize * size));
  masks.forEach((mask, i) => {
    feeds[`mask${i + 1}`] = { type: 'float32', dims: [batchSize, hiddenSizes[i]!], data: mask };
  });
  return (rows) => {
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      data.set(features.data.subarray(row * dims, (row + 1) * dims), i * dims);
      targets[i] = BigInt(labels[row]!);
    }
    for (const mask of masks) source.fill(mask);
    return feeds;
  };
}

/** Mean weighted cross-entropy of the held-back rows without dropout; null if there is none. */
async function judge(
  features: FeatureSet,
  labels: Int32Array,
  { shape, standardization, rows, classWeights }: TrainingPlan,
  parameters: EmbeddingParameters,
): Promise<number | null> {
  if (rows.heldBack.length === 0) return null;
  const model = createEmbeddingModel({ ...shape, standardization, parameters, round: 1, history: [] });
  const logits = await embed(model, selectRows(features, rows.heldBack), 'logits');
  let sum = 0;
  let total = 0;
  rows.heldBack.forEach((row, i) => {
    const scores = logits.data.subarray(i * shape.classCount, (i + 1) * shape.classCount);
    const largest = scores.reduce((a, b) => Math.max(a, b));
    const partition = scores.reduce((part, score) => part + Math.exp(score - largest), 0);
    const weight = classWeights?.[labels[row]!] ?? 1;
    sum += weight * (Math.log(partition) + largest - scores[labels[row]!]!);
    total += weight;
  });
  return sum / total;
}

async function takeStep(
  trainer: Trainer,
  feeds: Readonly<Record<string, Tensor>>,
  learningRate: number,
  epoch: number,
): Promise<number> {
  try {
    return (await trainer.step(feeds, learningRate)).loss;
  } catch (error) {
    if (!(error instanceof NonFiniteLossError)) throw error;
    const { loss, gradientNorm } = error;
    const found =
      gradientNorm === null ? `got ${loss}` : `got ${loss} with gradients of norm ${gradientNorm}`;
    throw new Error(
      `trainEmbedding: the loss must stay finite, ${found} in epoch ${epoch}; try a lower learningRate`,
      { cause: error },
    );
  }
}

function checkTrainingSet(features: FeatureSet, labels: Int32Array, classCount: number): void {
  const rows = features.ids.length;
  if (rows === 0) throw new RangeError('trainEmbedding: at least one row is needed, got none');
  if (labels.length !== rows)
    throw new TypeError(`trainEmbedding: ${rows} labels are needed, got ${labels.length}`);
  if (!Number.isInteger(classCount) || classCount < 2) {
    throw new RangeError(`trainEmbedding: classCount must be an integer of at least 2, got ${classCount}`);
  }
  const row = labels.findIndex((label) => label < 0 || label >= classCount);
  if (row >= 0) {
    throw new RangeError(
      `trainEmbedding: labels must be in [0, ${classCount}), got ${labels[row]} in row ${row}`,
    );
  }
}
