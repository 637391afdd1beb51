import { createSession, type GraphValue } from '@ganscout/autodiff';
import { embeddingHead } from './head.js';
import { type PatchPixels, pixelTensor } from './labelled-patches.js';
import { Layers } from './layers.js';
import type { ModelOptions } from './network-model.js';
import { type NetworkPlan, normalize } from './network-plan.js';
import type { Weights } from './weights.js';

/** Layers that can be read of a network with the paper's head: the backbone's features, the head's layers, and the logits. */
export const EMBEDDER_LAYERS = ['backbone', 'hidden1', 'hidden2', 'embedding', 'logits'] as const;

export type EmbedderLayer = (typeof EMBEDDER_LAYERS)[number];

/** A network with the paper's head; without classes it is the backbone alone. */
export interface EmbedderPlan extends Pick<NetworkPlan, 'backbone' | 'patchSize'> {
  readonly classCount: number | null;
}

/** A layer's values of N patches, N × D. */
export interface LayerRows {
  readonly dims: number;
  readonly data: Float32Array;
}

/** A network that is ready to read layers of. */
export interface PatchEmbedder {
  /** The layers that there are. */
  readonly layers: readonly EmbedderLayer[];
  /**
   * @returns the rows of each of the layers, in their order.
   * @throws {TypeError} if the patches are not of the network's size, or a layer is not there.
   */
  embed(patches: PatchPixels, layers: readonly EmbedderLayer[]): Promise<LayerRows[]>;
  /** Frees the memory of the network. */
  release(): Promise<void>;
}

/**
 * Encodes a network in use as an ONNX file whose outputs are its layers: batch norm by the running averages, no dropout, any
 * number of patches. Input `images` as that of `encodeNetwork`.
 *
 * @param weights every array of the network, by name.
 * @throws {TypeError} if an array is missing or has another shape.
 */
export function encodeEmbedder(
  { backbone, patchSize, classCount }: EmbedderPlan,
  weights: Weights,
): Uint8Array {
  const layers = new Layers(backbone.name, { weights, isSketch: true });
  const { graph } = layers;
  const images = graph.input('images', ['N', 3, patchSize, patchSize]);
  const { features } = backbone.build(layers, normalize(images, backbone.normalization));
  graph.output('backbone', features);
  if (classCount !== null) addHead(layers, features, classCount);
  layers.arrays.requireGiven('encodeEmbedder');
  return graph.encode();
}

function addHead(layers: Layers, features: GraphValue, classCount: number): void {
  const { hidden, embedding, logits } = embeddingHead(layers, features, classCount);
  hidden.forEach((value, i) => void layers.graph.output(`hidden${i + 1}`, value));
  layers.graph.output('embedding', embedding);
  layers.graph.output('logits', logits);
}

/**
 * Loads a network that {@link encodeEmbedder} wrote.
 *
 * @throws {RangeError} if the installed onnxruntime was not built for the device. @throws {Error} if it cannot load the network.
 */
export async function createPatchEmbedder(
  model: Uint8Array,
  patchSize: number,
  options: ModelOptions = {},
): Promise<PatchEmbedder> {
  const session = await createSession(model, options);
  const layers = EMBEDDER_LAYERS.filter((name) => session.outputNames.includes(name));
  return {
    layers,
    async embed(patches, wanted) {
      const absent = wanted.find((name) => !layers.includes(name));
      if (absent !== undefined) {
        throw new TypeError(`PatchEmbedder: layers must be among ${layers.join(', ')}, got ${absent}`);
      }
      if (patches.patchSize !== patchSize) {
        throw new TypeError(`PatchEmbedder: patches must have side ${patchSize}, got ${patches.patchSize}`);
      }
      const images = pixelTensor(patches, new Float32Array(patches.data.length));
      const results = await session.run({ images }, wanted);
      return wanted.map((name) => {
        const { dims, data } = results[name]!;
        return { dims: dims[1]!, data: data as Float32Array };
      });
    },
    release: () => session.release(),
  };
}
