import { type AdamOptions, type AdamState, adamScalars, adamUpdate } from './adam.js';
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
  /** Threads inside an operator; default 1. */
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
 * unless told otherwise. Parameters and sums are inputs and outputs of one ONNX graph and stay in the runtime's tensors.
 *
 * @param loss scalar; its graph gains the nodes of the step and the outputs, and must not be used for anything else.
 * @param parameters by name, at least one.
 * @throws {TypeError} if a parameter's value is not as large as its shape.
 */
export async function createTrainer(
  loss: GraphValue,
  parameters: Readonly<Record<string, TrainedParameter>>,
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0, threads = 1 }: TrainerOptions = {},
): Promise<Trainer> {
  const adam = { beta1, beta2, epsilon, weightDecay };
  const names = Object.keys(parameters);
  const initial = initialState(parameters);
  addStep(loss, parameters, adam);
  const session = await createSession(loss.graph.encode(), { threads });
  return new AdamTrainer(session, names, initial, adam);
}

const STATE_NAMES = (name: string) => [name, `gradient_sum_${name}`, `square_sum_${name}`] as const;
const nextName = (name: string) => `next_${name}`;

function initialState(parameters: Readonly<Record<string, TrainedParameter>>): Record<string, Tensor> {
  const state: Record<string, Tensor> = {};
  for (const [name, { value, initial }] of Object.entries(parameters)) {
    const dims = value.shape as number[];
    if (dims.reduce((product, size) => product * size, 1) !== initial.length) {
      throw new TypeError(
        `createTrainer: ${name} must have shape ${formatShape(dims)}, got ${initial.length} values`,
      );
    }
    const [parameter, gradientSum, squareSum] = STATE_NAMES(name);
    state[parameter] = { type: 'float32', dims, data: initial.slice() };
    state[gradientSum] = { type: 'float32', dims, data: new Float32Array(initial.length) };
    state[squareSum] = { type: 'float32', dims, data: new Float32Array(initial.length) };
  }
  return state;
}

function addStep(
  loss: GraphValue,
  parameters: Readonly<Record<string, TrainedParameter>>,
  adam: AdamOptions,
): void {
  const { graph } = loss;
  const entries = Object.entries(parameters);
  const slopes = gradients(
    loss,
    entries.map(([, { value }]) => value),
  );
  const scalars = { scale: graph.input('adam_scale', []), offset: graph.input('adam_offset', []) };
  graph.output('loss', loss);
  entries.forEach(([name, { value }], i) => {
    const stateNames = STATE_NAMES(name);
    const state: AdamState = {
      parameter: value,
      gradientSum: graph.input(stateNames[1], value.shape),
      squareSum: graph.input(stateNames[2], value.shape),
    };
    const next = adamUpdate(state, slopes[i]!, scalars, adam);
    graph.output(nextName(stateNames[0]), next.parameter);
    graph.output(nextName(stateNames[1]), next.gradientSum);
    graph.output(nextName(stateNames[2]), next.squareSum);
  });
}

class AdamTrainer implements Trainer {
  readonly #session: Session;
  readonly #names: readonly string[];
  readonly #adam: AdamOptions;
  #state: Record<string, Tensor>;
  /** What the next step writes to: by taking turns the two states spare each step the memory of its results. */
  #next: Record<string, Tensor>;
  #steps = 0;

  constructor(session: Session, names: readonly string[], state: Record<string, Tensor>, adam: AdamOptions) {
    this.#session = session;
    this.#names = names;
    this.#state = state;
    this.#next = {};
    for (const [name, { data, ...rest }] of Object.entries(state)) {
      this.#next[name] = { ...rest, data: new Float32Array(data.length) };
    }
    this.#adam = adam;
  }

  async step(feeds: Readonly<Record<string, Tensor>>, learningRate: number): Promise<number> {
    if (!(learningRate > 0))
      throw new RangeError(`Trainer.step: learningRate must be positive, got ${learningRate}`);
    const { scale, offset } = adamScalars(this.#steps + 1, learningRate, this.#adam);
    const into = Object.entries(this.#next).map(([name, tensor]) => [nextName(name), tensor]);
    const results = await this.#session.run(
      {
        ...feeds,
        ...this.#state,
        adam_scale: { type: 'float32', dims: [], data: Float32Array.of(scale) },
        adam_offset: { type: 'float32', dims: [], data: Float32Array.of(offset) },
      },
      this.#session.outputNames,
      Object.fromEntries(into),
    );
    [this.#state, this.#next] = [this.#next, this.#state];
    this.#steps++;
    return results.loss!.data[0] as number;
  }

  parameters(): Record<string, Float32Array> {
    return Object.fromEntries(
      this.#names.map((name) => [name, (this.#state[name]!.data as Float32Array).slice()]),
    );
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}
