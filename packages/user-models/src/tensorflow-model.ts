import type { ModelValue } from '@ganscout/autodiff';
import {
  chooseOutput,
  type LoadedModel,
  type LoadRequest,
  onlyInput,
  unknownOutput,
} from './loaded-model.js';
import { readModelArtifacts } from './model-artifacts.js';
import { loadTensorflow, type TensorflowEngine } from './tensorflow-engines.js';
import type {
  LayersModel,
  LayerValue,
  ModelArtifacts,
  TensorflowLibrary,
  TensorflowTensor,
  TensorflowValue,
} from './tensorflow-library.js';

/** A model in TensorFlow.js with the value that is wanted. */
interface ReadyModel extends Pick<LoadedModel, 'input' | 'outputs' | 'output'> {
  compute(images: TensorflowTensor): TensorflowTensor;
  dispose(): void;
}

/**
 * Loads a model.json, a layers model or a graph model, into TensorFlow.js.
 *
 * An output that the model does not name as one is taken to be a layer (layers model) or a node (graph model).
 * A model is data: layers and operations are looked up by name among those of TensorFlow.js, and what is not there is refused.
 *
 * @throws {RangeError} if the output is not there, or must be said. @throws {TypeError} if there is not one input.
 * @throws {Error} if a file cannot be read, TensorFlow.js is not installed, or cannot load the model.
 */
export async function loadTensorflowModel(
  request: LoadRequest,
  wanted?: TensorflowEngine,
): Promise<LoadedModel> {
  const artifacts = await readModelArtifacts(request.path);
  const { library, engine } = await loadTensorflow(wanted);
  const ready = await (artifacts.format === 'layers-model' ? loadLayers : loadGraph)(
    library,
    artifacts,
    request,
  );
  return {
    kind: 'tfjs',
    engine,
    input: ready.input,
    outputs: ready.outputs,
    output: ready.output,
    run: (pixels, shape) => runModel(library, ready, pixels, shape),
    release: async () => ready.dispose(),
  };
}

async function loadLayers(
  library: TensorflowLibrary,
  artifacts: ModelArtifacts,
  request: LoadRequest,
): Promise<ReadyModel> {
  const model = await explainFailure(request, () => library.loadLayersModel({ load: async () => artifacts }));
  return orDispose(model, () => {
    const outputs = model.outputs.map((value) => describeValue(namedByLayer(value)));
    const input = onlyInput(
      model.inputs.map((value) => describeValue(value)),
      request.path,
    );
    const output = chooseOutput(outputs, request);
    const part = library.model({
      inputs: model.inputs,
      outputs: layerOutput(model, outputs, request, output),
    });
    return {
      input,
      outputs,
      output,
      compute: (images) => part.predict(images, { batchSize: images.shape[0]! }),
      dispose: () => model.dispose(),
    };
  });
}

function namedByLayer({ sourceLayer, dtype, shape }: LayerValue): TensorflowValue {
  return { name: sourceLayer.name, dtype, shape };
}

function layerOutput(
  model: LayersModel,
  outputs: readonly ModelValue[],
  request: LoadRequest,
  name: string,
): TensorflowValue {
  const given = model.outputs.find(({ sourceLayer }) => sourceLayer.name === name);
  if (given !== undefined) return given;
  try {
    const { output } = model.getLayer(name);
    if ('name' in output) return output;
    throw new RangeError(`the layer has ${output.length} outputs`);
  } catch (cause) {
    throw unknownOutput(outputs, request, cause);
  }
}

async function loadGraph(
  library: TensorflowLibrary,
  artifacts: ModelArtifacts,
  request: LoadRequest,
): Promise<ReadyModel> {
  const model = await explainFailure(request, () => library.loadGraphModel({ load: async () => artifacts }));
  return orDispose(model, () => {
    const describe = (value: TensorflowValue) => describeValue(signedValue(value, artifacts));
    const outputs = model.outputs.map(describe);
    const input = onlyInput(model.inputs.map(describe), request.path);
    const output = chooseOutput(outputs, request);
    if (!hasNode(artifacts, output)) throw unknownOutput(outputs, request, 'no node of the graph');
    return {
      input,
      outputs,
      output,
      compute: (images) => model.execute({ [input.name]: images }, output),
      dispose: () => model.dispose(),
    };
  });
}

/** A value with the type and shape that the signature gives, where the node gives none. */
function signedValue(value: TensorflowValue, { signature = {} }: ModelArtifacts): TensorflowValue {
  const { inputs = {}, outputs = {} } = signature;
  const nodeOf = (name: string | undefined) => name?.replace(/:0$/, '');
  const signed = [...Object.values(inputs), ...Object.values(outputs)].find(
    ({ name }) => nodeOf(name) === nodeOf(value.name),
  );
  return {
    name: value.name,
    dtype: value.dtype ?? signed?.dtype?.replace(/^DT_FLOAT$/, 'float32'),
    shape: value.shape ?? signed?.tensorShape?.dim?.map(({ size }) => Number(size)),
  };
}

/** A graph lists its nodes by name. */
function hasNode({ modelTopology }: ModelArtifacts, name: string): boolean {
  const { node } = modelTopology as { node?: readonly { readonly name?: unknown }[] };
  return node?.some((entry) => entry.name === name) ?? false;
}

async function runModel(
  library: TensorflowLibrary,
  { compute, output }: ReadyModel,
  pixels: Float32Array,
  shape: readonly number[],
): Promise<{ shape: readonly number[]; data: Float32Array }> {
  const result = library.tidy(() => compute(library.tensor(pixels, shape)));
  try {
    if (result.dtype === 'float32') {
      return { shape: result.shape, data: Float32Array.from(await result.data()) };
    }
    throw new TypeError(`UserModel.embed: output "${output}" must be float32, got ${result.dtype}`);
  } finally {
    result.dispose();
  }
}

/** A graph names its values with the number of the node's output, `features:0`. */
function describeValue({ name, dtype, shape }: TensorflowValue): ModelValue {
  return {
    name: name.replace(/:0$/, ''),
    type: dtype ?? 'no type given',
    shape: (shape ?? []).map((size) => size ?? -1),
  };
}

async function explainFailure<T>({ path }: LoadRequest, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`openUserModel: TensorFlow.js could not load ${path}: ${reason}`, { cause });
  }
}

function orDispose<T>(model: { dispose(): void }, build: () => T): T {
  try {
    return build();
  } catch (error) {
    model.dispose();
    throw error;
  }
}
