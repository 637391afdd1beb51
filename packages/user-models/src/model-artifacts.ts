import { readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import type { ModelArtifacts, WeightEntry } from './tensorflow-library.js';

/** Bytes of a stored value. Strings have no fixed size and are no weights of an image model. */
const BYTES: ReadonlyMap<unknown, number> = new Map([
  ['float32', 4],
  ['int32', 4],
  ['bool', 1],
  ['complex64', 8],
]);
const QUANTIZED_BYTES: ReadonlyMap<unknown, number> = new Map([
  ['float16', 2],
  ['uint16', 2],
  ['uint8', 1],
]);

interface WeightGroup {
  readonly paths: readonly string[];
  readonly weights: readonly WeightEntry[];
}

/**
 * Reads a model.json of TensorFlow.js and the weights beside it. Only files of that folder are read, and no address is fetched.
 *
 * @throws {SyntaxError} if the file is not JSON.
 * @throws {TypeError} if it is not a model of TensorFlow.js, or a weight is of an unknown type.
 * @throws {RangeError} if a weights file lies elsewhere, or its size is not what the manifest says.
 */
export async function readModelArtifacts(path: string): Promise<ModelArtifacts> {
  const model = parseModel(await readFile(path, 'utf8'), path);
  const groups = readManifest(model.weightsManifest, path);
  const parts: Uint8Array[] = [];
  for (const group of groups) parts.push(...(await readWeights(group, path)));
  return {
    format: formatOf(model, path),
    modelTopology: model.modelTopology as object,
    weightSpecs: groups.flatMap(({ weights }) => weights),
    weightData: joinBytes(parts),
    ...optionalObject(model, 'signature'),
    ...optionalObject(model, 'userDefinedMetadata'),
  };
}

function parseModel(text: string, path: string): Record<string, unknown> {
  try {
    const model: unknown = JSON.parse(text);
    if (isObject(model)) return model;
  } catch (cause) {
    throw new SyntaxError(`openUserModel: ${path} must be JSON: ${(cause as Error).message}`, { cause });
  }
  throw new TypeError(`openUserModel: ${path} must be a model of TensorFlow.js, a JSON object`);
}

function readManifest(manifest: unknown, path: string): WeightGroup[] {
  const isGroup = (group: unknown): group is WeightGroup =>
    isObject(group) &&
    Array.isArray(group.paths) &&
    group.paths.every((file) => typeof file === 'string') &&
    Array.isArray(group.weights) &&
    group.weights.every((weight) => isObject(weight) && Array.isArray(weight.shape));
  if (Array.isArray(manifest) && manifest.every(isGroup)) return manifest;
  throw new TypeError(
    `openUserModel: ${path} must have a weightsManifest, a list of groups with paths and weights, as TensorFlow.js writes it`,
  );
}

function formatOf(
  { format, modelTopology }: Record<string, unknown>,
  path: string,
): ModelArtifacts['format'] {
  if (isObject(modelTopology)) {
    if (format === 'layers-model' || format === 'graph-model') return format;
    // Files of older versions do not say.
    if (format === undefined) return Array.isArray(modelTopology.node) ? 'graph-model' : 'layers-model';
  }
  throw new TypeError(
    `openUserModel: ${path} must have a modelTopology and the format "layers-model" or "graph-model", got format ${JSON.stringify(format)}`,
  );
}

async function readWeights({ paths, weights }: WeightGroup, path: string): Promise<Uint8Array[]> {
  const files = paths.map((file) => locateWeights(file, path));
  let found = 0;
  for (const file of files) {
    const status = await stat(file);
    if (!status.isFile()) throw new RangeError(`openUserModel: ${file} must be a file of weights`);
    found += status.size;
  }
  const expected = weights.reduce((sum, weight) => sum + weightBytes(weight, path), 0);
  if (found !== expected) {
    throw new RangeError(
      `openUserModel: ${paths.join(', ')} beside ${path} must hold ${expected} bytes by the manifest, got ${found}`,
    );
  }
  return Promise.all(files.map((file) => readFile(file)));
}

function locateWeights(file: string, path: string): string {
  const folder = resolve(dirname(path));
  const located = resolve(folder, file);
  const within = relative(folder, located);
  const leaves = within === '' || within === '..' || within.startsWith(`..${sep}`) || isAbsolute(within);
  if (leaves || isAbsolute(file) || /^[a-z][a-z0-9+.-]*:|^[\\/]/i.test(file)) {
    throw new RangeError(
      `openUserModel: weights must lie in the folder of ${path}, got "${file}"; download them and name them by a relative path`,
    );
  }
  return located;
}

function weightBytes({ name, shape, dtype, quantization }: WeightEntry, path: string): number {
  const size = shape.reduce((product, length) => product * length, 1);
  const bytes = quantization === undefined ? BYTES.get(dtype) : QUANTIZED_BYTES.get(quantization.dtype);
  if (bytes === undefined || !Number.isInteger(size) || shape.some((length) => length < 0)) {
    throw new TypeError(
      `openUserModel: weight "${name}" of ${path} must be of a type with a fixed size and have a shape of integers, got ${quantization?.dtype ?? dtype} ${JSON.stringify(shape)}`,
    );
  }
  return size * bytes;
}

function joinBytes(parts: readonly Uint8Array[]): ArrayBuffer {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined.buffer;
}

function optionalObject(model: Record<string, unknown>, name: string): Record<string, object> {
  const value = model[name];
  return isObject(value) ? { [name]: value } : {};
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
