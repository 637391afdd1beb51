import { clippingScale, gradientNorm } from './gradient-norm.js';
import { gradients } from './gradients.js';
import { NonFiniteLossError } from './non-finite-loss.js';
import type { GraphValue } from './operators/rule.js';
import { createOptimizer, type Optimizer, type OptimizerOptions } from './optimizer.js';
import { createParameterMemory, type ParameterMemory } from './parameter-memory.js';
import { createSession, type Session, type SessionOptions, type Tensor } from './session.js';
import {
  checkTrainedValues,
  gradientName,
  nextName,
  type TrainedBuffers,
  type TrainedParameters,
  TrainedValues,
} from './trained-values.js';
import { copyArrays, restoreArrays, type TrainerState } from './trainer-state.js';

/** Options of {@link createTrainer}. */
export interface TrainerOptions extends SessionOptions {
  /** Default: Adam, without weight decay. */
  readonly optimizer?: OptimizerOptions;
  /** Gradients whose norm, as of one vector, is larger are scaled down to it; null, the default, leaves them. */
  readonly maxGradientNorm?: number | null;
  /** By the names of their inputs. */
  readonly buffers?: TrainedBuffers;
  /** What each step returns besides the loss, by names that the graph does not have yet. */
  readonly outputs?: Readonly<Record<string, GraphValue>>;
  /** Where another trainer of an equal graph and optimizer stopped; replaces what is `initial`. Copied. */
  readonly state?: TrainerState | null;
}

/** What a step has computed, with the parameters before it. */
export interface TrainingStep {
  readonly loss: number;
  /** L2 norm of all gradients as of one vector, before it is limited. */
  readonly gradientNorm: number;
  readonly outputs: Readonly<Record<string, Tensor>>;
}

/** A training step, its parameters and its optimizer's state. */
export interface Trainer {
  /** Steps taken, those before the state it started from included. */
  readonly steps: number;
  /**
   * Takes one step of the optimizer. The next must not start before it ends.
   *
   * @param feeds the inputs of the graph that are neither parameters nor buffers. @param learningRate positive.
   * @throws {NonFiniteLossError} if the loss or a gradient is NaN or infinite. Whatever is thrown, nothing has changed.
   */
  step(feeds: Readonly<Record<string, Tensor>>, learningRate: number): Promise<TrainingStep>;
  /** Copies of the parameters as they are now, by name. */
  parameters(): Record<string, Float32Array>;
  /** Copies of the buffers as they are now, by name. */
  buffers(): Record<string, Float32Array>;
  /** A copy of all that changes. A trainer made with it goes on to the same bytes. */
  state(): TrainerState;
  /** Frees native memory, but not that of the parameters, which goes with the trainer. No step can be taken afterwards. */
  release(): Promise<void>;
}

/**
 * Builds a training step out of a loss. Gradients are the outputs of one ONNX graph; the optimizer is a kernel of its own,
 * with one pass over the parameters in memory that the graph uses too.
 *
 * @param loss scalar; its graph gains the nodes of the gradients and the outputs, and must not be used for anything else.
 * @param parameters at least one, by the names of their inputs.
 * @throws {TypeError} if a parameter or buffer is no input, its value not as large as its shape, what a buffer becomes of
 *   another shape, or a state does not fit. @throws {RangeError} if a constant is out of its range.
 *
 * Cost: memory of 12 bytes a parameter with SGD, 16 with Adam, besides that of the graph.
 */
export async function createTrainer(
  loss: GraphValue,
  parameters: TrainedParameters,
  options: TrainerOptions = {},
): Promise<Trainer> {
  const { buffers = {}, outputs = {}, maxGradientNorm = null, state = null, ...rest } = options;
  const { optimizer: chosen = { kind: 'adam' }, ...sessionOptions } = rest;
  if (maxGradientNorm !== null && !(maxGradientNorm > 0))
    throw new RangeError(`createTrainer: maxGradientNorm must be positive, got ${maxGradientNorm}`);
  checkTrainedValues(parameters, buffers);
  const optimizer = createOptimizer(chosen);
  const lengths = Object.values(parameters).map(({ initial }) => initial.length);
  const memory = createParameterMemory(lengths, ['parameter', 'gradient', ...optimizer.sums]);
  const values = new TrainedValues(parameters, buffers, optimizer, memory);
  if (state !== null) restoreArrays(values.live(), state);
  addOutputs(loss, parameters, buffers, outputs);
  const session = await createSession(loss.graph.encode(), { plansMemory: false, ...sessionOptions });
  const limits = { maxGradientNorm: maxGradientNorm ?? Number.POSITIVE_INFINITY, steps: state?.steps ?? 0 };
  return new SessionTrainer(session, values, { optimizer, memory, outputs: Object.keys(outputs), ...limits });
}

function addOutputs(
  loss: GraphValue,
  parameters: TrainedParameters,
  buffers: TrainedBuffers,
  outputs: Readonly<Record<string, GraphValue>>,
): void {
  const { graph } = loss;
  const names = Object.keys(parameters);
  const slopes = gradients(
    loss,
    names.map((name) => parameters[name]!.value),
  );
  graph.output('loss', loss);
  for (const [name, value] of Object.entries(outputs)) graph.output(name, value);
  for (const [name, { next }] of Object.entries(buffers)) graph.output(nextName(name), next);
  names.forEach((name, i) => {
    graph.output(gradientName(name), slopes[i]!);
  });
}

interface TrainerSetup {
  readonly optimizer: Optimizer;
  readonly memory: ParameterMemory;
  /** Names of the outputs that steps return. */
  readonly outputs: readonly string[];
  readonly maxGradientNorm: number;
  readonly steps: number;
}

class SessionTrainer implements Trainer {
  readonly #session: Session;
  readonly #values: TrainedValues;
  readonly #setup: TrainerSetup;
  #steps: number;

  constructor(session: Session, values: TrainedValues, setup: TrainerSetup) {
    this.#session = session;
    this.#values = values;
    this.#setup = setup;
    this.#steps = setup.steps;
  }

  get steps(): number {
    return this.#steps;
  }

  async step(feeds: Readonly<Record<string, Tensor>>, learningRate: number): Promise<TrainingStep> {
    if (!(learningRate > 0 && learningRate < Number.POSITIVE_INFINITY))
      throw new RangeError(`Trainer.step: learningRate must be positive, got ${learningRate}`);
    const { optimizer, memory, outputs, maxGradientNorm } = this.#setup;
    const step = this.#steps + 1;
    const targets = this.#values.targets();
    const names = ['loss', ...outputs, ...Object.keys(targets)];
    const results = await this.#session.run({ ...feeds, ...this.#values.feeds() }, names, targets);
    const loss = results.loss!.data[0] as number;
    if (!Number.isFinite(loss)) throw new NonFiniteLossError(step, loss, null);
    const norm = gradientNorm(memory);
    if (!Number.isFinite(norm)) throw new NonFiniteLossError(step, loss, norm);
    optimizer.step(memory, { step, learningRate, gradientScale: clippingScale(norm, maxGradientNorm) });
    this.#values.acceptBuffers();
    this.#steps = step;
    const returned = outputs.map((name) => [name, results[name]!]);
    return { loss, gradientNorm: norm, outputs: Object.fromEntries(returned) };
  }

  parameters(): Record<string, Float32Array> {
    return this.#values.parameters();
  }

  buffers(): Record<string, Float32Array> {
    return this.#values.buffers();
  }

  state(): TrainerState {
    return { steps: this.#steps, arrays: copyArrays(this.#values.live()) };
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}
