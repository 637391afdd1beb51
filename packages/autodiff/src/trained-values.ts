import { elementCount, formatShape, type GraphValue, staticShape } from './operators/rule.js';
import type { Optimizer } from './optimizer.js';
import type { ParameterMemory } from './parameter-memory.js';
import type { Tensor } from './session.js';

/** A parameter to be learned: an input of the graph, and its value before the first step (copied). */
export interface TrainedParameter {
  readonly value: GraphValue;
  readonly initial: Float32Array;
}

/** A value that each step replaces without a gradient, such as a running mean: an input of the graph, and what it becomes. */
export interface TrainedBuffer extends TrainedParameter {
  /** Of the shape of `value`. */
  readonly next: GraphValue;
}

export type TrainedParameters = Readonly<Record<string, TrainedParameter>>;
export type TrainedBuffers = Readonly<Record<string, TrainedBuffer>>;

type FloatTensor = Tensor & { readonly data: Float32Array };

/** Names of outputs of the graph. */
export const gradientName = (parameter: string) => `gradient_${parameter}`;
export const nextName = (buffer: string) => `next_${buffer}`;

/** @throws {TypeError} if one is no input of the graph, or a value or a next value is not of its shape. */
export function checkTrainedValues(parameters: TrainedParameters, buffers: TrainedBuffers): void {
  for (const [name, { value, initial }] of Object.entries({ ...parameters, ...buffers })) {
    if (value.node !== null || value.constant !== null)
      throw new TypeError(`createTrainer: ${name} must be an input of the graph`);
    if (elementCount(staticShape(value, name)) !== initial.length) {
      throw new TypeError(
        `createTrainer: ${name} must have shape ${formatShape(value.shape)}, got ${initial.length} values`,
      );
    }
  }
  for (const [name, { value, next }] of Object.entries(buffers)) {
    const [expected, found] = [formatShape(value.shape), formatShape(next.shape)];
    if (found !== expected)
      throw new TypeError(`createTrainer: ${name} must become a value of shape ${expected}, got ${found}`);
  }
}

/** The tensors that a training feeds and writes, the parameters' in the memory of the optimizer. */
export class TrainedValues {
  readonly #parameters: Readonly<Record<string, FloatTensor>>;
  readonly #gradients: Readonly<Record<string, FloatTensor>>;
  readonly #sums: Readonly<Record<string, Float32Array>>;
  #buffers: Readonly<Record<string, FloatTensor>>;
  /** What the next step writes to; it becomes the buffers if the step is accepted. */
  #nextBuffers: Readonly<Record<string, FloatTensor>>;

  constructor(
    parameters: TrainedParameters,
    buffers: TrainedBuffers,
    { kind, sums }: Optimizer,
    memory: ParameterMemory,
  ) {
    const place = (values: readonly Float32Array[]) =>
      mapValues(parameters, ({ value }, i) => tensorOf(value, values[i]!));
    this.#parameters = place(memory.arrays('parameter'));
    this.#gradients = place(memory.arrays('gradient'));
    for (const [name, { initial }] of Object.entries(parameters)) this.#parameters[name]!.data.set(initial);
    const names = Object.keys(parameters);
    this.#sums = Object.fromEntries(
      sums.flatMap((role) =>
        memory.arrays(role).map((values, i) => [`${kind}/${role}/${names[i]!}`, values]),
      ),
    );
    this.#buffers = mapValues(buffers, ({ value, initial }) => tensorOf(value, initial.slice()));
    this.#nextBuffers = mapValues(buffers, ({ value, initial }) =>
      tensorOf(value, new Float32Array(initial.length)),
    );
  }

  /** Inputs of the graph. */
  feeds(): Readonly<Record<string, Tensor>> {
    return { ...this.#parameters, ...this.#buffers };
  }

  /** Where the graph writes its outputs. */
  targets(): Readonly<Record<string, Tensor>> {
    return {
      ...renameKeys(this.#gradients, gradientName),
      ...renameKeys(this.#nextBuffers, nextName),
    };
  }

  /** Lets the buffers be what the graph has written. */
  acceptBuffers(): void {
    [this.#buffers, this.#nextBuffers] = [this.#nextBuffers, this.#buffers];
  }

  /** Copies, by name. */
  parameters(): Record<string, Float32Array> {
    return mapValues(this.#parameters, ({ data }) => data.slice());
  }

  /** Copies, by name. */
  buffers(): Record<string, Float32Array> {
    return mapValues(this.#buffers, ({ data }) => data.slice());
  }

  /** All that changes from step to step, in place, by the names of a state. */
  live(): Readonly<Record<string, Float32Array>> {
    const dataOf = ({ data }: FloatTensor) => data;
    return {
      ...renameKeys(mapValues(this.#parameters, dataOf), (name) => `parameter/${name}`),
      ...renameKeys(mapValues(this.#buffers, dataOf), (name) => `buffer/${name}`),
      ...this.#sums,
    };
  }
}

function tensorOf({ shape }: GraphValue, data: Float32Array): FloatTensor {
  return { type: 'float32', dims: shape as readonly number[], data };
}

function mapValues<T, U>(
  entries: Readonly<Record<string, T>>,
  change: (value: T, index: number) => U,
): Record<string, U> {
  return Object.fromEntries(Object.entries(entries).map(([name, value], i) => [name, change(value, i)]));
}

function renameKeys<T>(
  entries: Readonly<Record<string, T>>,
  rename: (name: string) => string,
): Record<string, T> {
  return Object.fromEntries(Object.entries(entries).map(([name, value]) => [rename(name), value]));
}
