import { createSession } from '@ganscout/autodiff';
import { createFeatureSet, decodeNpy, encodeNpy, type FeatureSet } from '@ganscout/data-model';
import type { Standardization } from '@ganscout/numeric';
import {
  type EmbeddingLayer,
  type EmbeddingParameters,
  type EmbeddingShape,
  embeddingLayerSize,
  encodeInferenceGraph,
  parameterShapes,
} from './embedding-network.js';

/** Mean loss of one epoch, and that of the held-back images after it, without dropout (null if none are held back). */
export interface EmbeddingEpoch {
  /** From 1. */
  readonly epoch: number;
  readonly loss: number;
  readonly heldBackLoss: number | null;
}

/** A trained embedding network. */
export interface EmbeddingModel extends EmbeddingShape {
  /** An ONNX file: `features` (N × D) to one output a layer, standardization included. */
  readonly onnx: Uint8Array;
  readonly standardization: Standardization;
  readonly parameters: EmbeddingParameters;
  /** Round that trained it, from 1. */
  readonly round: number;
  readonly history: readonly EmbeddingEpoch[];
}

const ROWS_PER_RUN = 1024;
const MODEL_FILE = 'embedding.onnx';
const DESCRIPTION_FILE = 'embedding.json';

/** Completes a model with its ONNX file. Equal parts give equal bytes. */
export function createEmbeddingModel(parts: Omit<EmbeddingModel, 'onnx'>): EmbeddingModel {
  const { dims, hiddenSizes, classCount, round, standardization, parameters } = parts;
  const metadata = {
    layer_sizes: [dims, ...hiddenSizes, classCount].join(','),
    class_count: String(classCount),
    round: String(round),
  };
  return { ...parts, onnx: encodeInferenceGraph(parts, standardization, parameters, metadata) };
}

/**
 * Computes one layer of the network for each image, after its ReLU (the logits have none).
 *
 * @param features N × D in the space the network was trained on; not modified.
 * @param layer `hidden1`, `hidden2`, … , `embedding` or `logits`.
 * @param round of the resulting feature space; the model's own by default.
 * @throws {TypeError} if the features have not the network's dims. @throws {RangeError} if there is no such layer.
 *
 * Cost: the network's multiplications, in runs of 1024 rows on one thread.
 */
export async function embed(
  model: EmbeddingModel,
  features: FeatureSet,
  layer: EmbeddingLayer,
  round = model.round,
): Promise<FeatureSet> {
  const { dims } = model;
  const size = embeddingLayerSize(model, layer);
  if (features.dims !== dims)
    throw new TypeError(`embed: features must have ${dims} dims, got ${features.dims}`);
  const rows = features.ids.length;
  const data = new Float32Array(rows * size);
  const session = await createSession(model.onnx);
  try {
    for (let start = 0; start < rows; start += ROWS_PER_RUN) {
      const end = Math.min(start + ROWS_PER_RUN, rows);
      const batch = features.data.subarray(start * dims, end * dims);
      const outputs = await session.run(
        { features: { type: 'float32', dims: [end - start, dims], data: batch } },
        [layer],
      );
      data.set(outputs[layer]!.data as Float32Array, start * size);
    }
  } finally {
    await session.release();
  }
  return createFeatureSet(features.ids, size, data, { extractor: 'network', layer, round, transform: '' });
}

/**
 * Writes a model as files: `embedding.onnx` for use anywhere, each parameter as an npy file for a warm start, and
 * `embedding.json` with sizes, round and history.
 *
 * @returns bytes by file name.
 */
export function encodeEmbedding(model: EmbeddingModel): Map<string, Uint8Array> {
  const { dims, hiddenSizes, classCount, round, history, standardization, parameters } = model;
  const description = JSON.stringify({ dims, hiddenSizes, classCount, round, history }, null, 2);
  const files = new Map<string, Uint8Array>([
    [MODEL_FILE, model.onnx],
    [DESCRIPTION_FILE, new TextEncoder().encode(`${description}\n`)],
    ['mean.npy', encodeNpy({ shape: [dims], data: standardization.mean })],
    ['deviation.npy', encodeNpy({ shape: [dims], data: standardization.deviation })],
  ]);
  for (const { name, shape } of parameterShapes(model)) {
    files.set(`${name}.npy`, encodeNpy({ shape, data: parameters[name]! }));
  }
  return files;
}

/**
 * Reads the files of {@link encodeEmbedding} back.
 *
 * @throws {SyntaxError} if a file is missing or does not hold what the description says.
 */
export function decodeEmbedding(files: ReadonlyMap<string, Uint8Array>): EmbeddingModel {
  const description = JSON.parse(new TextDecoder().decode(fileNamed(files, DESCRIPTION_FILE)));
  const { dims, hiddenSizes, classCount, round, history } = description as EmbeddingModel;
  const sizes = Array.isArray(hiddenSizes) ? [dims, classCount, round, ...hiddenSizes] : [];
  if (sizes.length < 4 || !sizes.every((size) => Number.isInteger(size) && size >= 1)) {
    throw new SyntaxError(
      `decodeEmbedding: dims, hiddenSizes, classCount and round in ${DESCRIPTION_FILE} must be positive integers, found ${[dims, hiddenSizes, classCount, round].join('; ')}`,
    );
  }
  const shape: EmbeddingShape = { dims, hiddenSizes, classCount };
  const parameters: Record<string, Float32Array> = {};
  for (const { name, shape: sizes } of parameterShapes(shape))
    parameters[name] = decodeArray(files, name, sizes);
  const standardization = {
    mean: decodeArray(files, 'mean', [dims]),
    deviation: decodeArray(files, 'deviation', [dims]),
  };
  return { ...shape, onnx: fileNamed(files, MODEL_FILE), standardization, parameters, round, history };
}

function decodeArray(
  files: ReadonlyMap<string, Uint8Array>,
  name: string,
  sizes: readonly number[],
): Float32Array {
  const { shape, data } = decodeNpy(fileNamed(files, `${name}.npy`));
  if (!(data instanceof Float32Array) || shape.join() !== sizes.join()) {
    throw new SyntaxError(
      `decodeEmbedding: ${name}.npy must hold float32 [${sizes.join(', ')}], found ${data.constructor.name} [${shape.join(', ')}]`,
    );
  }
  return data;
}

function fileNamed(files: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array {
  const bytes = files.get(name);
  if (bytes === undefined)
    throw new SyntaxError(`decodeEmbedding: file ${name} is needed, found ${[...files.keys()]}`);
  return bytes;
}
