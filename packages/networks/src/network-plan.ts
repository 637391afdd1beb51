import { type GraphValue, operators } from '@ganscout/autodiff';
import { type Backbone, type Normalization, sketchBackbone } from './backbone.js';
import { embeddingHead, linearHead } from './head.js';
import { Layers } from './layers.js';

/** Heads that a classifier may have: one linear layer, or the paper's of 512, 512 and 128 features. */
export const HEAD_NAMES = ['plain', 'paper'] as const;

export type HeadName = (typeof HEAD_NAMES)[number];

/** What a classifier is made of, besides its weights. */
export interface NetworkPlan {
  readonly backbone: Backbone;
  readonly head: HeadName;
  /** C, at least 2. */
  readonly classCount: number;
  /** Side P of the square patches it sees. */
  readonly patchSize: number;
}

/** What a classifier computes of N patches. */
export interface NetworkOutputs {
  /** N × D: the embedding of the paper's head, else what the backbone gives. */
  readonly features: GraphValue;
  /** N × C. */
  readonly logits: GraphValue;
  /** Feature maps by the layer that makes them, in order. */
  readonly maps: ReadonlyMap<string, GraphValue>;
}

/**
 * Adds a whole classifier to the graph.
 *
 * @param pixels N × 3 × P × P, red, green, blue, each from 0 to 255; normalized here.
 * @throws {RangeError} if the patches do not fit the backbone, or the class count is less than 1.
 */
export function buildNetwork(layers: Layers, pixels: GraphValue, plan: NetworkPlan): NetworkOutputs {
  const { features: found, maps } = plan.backbone.build(
    layers,
    normalize(pixels, plan.backbone.normalization),
  );
  const head = plan.head === 'paper' ? embeddingHead : linearHead;
  const { embedding: features, logits } = head(layers, found, plan.classCount);
  return { features, logits, maps };
}

/** Builds a classifier without drawing its arrays, to learn their names and shapes. */
export function sketchNetwork(plan: NetworkPlan): Layers {
  const layers = new Layers(plan.backbone.name, { isSketch: true });
  buildNetwork(layers, layers.graph.input('images', [1, 3, plan.patchSize, plan.patchSize]), plan);
  return layers;
}

/** @throws {RangeError} if the patches do not fit the backbone, the head is not known, or there are not two classes. */
export function checkPlan({ backbone, head, classCount, patchSize }: NetworkPlan): void {
  if (!HEAD_NAMES.includes(head)) {
    throw new RangeError(`head must be one of ${HEAD_NAMES.join(', ')}, got ${head}`);
  }
  if (!Number.isInteger(classCount) || classCount < 2) {
    throw new RangeError(`a classifier must tell at least two classes apart, got ${classCount}`);
  }
  sketchBackbone(backbone, patchSize);
}

/** (pixels / 255 - mean) / deviation, as one product and one sum. */
export function normalize(pixels: GraphValue, { mean, deviation }: Normalization): GraphValue {
  const { graph } = pixels;
  const scale = deviation.map((value) => 1 / (255 * value));
  const shift = mean.map((value, i) => -value / deviation[i]!);
  const constant = (values: readonly number[]) => graph.constant(Float32Array.from(values), [3, 1, 1]);
  return operators.add(operators.mul(pixels, constant(scale)), constant(shift));
}
