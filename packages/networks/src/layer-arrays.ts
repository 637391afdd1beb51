import { type Graph, type GraphValue, operators } from '@ganscout/autodiff';
import { createRandom } from '@ganscout/numeric';
import type { Initializer, Weights, WeightTensor } from './weights.js';

const { add, mul } = operators;

/** Where the arrays of a network come from, and which of them are learned. */
export interface LayerArraysOptions {
  /** Weights to start from, by name; what is missing is drawn anew from the seed. */
  readonly weights?: Weights;
  readonly seed?: number;
  /**
   * Which layers are learned, by name. These normalize by the batch, drop out, and their arrays are inputs of the graph;
   * all others are constants and normalize by their running averages. By default none.
   */
  readonly isTrained?: (layer: string) => boolean;
  /** Whether arrays that are not given are left zero: enough to learn names, shapes and costs. By default false. */
  readonly isSketch?: boolean;
}

/** An array that a training step changes: its input in the graph, and where it starts. */
export interface TrainedArray {
  readonly value: GraphValue;
  readonly initial: Float32Array;
}

/** A running average, with what it becomes after the step. */
export interface RunningAverage extends TrainedArray {
  readonly next: GraphValue;
}

/** Share of the new batch in a running average, as PyTorch's `momentum`. */
const RUNNING_SHARE = 0.1;

/** Missing arrays that an error names. */
const LISTED = 20;

/** The arrays of the layers of a network, by names such as `conv1.weight`, in one graph. */
export class LayerArrays {
  /** Every array in use, in the order of the layers. */
  readonly weights = new Map<string, WeightTensor>();
  /** Those that are learned. */
  readonly parameters = new Map<string, TrainedArray>();
  /** Running averages of the layers that are learned. */
  readonly averages = new Map<string, RunningAverage>();
  readonly isTrained: (layer: string) => boolean;
  readonly #graph: Graph;
  readonly #given: Map<string, WeightTensor>;
  readonly #seed: number;
  readonly #isSketch: boolean;
  /** Kernels that are M × height × width × C in the graph. */
  readonly #channelsLast = new Set<string>();

  constructor(graph: Graph, options: LayerArraysOptions = {}) {
    const { weights = new Map(), seed = 0, isTrained = () => false, isSketch = false } = options;
    this.#graph = graph;
    this.#given = new Map(weights);
    this.#seed = seed;
    this.isTrained = isTrained;
    this.#isSketch = isSketch;
  }

  /**
   * Adds the array `layer.part`: an input of the graph if the layer is learned, else a constant.
   *
   * @throws {TypeError} if the given weights have it in another shape.
   */
  add(layer: string, part: string, shape: readonly number[], initializer: Initializer): GraphValue {
    const name = `${layer}.${part}`;
    return this.#place(layer, name, this.#tensor(name, shape, initializer).data, shape);
  }

  /** Adds `layer.weight`, M × C × height × width by name, to the graph as M × height × width × C. */
  addKernels(layer: string, shape: readonly number[], initializer: Initializer): GraphValue {
    const name = `${layer}.weight`;
    const { data } = this.#tensor(name, shape, initializer);
    const [m, c, height, width] = shape as [number, number, number, number];
    this.#channelsLast.add(name);
    return this.#place(layer, name, exchanged(data, [m, c, height * width]), [m, height, width, c]);
  }

  /** Adds a running average that takes a share of the batch's value in each step. */
  addAverage(
    layer: string,
    part: string,
    shape: readonly number[],
    initializer: Initializer,
    batch: GraphValue,
  ): void {
    const name = `${layer}.${part}`;
    const { data } = this.#tensor(name, shape, initializer);
    const value = this.#graph.input(name, shape);
    const next = add(mul(value, 1 - RUNNING_SHARE), mul(batch, RUNNING_SHARE));
    this.averages.set(name, { value, initial: data, next });
  }

  /**
   * Makes sure that nothing was drawn, as a network in use has all its arrays.
   *
   * @param purpose begins the error. @throws {TypeError} that names the first twenty that were not given.
   */
  requireGiven(purpose: string): void {
    const missing = [...this.weights.keys()].filter((name) => !this.#given.has(name));
    if (missing.length === 0) return;
    throw new TypeError(
      `${purpose}: every array of the network is needed, missing are ${missing.slice(0, LISTED).join(', ')}`,
    );
  }

  /**
   * All weights after training, in their standard shapes.
   *
   * @param learned what {@link parameters} and {@link averages} have become, by name and in the shapes of the graph.
   */
  weightsAfter(learned: Readonly<Record<string, Float32Array>>): Weights {
    const entries = [...this.weights].map(([name, tensor]): [string, WeightTensor] => {
      const values = learned[name];
      if (values === undefined) return [name, tensor];
      return [name, { shape: tensor.shape, data: this.#inStandardOrder(name, values) }];
    });
    return new Map(entries);
  }

  /** Forgets the values of what is learned, once a trainer has its own copies: only names and shapes stay. */
  forgetLearned(): void {
    this.#given.clear();
    for (const name of [...this.parameters.keys(), ...this.averages.keys()]) {
      this.weights.set(name, { shape: this.weights.get(name)!.shape, data: new Float32Array(0) });
    }
    this.parameters.clear();
    this.averages.clear();
  }

  #inStandardOrder(name: string, values: Float32Array): Float32Array {
    if (!this.#channelsLast.has(name)) return values;
    const [m, c, height, width] = this.weights.get(name)!.shape as [number, number, number, number];
    return exchanged(values, [m, height * width, c]);
  }

  #place(layer: string, name: string, data: Float32Array, shape: readonly number[]): GraphValue {
    if (!this.isTrained(layer)) return this.#graph.constant(data, shape, name);
    const value = this.#graph.input(name, shape);
    this.parameters.set(name, { value, initial: data });
    return value;
  }

  #tensor(name: string, shape: readonly number[], initializer: Initializer): WeightTensor {
    const size = shape.reduce((a, b) => a * b, 1);
    const drawn = () =>
      this.#isSketch
        ? new Float32Array(size)
        : initializer(size, createRandom(this.#seed, `network/${name}`));
    const tensor = this.#given.get(name) ?? { shape, data: drawn() };
    if (tensor.shape.join() !== shape.join()) {
      throw new TypeError(
        `weights: ${name} must have shape [${shape.join(', ')}], found [${tensor.shape.join(', ')}]`,
      );
    }
    this.weights.set(name, tensor);
    return tensor;
  }
}

/** The values with the last two of three axes exchanged. */
function exchanged(values: Float32Array, [count, rows, columns]: [number, number, number]): Float32Array {
  if (rows === 1 || columns === 1) return values;
  const result = new Float32Array(values.length);
  for (let i = 0; i < count; i++) {
    const first = i * rows * columns;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        result[first + column * rows + row] = values[first + row * columns + column]!;
      }
    }
  }
  return result;
}
