import { readFile } from 'node:fs/promises';
import { createSession, type Session } from '@ganscout/autodiff';
import {
  chooseOutput,
  type LoadedModel,
  type LoadRequest,
  onlyInput,
  unknownOutput,
} from './loaded-model.js';
import { withOnnxOutput } from './onnx-output.js';

/**
 * Loads an ONNX file into onnxruntime-node, on the CPU.
 *
 * An output that the model does not name as one is taken to be a value inside it, and becomes an output.
 *
 * @param threads inside an operator.
 * @throws {RangeError} if the output is not there, or must be said. @throws {TypeError} if there is not one input.
 * @throws {Error} if the file cannot be read, or the runtime cannot load it.
 */
export async function loadOnnxModel(request: LoadRequest, threads: number): Promise<LoadedModel> {
  const file = await readFile(request.path);
  const session = await createSession(file, { threads }).catch((cause) => {
    throw loadFailure(request.path, cause);
  });
  const { inputs, outputs, outputNames } = session;
  let ready = session;
  try {
    const input = onlyInput(inputs, request.path);
    const output = chooseOutput(outputs, request);
    if (!outputNames.includes(output)) {
      ready = await createSession(withOnnxOutput(file, output), { threads }).catch((cause) => {
        throw unknownOutput(outputs, request, cause);
      });
      await session.release();
    }
    return loadedModel(ready, input, outputs, output);
  } catch (error) {
    await ready.release();
    throw error;
  }
}

function loadFailure(path: string, cause: Error): Error {
  const advice = /external data/i.test(cause.message)
    ? '; save the model with its weights in one file, not beside it'
    : '';
  return new Error(`openUserModel: ${path}: ${cause.message}${advice}`, { cause });
}

function loadedModel(
  session: Session,
  input: LoadedModel['input'],
  outputs: LoadedModel['outputs'],
  output: string,
): LoadedModel {
  return {
    kind: 'onnx',
    engine: 'onnxruntime-node (cpu)',
    input,
    outputs,
    output,
    async run(pixels, shape) {
      const results = await session.run({ [input.name]: { type: 'float32', dims: shape, data: pixels } }, [
        output,
      ]);
      const { dims, data } = results[output]!;
      if (data instanceof Float32Array) return { shape: dims, data };
      throw new TypeError(
        `UserModel.embed: output "${output}" must be float32, got ${results[output]!.type}`,
      );
    },
    release: () => session.release(),
  };
}
