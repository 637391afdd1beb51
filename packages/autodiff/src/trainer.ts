import { type Adam, type AdamOptions, createAdam } from './adam.js';
import { gradients } from './gradients.js';
import { formatShape, type GraphValue } from './operators/rule.js';
import { createSession, type Session, type Tensor } from './session.js';

/** A parameter to be learned: an input of the graph, and its value before the first step (kept, never written to). */
export interface TrainedParameter {
  readonly value: GraphValue;
  readonly initial: Float32Array;
}

/** Options of {@link createTrainer}. */
export interface TrainerOptions extends Partial<AdamOptions> {
  /** Threads inside an operator and of Adam; default 1. */
  readonly threads?: number;
}

/** A training step, its parameters and its optimizer's state. */
export interface Trainer {
  /**
   * Takes one step of Adam.
   *
   * @param feeds the inputs of the graph that are not parameters. @param learningRate positive.
   * @returns the loss before the step.
   */
  step(feeds: Readonly<Record<string, Tensor>>, learningRate: number): Promise<number>;
  /** Copies of the parameters as they are now, by name. */
  parameters(): Record<string, Float32Array>;
  /** Frees native memory. No step can be taken afterwards. */
  release(): Promise<void>;
}

/**
 * Builds a training step out of a loss: gradients, and Adam with β1 = 0.9, β2 = 0.999, ε = 1e-8 and no weight decay
 * unless told otherwise. Gradients are the outputs of one ONNX graph; Adam is a kernel of its own, with one pass over the parameters.
 *
 * @param loss scalar; its graph gains the nodes of the gradients and the outputs, and must not be used for anything else.
 * @param parameters by name, at least one.
 * @throws {TypeError} if a parameter's value is not as large as its shape.
 */
export async function createTrainer(
  loss: GraphValue,
  parameters: Readonly<Record<string, TrainedParameter>>,
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0, threads = 1 }: TrainerOptions = {},
): Promise<Trainer> {
  const values = initialValues(parameters);
  addGradients(loss, parameters);
  const session = await createSession(loss.graph.encode(), { threads });
  const adam = createAdam(arraysOf(values), { beta1, beta2, epsilon, weightDecay }, threads);
  return new AdamTrainer(session, values, adam);
}

const gradientName = (name: string) => `gradient_${name}`;

/** The parameters before the first step, as tensors of their own. */
function initialValues(parameters: Readonly<Record<string, TrainedParameter>>): Record<string, FloatTensor> {
  const values: Record<string, FloatTensor> = {};
  for (const [name, { value, initial }] of Object.entries(parameters)) {
    const dims = value.shape as number[];
    if (dims.reduce((product, size) => product * size, 1) !== initial.length) {
      throw new TypeError(
        `createTrainer: ${name} must have shape ${formatShape(dims)}, got ${initial.length} values`,
      );
    }
    values[name] = { type: 'float32', dims, data: initial.slice() };
  }
  return values;
}

function addGradients(loss: GraphValue, parameters: Readonly<Record<string, TrainedParameter>>): void {
  const entries = Object.entries(parameters);
  const slopes = gradients(
    loss,
    entries.map(([, { value }]) => value),
  );
  loss.graph.output('loss', loss);
  entries.forEach(([name], i) => {
    loss.graph.output(gradientName(name), slopes[i]!);
  });
}

type FloatTensor = Tensor & { readonly data: Float32Array };

function arraysOf(tensors: Readonly<Record<string, FloatTensor>>): Float32Array[] {
  return Object.values(tensors).map(({ data }) => data);
}

class AdamTrainer implements Trainer {
  readonly #session: Session;
  readonly #adam: Adam;
  readonly #values: Readonly<Record<string, FloatTensor>>;
  /** What each step writes its gradients to. */
  readonly #slopes: Readonly<Record<string, FloatTensor>>;

  constructor(session: Session, values: Readonly<Record<string, FloatTensor>>, adam: Adam) {
    this.#session = session;
    this.#values = values;
    this.#adam = adam;
    const slopes = Object.entries(values).map(([name, { type, dims, data }]) => [
      gradientName(name),
      { type, dims, data: new Float32Array(data.length) },
    ]);
    this.#slopes = Object.fromEntries(slopes);
  }

  async step(feeds: Readonly<Record<string, Tensor>>, learningRate: number): Promise<number> {
    if (!(learningRate > 0))
      throw new RangeError(`Trainer.step: learningRate must be positive, got ${learningRate}`);
    const names = this.#session.outputNames;
    const results = await this.#session.run({ ...feeds, ...this.#values }, names, this.#slopes);
    this.#adam.step(arraysOf(this.#slopes), learningRate);
    return results.loss!.data[0] as number;
  }

  parameters(): Record<string, Float32Array> {
    return Object.fromEntries(Object.entries(this.#values).map(([name, { data }]) => [name, data.slice()]));
  }

  async release(): Promise<void> {
    this.#adam.release();
    await this.#session.release();
  }
}
