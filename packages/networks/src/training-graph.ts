import {
  createTrainer,
  type Device,
  type OptimizerOptions,
  operators,
  type Tensor,
  type Trainer,
  type TrainerState,
} from '@ganscout/autodiff';
import { createRandom, type Random } from '@ganscout/numeric';
import { checkBatch, type LabelledPatches, pixelTensor } from './labelled-patches.js';
import { type DropoutMask, Layers } from './layers.js';
import { buildNetwork, type NetworkPlan } from './network-plan.js';
import { trainedFrom } from './trained-layers.js';
import type { Weights } from './weights.js';

/** What a training step depends on. */
export interface TrainingGraphOptions {
  readonly batchSize: number;
  readonly seed: number;
  readonly optimizer: OptimizerOptions;
  readonly labelSmoothing: number;
  /** C values; null for equal weights. */
  readonly classWeights: readonly number[] | null;
  readonly maxGradientNorm: number | null;
  readonly threads: number;
  readonly device: Device;
  readonly state: TrainerState | null;
}

/** What a step came to. */
export interface StepFigures {
  readonly loss: number;
  readonly gradientNorm: number;
  /** Patches whose class was named right. */
  readonly correct: number;
}

/** A network in training. */
export interface TrainingGraph {
  readonly trainer: Trainer;
  /** Learns from a batch; throws as `Trainer.step`, and if the batch does not fit. */
  step(batch: LabelledPatches, learningRate: number): Promise<StepFigures>;
  /** All arrays of the network as they are now, by name. */
  weights(): Weights;
}

/**
 * Builds the graph of a training step.
 *
 * @param weights where the arrays start; what is missing is drawn from the seed.
 * @param first the layer from which on the network learns, as `trainedFrom` takes it.
 * @throws {TypeError} if weights have another shape. @throws {RangeError} if the layer is not known, or an option is out of range.
 */
export async function createTrainingGraph(
  plan: NetworkPlan,
  weights: Weights,
  first: string,
  options: TrainingGraphOptions,
): Promise<TrainingGraph> {
  const { batchSize, seed, optimizer, maxGradientNorm, threads, device, state } = options;
  const layers = new Layers(plan.backbone.name, {
    weights,
    seed,
    isTrained: trainedFrom(plan.backbone, first),
    layout: plan.backbone.trainingLayout,
  });
  const { arrays } = layers;
  const shape = [batchSize, 3, plan.patchSize, plan.patchSize];
  const { logits } = buildNetwork(layers, layers.graph.input('images', shape), plan);
  const loss = addLoss(layers, logits, options);
  const trainer = await createTrainer(loss, Object.fromEntries(arrays.parameters), {
    buffers: Object.fromEntries(arrays.averages),
    outputs: { logits },
    optimizer,
    maxGradientNorm,
    threads,
    device,
    state,
  });
  arrays.forgetLearned();
  const pixels = new Float32Array(shape.reduce((a, b) => a * b, 1));
  return {
    trainer,
    weights: () => arrays.weightsAfter({ ...trainer.parameters(), ...trainer.buffers() }),
    async step(batch, learningRate) {
      checkBatch(batch, { count: batchSize, ...plan });
      const random = (input: string) => createRandom(seed, `dropout/${input}/${trainer.steps}`);
      const feeds: Record<string, Tensor> = {
        images: pixelTensor(batch.patches, pixels),
        labels: { type: 'int64', dims: [batchSize], data: BigInt64Array.from(batch.labels, BigInt) },
      };
      for (const mask of layers.dropoutMasks) feeds[mask.input] = drawMask(mask, random(mask.input));
      const { loss: value, gradientNorm, outputs } = await trainer.step(feeds, learningRate);
      const correct = countCorrect(outputs.logits!.data as Float32Array, batch.labels, plan.classCount);
      return { loss: value, gradientNorm, correct };
    },
  };
}

function addLoss(
  { graph }: Layers,
  logits: Parameters<typeof operators.softmaxCrossEntropy>[0],
  { batchSize, labelSmoothing, classWeights }: TrainingGraphOptions,
) {
  const labels = graph.input('labels', [batchSize], 'int64');
  const weights =
    classWeights === null ? null : graph.constant(Float32Array.from(classWeights), [classWeights.length]);
  return operators.softmaxCrossEntropy(logits, labels, { classWeights: weights, labelSmoothing });
}

/** Inverted dropout: what stays is scaled, so that nothing needs to be in use. */
function drawMask({ shape, rate }: DropoutMask, random: Random): Tensor {
  const kept = 1 / (1 - rate);
  const length = shape.reduce((a, b) => a * b, 1);
  const data = Float32Array.from({ length }, () => (random.uniform() < rate ? 0 : kept));
  return { type: 'float32', dims: shape, data };
}

/** Rows whose largest logit, the first of equal ones, is that of the label. */
function countCorrect(logits: Float32Array, labels: Int32Array, classCount: number): number {
  let correct = 0;
  for (const [row, label] of labels.entries()) {
    const own = logits.subarray(row * classCount, (row + 1) * classCount);
    let best = 0;
    for (let c = 1; c < classCount; c++) if (own[c]! > own[best]!) best = c;
    if (best === label) correct++;
  }
  return correct;
}
