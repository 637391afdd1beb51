import { InferenceSession, Tensor as RuntimeTensor } from 'onnxruntime-node';
import { checkDevice, type Device } from './device.js';

/** Numbers with their shape, row-major. */
export interface Tensor {
  readonly type: 'float32' | 'int64';
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

/** A value that a model takes or gives. */
export interface ModelValue {
  readonly name: string;
  /** As the runtime calls it: float32, float16, uint8, int64 …; "none" for a sequence or a map. */
  readonly type: string;
  /** One entry an axis: its size, or its name where the size is left open. Empty too if the model does not say. */
  readonly shape: readonly (number | string)[];
}

/** A model that is ready to run. */
export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** In the order of `inputNames`. */
  readonly inputs: readonly ModelValue[];
  /** In the order of `outputNames`. */
  readonly outputs: readonly ModelValue[];
  /**
   * Computes the outputs.
   *
   * @param feeds a tensor for each input name; not modified, and not to be written to before the result is there.
   * @param outputs names of those to return; all by default.
   * @param into tensors that outputs are written to, by name: no memory is taken for these. Not to be among the feeds.
   * @throws {TypeError} if an input is missing. @throws {Error} if the runtime refuses; its words are in the text.
   */
  run(
    feeds: Readonly<Record<string, Tensor>>,
    outputs?: readonly string[],
    into?: Readonly<Record<string, Tensor>>,
  ): Promise<Record<string, Tensor>>;
  /** Frees the memory of the model. The session cannot run afterwards. */
  release(): Promise<void>;
}

/** Options of {@link createSession}. */
export interface SessionOptions {
  /** Threads inside an operator. Results of different counts may differ in the last digits; default 1. */
  readonly threads?: number;
  /** Default `cpu`. What another device has no operator for runs on the CPU. */
  readonly device?: Device;
  /**
   * Whether the runtime lays out the memory of a whole run in advance. Without it large graphs take up to half as much;
   * default true.
   */
  readonly plansMemory?: boolean;
}

/**
 * Loads a model into onnxruntime-node.
 *
 * One operator runs at a time, so equal models, feeds and thread counts give equal bytes on one machine's CPU; other
 * devices do not promise it.
 *
 * @param model an ONNX file. @returns a session that holds native memory until `release`.
 * @throws {RangeError} if threads is not a positive integer, or the installed onnxruntime was not built for the device.
 * @throws {Error} if the runtime cannot load the model, or the machine has no such device or lacks its libraries.
 */
export async function createSession(
  model: Uint8Array,
  { threads = 1, device = 'cpu', plansMemory = true }: SessionOptions = {},
): Promise<Session> {
  if (!Number.isInteger(threads) || threads < 1) {
    throw new RangeError(`createSession: threads must be a positive integer, got ${threads}`);
  }
  checkDevice(device);
  const action = device === 'cpu' ? 'load the model' : `load the model on ${device} (is there one?)`;
  const session = await explainFailure(action, () =>
    InferenceSession.create(model, {
      executionProviders: [device],
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      enableMemPattern: plansMemory,
      interOpNumThreads: 1,
      intraOpNumThreads: threads,
      logSeverityLevel: 3,
      // Threads that wait in a busy loop take the cores from others, and from each other where others are at work.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    }),
  );
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    inputs: session.inputMetadata.map(describeValue),
    outputs: session.outputMetadata.map(describeValue),
    async run(feeds, outputs = session.outputNames, into = {}) {
      const inputs: Record<string, RuntimeTensor> = {};
      for (const name of session.inputNames) inputs[name] = toRuntime(name, feeds[name]);
      const fetches: Record<string, RuntimeTensor | null> = {};
      for (const name of outputs) fetches[name] = name in into ? toRuntime(name, into[name]) : null;
      const results = await explainFailure('run the model', () => session.run(inputs, fetches));
      return results as Record<string, RuntimeTensor & Tensor>;
    },
    release: () => session.release(),
  };
}

function describeValue(value: InferenceSession.ValueMetadata): ModelValue {
  const { name } = value;
  return value.isTensor ? { name, type: value.type, shape: value.shape } : { name, type: 'none', shape: [] };
}

/** Results of an earlier run are runtime tensors already and pass through. */
function toRuntime(name: string, tensor: Tensor | undefined): RuntimeTensor {
  if (tensor === undefined)
    throw new TypeError(`Session.run: a tensor for input "${name}" is needed, got none`);
  return tensor instanceof RuntimeTensor ? tensor : new RuntimeTensor(tensor.type, tensor.data, tensor.dims);
}

async function explainFailure<T>(action: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`onnxruntime could not ${action}: ${reason}`, { cause });
  }
}
