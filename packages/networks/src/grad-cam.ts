import {
  createSession,
  type GraphValue,
  gradients,
  operators,
  type Session,
  type Tensor,
} from '@ganscout/autodiff';
import type { ModelOptions } from './network-model.js';

const { mul, reduceMean, reduceSum, relu } = operators;

/** A classifier whose decisions can be explained: values of one graph, of known sizes, in inference mode. */
export interface ExplainableNetwork {
  /** Input of the graph, N × 3 × H × W, normalized as the network expects it. */
  readonly images: GraphValue;
  /** N × C, before the softmax. */
  readonly logits: GraphValue;
  /** Feature maps N × K × h × w by layer, in the order of the computation. */
  readonly maps: ReadonlyMap<string, GraphValue>;
}

/** Options of {@link createGradCam}. */
export interface GradCamOptions extends ModelOptions {
  /** Layer whose maps are weighed; by default the last one. */
  readonly layer?: string;
}

/** Explains images with one network and layer. */
export interface GradCam {
  /** The layer whose maps are weighed. */
  readonly layer: string;
  /** Images at once, N. */
  readonly batch: number;
  /** [H, W] of the images. */
  readonly imageSize: readonly [height: number, width: number];
  /** [h, w] of the maps. */
  readonly mapSize: readonly [height: number, width: number];
  /** C. */
  readonly sourceCount: number;
  /**
   * What the network says of images.
   *
   * @param images M × 3 × H × W. @returns M × C.
   */
  logits(images: Float32Array): Promise<Float32Array>;
  /**
   * Where the maps speak for a source.
   *
   * @param images M × 3 × H × W. @param sources M: the source to be explained in each image, in [0, C).
   * @returns M × h × w, at least 0, in the unit of the logit over that of nothing: only ratios inside a map mean something.
   */
  maps(images: Float32Array, sources: ArrayLike<number>): Promise<Float32Array>;
  /** Frees the memory of the network. */
  release(): Promise<void>;
}

/**
 * Adds the Grad-CAM map of each image: ReLU(Σ_k α_k A^k), α_k the mean over places of ∂y / ∂A^k, y the logit of the chosen
 * source.
 *
 * Images of a batch must not influence each other, as is so where batch norm uses running averages.
 *
 * @param maps A, N × K × h × w. @param logits N × C, computed from `maps`.
 * @param chosen N × C, 1 at the source to be explained in each image and 0 elsewhere.
 * @returns N × h × w.
 *
 * Source: R. Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization", ICCV
 * 2017, equations 1 and 2.
 */
export function addGradCam(maps: GraphValue, logits: GraphValue, chosen: GraphValue): GraphValue {
  const [slopes] = gradients(reduceSum(mul(logits, chosen), [0, 1]), [maps]);
  const weights = reduceMean(slopes!, [2, 3], true);
  return relu(reduceSum(mul(maps, weights), [1]));
}

/**
 * Makes a network ready to explain its decisions; its graph gets inputs and outputs of Grad-CAM.
 *
 * @param network of this call alone. @returns what holds native memory until `release`.
 * @throws {RangeError} if there is no such layer; the text lists those that are there.
 * @throws {TypeError} if the network needs other inputs than images.
 *
 * Cost: a forward pass for logits; for maps as much again, and the gradient from the logits back to the layer.
 */
export async function createGradCam(
  network: ExplainableNetwork,
  { layer, ...options }: GradCamOptions = {},
): Promise<GradCam> {
  const { images, logits } = network;
  const name = layer ?? [...network.maps.keys()].at(-1) ?? '';
  const maps = network.maps.get(name) ?? refuseLayer(name, [...network.maps.keys()]);
  const { graph } = logits;
  graph.output(LOGITS, logits);
  const forward = graph.encode();
  graph.output(MAPS, addGradCam(maps, logits, graph.input(CHOSEN, logits.shape)));
  const [forwardSession, mapSession] = [
    await createSession(forward, options),
    await createSession(graph.encode(), options),
  ];
  return new SessionGradCam(name, forwardSession, mapSession, {
    imageShape: images.shape as number[],
    mapSize: maps.shape.slice(2) as [number, number],
    sourceCount: logits.shape[1] as number,
  });
}

const LOGITS = 'grad-cam/logits';
const MAPS = 'grad-cam/maps';
const CHOSEN = 'grad-cam/chosen';

interface GradCamSizes {
  readonly imageShape: readonly number[];
  readonly mapSize: readonly [height: number, width: number];
  readonly sourceCount: number;
}

