import { extname } from 'node:path';
import { checkFinite, embedRows, inputShape } from './embedding.js';
import {
  type ImageInput,
  type ImageInputOptions,
  type ImageSize,
  imageInput,
  type Layout,
} from './image-input.js';
import type { LoadedModel } from './loaded-model.js';
import { loadOnnxModel } from './onnx-model.js';
import type { TensorflowEngine } from './tensorflow-engines.js';
import { loadTensorflowModel } from './tensorflow-model.js';

/** Options of {@link openUserModel}. */
export interface UserModelOptions extends ImageInputOptions {
  /** An output, or a value inside the model (ONNX), a layer or a node (TensorFlow.js). Default: the only output. */
  readonly output?: string | undefined;
  /** Threads inside an operator, ONNX only; default 1. Results of different counts may differ in the last digits. */
  readonly threads?: number | undefined;
  /** The only engine to use for a TensorFlow.js model. Default: the first that is installed. */
  readonly engine?: TensorflowEngine | undefined;
}

/** A model of the user's own that turns images into rows of features. */
export interface UserModel extends ImageSize {
  readonly kind: 'onnx' | 'tfjs';
  /** Package, version where it tells, and what computes. */
  readonly engine: string;
  /** Order of the axes of the model's input. */
  readonly layout: Layout;
  /** N × 3 × H × W or N × H × W × 3; N is null if any number of images may go in at once. */
  readonly inputShape: readonly (number | null)[];
  readonly outputNames: readonly string[];
  /** Where the features are taken. */
  readonly output: string;
  /** D, features of an image. */
  readonly dims: number;
  /**
   * Computes the features of images of the model's input size.
   *
   * Outputs of more than two axes become rows as {@link openUserModel} says. A model with a fixed N is run as often as
   * needed; what is missing in the last run is filled with zeros and left out of the result.
   *
   * @param batch N × 3 × H × W, planar whatever the layout, in the range the model was trained on (`normalizePixels`);
   * not modified. @returns N × D, finite.
   * @throws {TypeError} if the batch is not whole images. @throws {RangeError} if a feature is not finite.
   */
  embed(batch: Float32Array): Promise<Float32Array>;
  /** Frees the memory of the model. It cannot embed afterwards. */
  release(): Promise<void>;
}

/**
 * Opens a model file of the user's own as a frozen backbone: an ONNX file, or a model.json of TensorFlow.js.
 *
 * The model takes float32 images, N × 3 × H × W or N × H × W × 3; the axis of size 3 tells which. Of an output with two
 * spatial axes the mean over them is taken, of one with three axes (images × tokens × features) the mean over the second.
 * One image of zeros is embedded at once, so a model that does not run is refused here.
 *
 * @param path ends in .onnx or .json. The weights of a TensorFlow.js model lie in the same folder; nothing is fetched.
 * @returns a model that holds native memory until `release`.
 * @throws {TypeError} if the file is of another kind, or input or output are of another type or rank.
 * @throws {RangeError} if there are several outputs and none is named, the named one is not there, images do not have 3
 * channels, a size is open and not given, or weights lie elsewhere or have another size than the manifest says.
 * @throws {SyntaxError} if model.json is not JSON.
 * @throws {Error} if a file cannot be read, no TensorFlow.js is installed, or an engine refuses the model.
 */
export async function openUserModel(path: string, options: UserModelOptions = {}): Promise<UserModel> {
  const model = await loadModel(path, options);
  try {
    const input = imageInput(model.input, options, path);
    const probe = new Float32Array(3 * input.height * input.width);
    const dims = (await embedRows(model, input, probe)).length;
    if (dims === 0) throw new TypeError(`openUserModel: ${path} gives no features`);
    return userModel(model, input, dims);
  } catch (error) {
    await model.release();
    throw error;
  }
}

function loadModel(path: string, { output, threads = 1, engine }: UserModelOptions): Promise<LoadedModel> {
  const extension = extname(path).toLowerCase();
  if (extension === '.onnx') return loadOnnxModel({ path, output }, threads);
  if (extension === '.json') return loadTensorflowModel({ path, output }, engine);
  throw new TypeError(
    `openUserModel: the model must be an ONNX file (.onnx) or a model.json of TensorFlow.js (.json), got ${path}`,
  );
}

function userModel(model: LoadedModel, input: ImageInput, dims: number): UserModel {
  const { layout, batch, height, width } = input;
  return {
    kind: model.kind,
    engine: model.engine,
    layout,
    height,
    width,
    inputShape: inputShape(input, batch),
    outputNames: model.outputs.map(({ name }) => name),
    output: model.output,
    dims,
    async embed(images) {
      const rows = await embedRows(model, input, images);
      checkFinite(rows, dims);
      return rows;
    },
    release: () => model.release(),
  };
}
