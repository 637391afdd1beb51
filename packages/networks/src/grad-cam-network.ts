import { type GraphValue, type ImportedModel, importModel } from '@ganscout/autodiff';
import type { ExplainableNetwork } from './grad-cam.js';
import { Layers } from './layers.js';
import { buildNetwork, type NetworkPlan } from './network-plan.js';
import type { Weights } from './weights.js';

/** How many images a network is built for, and of what size. */
export interface ImageBatchSize {
  /** Images at once. */
  readonly batch: number;
  readonly imageSize: readonly [height: number, width: number];
}

/** Operators that end a classifier and turn logits into probabilities. */
const ENDINGS = new Set(['Softmax', 'LogSoftmax', 'Sigmoid', 'Identity']);

/**
 * A classifier of ours in inference mode, from its plan and its weights; it takes pixels from 0 to 255.
 *
 * @param batch images at once. @throws {TypeError} if an array of the network is missing or has another shape.
 */
export function networkOfPlan(plan: NetworkPlan, weights: Weights, batch: number): ExplainableNetwork {
  const layers = new Layers(plan.backbone.name, { weights, isSketch: true });
  const images = layers.graph.input('images', [batch, 3, plan.patchSize, plan.patchSize]);
  const { logits, maps } = buildNetwork(layers, images, plan);
  layers.arrays.requireGiven('Grad-CAM');
  return { images, logits, maps };
}

/**
 * A classifier in an ONNX file of any tool. Its layers are the tensors of the file with four axes that lie between images and
 * logits and have more than one place; the logits are what stands before a softmax.
 *
 * @param bytes a whole file. @param output name of the logits or probabilities; by default the first output N × C.
 * @throws {TypeError} if the model does not turn images into such an output, or as `importModel`. @throws {RangeError} if a
 *   size does not fit.
 */
export function networkOfOnnx(
  bytes: Uint8Array,
  { batch, imageSize }: ImageBatchSize,
  output?: string,
): ExplainableNetwork {
  const outputs = output === undefined ? {} : { outputs: [output] };
  const model = importModel(bytes, { batch, imageSize, ...outputs });
  const images = findImages(model);
  const logits = findLogits(model);
  const between = valuesBetween(images, logits);
  const maps = [...model.values].filter(([, value]) => between.has(value) && isMap(value));
  if (maps.length === 0) {
    throw new TypeError('Grad-CAM: the model must have feature maps of four axes between images and output');
  }
  return { images, logits, maps: new Map(maps.sort(([, a], [, b]) => a.id - b.id)) };
}

function findImages({ inputs }: ImportedModel): GraphValue {
  const [first, ...others] = [...inputs];
  const [, images] = first ?? [];
  if (others.length === 0 && images?.shape.length === 4 && images.shape[1] === 3) return images;
  const found = [...inputs].map(([name, { shape }]) => `${name} [${shape.join(', ')}]`);
  throw new TypeError(`Grad-CAM: the model must take images N × 3 × H × W alone, found ${found.join(', ')}`);
}

function findLogits({ outputs }: ImportedModel): GraphValue {
  const found = [...outputs.values()].find(({ type, shape }) => type === 'float32' && shape.length === 2);
  if (found === undefined) {
    const all = [...outputs].map(([name, { shape }]) => `${name} [${shape.join(', ')}]`);
    throw new TypeError(`Grad-CAM: the model must give an output N × C, found ${all.join(', ')}`);
  }
  let logits = found;
  while (logits.node !== null && ENDINGS.has(logits.node.operator)) logits = logits.node.inputs[0]!;
  return logits;
}

/** Feature maps with more than one place. */
function isMap({ shape, type }: GraphValue): boolean {
  return type === 'float32' && shape.length === 4 && (shape[2] as number) * (shape[3] as number) > 1;
}

/** What depends on the images and leads to the logits, without either. */
function valuesBetween(images: GraphValue, logits: GraphValue): Set<GraphValue> {
  const needed = new Set<GraphValue>([logits]);
  const computed = images.graph.computedValues().filter(({ id }) => id <= logits.id);
  for (const value of computed.toReversed()) {
    if (needed.has(value)) for (const input of value.node!.inputs) needed.add(input);
  }
  const dependent = new Set<GraphValue>([images]);
  for (const value of computed) {
    if (value.node!.inputs.some((input) => dependent.has(input))) dependent.add(value);
  }
  return new Set([...dependent].filter((value) => needed.has(value) && value !== images && value !== logits));
}