class SessionGradCam implements GradCam {
  readonly layer: string;
  readonly batch: number;
  readonly imageSize: readonly [height: number, width: number];
  readonly mapSize: readonly [height: number, width: number];
  readonly sourceCount: number;
  readonly #forward: Session;
  readonly #backward: Session;
  readonly #imageShape: readonly number[];
  readonly #input: string;

  constructor(layer: string, forward: Session, backward: Session, sizes: GradCamSizes) {
    const [batch, , height, width] = sizes.imageShape;
    this.layer = layer;
    this.batch = batch!;
    this.imageSize = [height!, width!];
    this.mapSize = sizes.mapSize;
    this.sourceCount = sizes.sourceCount;
    this.#forward = forward;
    this.#backward = backward;
    this.#imageShape = sizes.imageShape;
    this.#input = onlyInput(forward.inputNames);
  }

  async logits(images: Float32Array): Promise<Float32Array> {
    const count = this.#count(images);
    const found = new Float32Array(count * this.sourceCount);
    for (let from = 0; from < count; from += this.batch) {
      const results = await this.#forward.run(this.#feeds(images, from), [LOGITS]);
      const part = results[LOGITS]!.data as Float32Array;
      found.set(part.subarray(0, found.length - from * this.sourceCount), from * this.sourceCount);
    }
    return found;
  }

  async maps(images: Float32Array, sources: ArrayLike<number>): Promise<Float32Array> {
    const count = this.#count(images);
    checkSources(sources, count, this.sourceCount);
    const places = this.mapSize[0] * this.mapSize[1];
    const found = new Float32Array(count * places);
    const shape = [this.batch, this.sourceCount] as const;
    for (let from = 0; from < count; from += this.batch) {
      const data = oneHotRows(sources, from, shape);
      const chosen: Tensor = { type: 'float32', dims: shape, data };
      const results = await this.#backward.run({ ...this.#feeds(images, from), [CHOSEN]: chosen }, [MAPS]);
      const part = results[MAPS]!.data as Float32Array;
      found.set(part.subarray(0, found.length - from * places), from * places);
    }
    return found;
  }

  async release(): Promise<void> {
    await this.#forward.release();
    await this.#backward.release();
  }

  #count(images: Float32Array): number {
    const sizes = this.#imageShape.slice(1);
    const count = images.length / product(sizes);
    if (Number.isInteger(count) && count >= 1) return count;
    throw new TypeError(
      `Grad-CAM: images must be one or more of ${sizes.join(' × ')} values, got ${images.length} values`,
    );
  }

  /** A batch from the given image on; fewer images than a batch are followed by zeros. */
  #feeds(images: Float32Array, from: number): Record<string, Tensor> {
    const size = product(this.#imageShape);
    const start = (from / this.batch) * size;
    const own = images.subarray(start, start + size);
    const data = own.length === size ? own : new Float32Array(size);
    if (data !== own) data.set(own);
    return { [this.#input]: { type: 'float32', dims: this.#imageShape, data } };
  }
}

function checkSources(sources: ArrayLike<number>, count: number, sourceCount: number): void {
  if (sources.length !== count) {
    throw new TypeError(`Grad-CAM: each of ${count} images must have a source, got ${sources.length}`);
  }
  for (let i = 0; i < count; i++) {
    const source = sources[i]!;
    if (Number.isInteger(source) && source >= 0 && source < sourceCount) continue;
    throw new RangeError(`Grad-CAM: a source must be an integer in [0, ${sourceCount}), got ${source}`);
  }
}

/** A batch of rows from the given one on, 1 at the source; rows after the last are zeros. */
function oneHotRows(
  sources: ArrayLike<number>,
  from: number,
  [rows, columns]: readonly [number, number],
): Float32Array {
  const data = new Float32Array(rows * columns);
  for (let i = 0; i < rows && from + i < sources.length; i++) data[i * columns + sources[from + i]!] = 1;
  return data;
}

function onlyInput(names: readonly string[]): string {
  const [name, ...others] = names;
  if (name !== undefined && others.length === 0) return name;
  throw new TypeError(
    `Grad-CAM: a network must take images and nothing else, found inputs ${names.join(', ')}`,
  );
}

function refuseLayer(layer: string, layers: readonly string[]): never {
  throw new RangeError(`Grad-CAM: layer must be one of ${layers.join(', ')}, got ${layer}`);
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((a, b) => a * b, 1);
}
