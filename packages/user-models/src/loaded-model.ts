import type { ModelValue } from '@ganscout/autodiff';

/** What the user asked for, as far as reading the file is concerned. */
export interface LoadRequest {
  readonly path: string;
  /** Name of the output, or of a value inside the model. */
  readonly output: string | undefined;
}

/** What a model gave, row-major. */
export interface ModelOutput {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A model in an engine, before it is known how images go in. */
export interface LoadedModel {
  readonly kind: 'onnx' | 'tfjs';
  /** Package, version where it tells, and what computes. */
  readonly engine: string;
  readonly input: ModelValue;
  readonly outputs: readonly ModelValue[];
  /** Name of the value that `run` returns. */
  readonly output: string;
  run(pixels: Float32Array, shape: readonly number[]): Promise<ModelOutput>;
  release(): Promise<void>;
}

/** The input that images go into. @throws {TypeError} if there is not exactly one. */
export function onlyInput(inputs: readonly ModelValue[], path: string): ModelValue {
  const [input] = inputs;
  if (inputs.length === 1 && input !== undefined) return input;
  throw new TypeError(
    `openUserModel: ${path} must have one input, for images, got ${inputs.length}: ${describeValues(inputs)}`,
  );
}

/** Name of the value to take: the one asked for, or the only output. @throws {RangeError} if there are several. */
export function chooseOutput(outputs: readonly ModelValue[], { output, path }: LoadRequest): string {
  if (output !== undefined) return output;
  const [only] = outputs;
  if (outputs.length === 1 && only !== undefined) return only.name;
  throw new RangeError(
    `openUserModel: ${path} has ${outputs.length} outputs; say option output: ${describeValues(outputs)}`,
  );
}

/** Says that a model has no value of a name, and what it has. */
export function unknownOutput(outputs: readonly ModelValue[], request: LoadRequest, cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new RangeError(
    `openUserModel: output "${request.output}" cannot be taken from ${request.path}; its outputs are ${describeValues(outputs)} (${reason})`,
    { cause },
  );
}

/** `"features" (float32, N × 512)`, one after the other. */
export function describeValues(values: readonly ModelValue[]): string {
  return values.map(({ name, type, shape }) => `"${name}" (${type}, ${describeShape(shape)})`).join(', ');
}

/** `N × 3 × ? × ?`: sizes left open by their names, or as question marks. */
export function describeShape(shape: ModelValue['shape']): string {
  if (shape.length === 0) return 'no shape given';
  return shape
    .map((size) => (size === '' || (typeof size === 'number' && size < 0) ? '?' : size))
    .join(' × ');
}
