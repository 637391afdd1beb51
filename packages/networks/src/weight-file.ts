import { decodeOnnxModel } from '@ganscout/autodiff';
import { decodeSafetensors } from '@ganscout/data-model';
import type { Weights, WeightTensor } from './weights.js';

/** Files that weights are read from. */
export const WEIGHT_FORMATS = ['onnx', 'safetensors'] as const;

export type WeightFormat = (typeof WEIGHT_FORMATS)[number];

/**
 * Decodes the named arrays of a file: the stored tensors of an ONNX model, or all of a safetensors file.
 *
 * Only numbers with a fraction are kept. `fitWeights` brings them to the names of a backbone.
 *
 * @param bytes a whole file, kept: arrays may be views of it and must not be written.
 * @throws {SyntaxError} if the bytes are no such file. @throws {RangeError} if the format is not known.
 */
export function decodeWeights(bytes: Uint8Array, format: WeightFormat): Weights {
  switch (format) {
    case 'onnx':
      return readOnnx(bytes);
    case 'safetensors':
      return keepFloats(decodeSafetensors(bytes).tensors);
    default:
      throw new RangeError(`weights: format must be one of ${WEIGHT_FORMATS.join(', ')}, got ${format}`);
  }
}

function readOnnx(bytes: Uint8Array): Weights {
  const { initializers, nodes } = decodeOnnxModel(bytes);
  const weights = keepFloats(initializers);
  // Exporters store equal arrays once and give them their other names by an operator.
  for (const { operator, inputs, outputs } of nodes) {
    const same = operator === 'Identity' ? weights.get(inputs[0]!) : undefined;
    if (same !== undefined) weights.set(outputs[0]!, same);
  }
  return weights;
}

interface StoredArray {
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array | Uint8Array;
}

function keepFloats(stored: ReadonlyMap<string, StoredArray>): Map<string, WeightTensor> {
  const weights = new Map<string, WeightTensor>();
  for (const [name, { shape, data }] of stored) {
    if (data instanceof Float32Array) weights.set(name, { shape, data });
  }
  return weights;
}
