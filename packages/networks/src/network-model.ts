import { createSession, type Device, operators, type Session } from '@ganscout/autodiff';
import { type PatchPixels, pixelTensor } from './labelled-patches.js';
import { Layers } from './layers.js';
import { buildNetwork, type NetworkPlan } from './network-plan.js';
import type { Weights } from './weights.js';

/** Names of the model's input and outputs. */
export const MODEL_VALUES = {
  images: 'images',
  logits: 'logits',
  logProbabilities: 'log_probabilities',
  probabilities: 'probabilities',
  features: 'features',
} as const;

/** Where a model runs. */
export interface ModelOptions {
  /** Threads inside an operator; default 1. */
  readonly threads?: number;
  /** Default `cpu`. */
  readonly device?: Device;
}

/** What a classifier says of N patches, row-major. */
export interface PatchScores {
  /** N × C, the logarithms of the probabilities. */
  readonly logProbabilities: Float32Array;
  /** N × D. */
  readonly features: Float32Array;
}

/** A classifier that is ready to run. */
export interface PatchScorer {
  /** @throws {TypeError} if the patches are not of the model's size. */
  score(patches: PatchPixels): Promise<PatchScores>;
  /** Frees the memory of the model. */
  release(): Promise<void>;
}

/**
 * Encodes the network in use as an ONNX file: batch norm by the running averages, no dropout, any number of patches.
 *
 * Input `images`, N × 3 × P × P float32: red, green and blue from 0 to 255, normalized inside. Outputs `logits`,
 * `log_probabilities` and `probabilities`, N × C, and `features`, N × D.
 *
 * @param weights every array of the network, by name.
 * @throws {TypeError} if an array is missing or has another shape.
 */
export function encodeNetwork(
  plan: NetworkPlan,
  weights: Weights,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const layers = new Layers(plan.backbone.name, { weights, isSketch: true });
  const { graph } = layers;
  const images = graph.input(MODEL_VALUES.images, ['N', 3, plan.patchSize, plan.patchSize]);
  const { features, logits } = buildNetwork(layers, images, plan);
  layers.arrays.requireGiven('encodeNetwork');
  graph.output(MODEL_VALUES.logits, logits);
  graph.output(MODEL_VALUES.logProbabilities, operators.logSoftmax(logits));
  graph.output(MODEL_VALUES.probabilities, operators.softmax(logits));
  graph.output(MODEL_VALUES.features, features);
  return graph.encode(metadata);
}

/**
 * Loads a model that {@link encodeNetwork} wrote.
 *
 * @throws {RangeError} if the installed onnxruntime was not built for the device. @throws {Error} if it cannot load the model.
 */
export async function createPatchScorer(
  model: Uint8Array,
  patchSize: number,
  options: ModelOptions = {},
): Promise<PatchScorer> {
  const session = await createSession(model, options);
  return {
    score: (patches) => scorePatches(session, patches, patchSize),
    release: () => session.release(),
  };
}

async function scorePatches(session: Session, patches: PatchPixels, patchSize: number): Promise<PatchScores> {
  if (patches.patchSize !== patchSize) {
    throw new TypeError(`the classifier sees patches of side ${patchSize}, got ${patches.patchSize}`);
  }
  const images = pixelTensor(patches, new Float32Array(patches.data.length));
  const { logProbabilities, features } = MODEL_VALUES;
  const results = await session.run({ images }, [logProbabilities, features]);
  return {
    logProbabilities: results[logProbabilities]!.data as Float32Array,
    features: results[features]!.data as Float32Array,
  };
}
