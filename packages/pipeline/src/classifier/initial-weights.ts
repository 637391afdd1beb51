import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { InputError } from '@ganscout/images';
import {
  type Backbone,
  decodeWeights,
  fitWeights,
  WEIGHT_FORMATS,
  type WeightFormat,
  type Weights,
} from '@ganscout/networks';
import { digestOf } from '@ganscout/storage';

/** Arrays to start from, and the digest of their file. */
export interface InitialWeights {
  readonly weights: Weights;
  /** '' without a file. */
  readonly digest: string;
}

/**
 * Reads the arrays of a backbone from an ONNX or safetensors file; those of its old head are left out.
 *
 * @param path relative to `baseDirectory`; null for none.
 * @throws {InputError} if the file cannot be read, is of another kind, or does not fit the backbone.
 */
export async function readInitialWeights(
  path: string | null,
  baseDirectory: string,
  backbone: Backbone,
): Promise<InitialWeights> {
  if (path === null) return { weights: new Map(), digest: '' };
  const format = extname(path).slice(1).toLowerCase() as WeightFormat;
  if (!WEIGHT_FORMATS.includes(format)) {
    throw new InputError(
      `Weights must be in a file that ends in .${WEIGHT_FORMATS.join(' or .')}, got ${path}`,
    );
  }
  try {
    const bytes = await readFile(resolve(baseDirectory, path));
    return { weights: fitWeights(backbone, decodeWeights(bytes, format)), digest: digestOf(bytes) };
  } catch (cause) {
    throw new InputError(`Cannot start from ${path}: ${cause instanceof Error ? cause.message : cause}`);
  }
}
