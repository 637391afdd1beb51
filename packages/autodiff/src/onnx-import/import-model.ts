import type { Graph } from '../graph.js';
import { type DecodedNode, decodeOnnxModel } from '../onnx-decoding.js';
import type { OnnxTensor } from '../onnx-tensor.js';
import type { GraphValue } from '../operators/rule.js';
import type { TrainedParameter } from '../trained-values.js';
import { separateCopies } from './copied-initializers.js';
import { Importer } from './importer.js';
import { checkSizes, type InputSizes } from './input-shapes.js';
import { neededNodes, usedTensors } from './needed-nodes.js';

/** Options of {@link importModel}. */
export interface ImportOptions extends InputSizes {
  /** Names of tensors that are wanted, e.g. the features before the last layer; by default the model's outputs. */
  readonly outputs?: readonly string[];
  /**
   * Which of the stored float tensors are parameters to be trained; by default none. It is not asked about those that nothing
   * wanted depends on, nor about the statistics of batch norm and other numbers that must be constant. Equal tensors that the
   * exporter stored once and copied by Identity are separate parameters, of the names of the copies.
   */
  readonly trainable?: (name: string, shape: readonly number[]) => boolean;
  /** Values that take the place of stored float tensors, by name: those of an earlier training. */
  readonly replace?: Readonly<Record<string, Float32Array>>;
}

/** A model of another tool as a graph. */
export interface ImportedModel {
  readonly graph: Graph;
  /** The model's inputs that the wanted tensors depend on: inputs of the graph of the same names. */
  readonly inputs: ReadonlyMap<string, GraphValue>;
  /** The wanted tensors; not yet outputs of the graph. */
  readonly outputs: ReadonlyMap<string, GraphValue>;
  /** Every tensor of the graph by its name in the file, but for those that were computed during import. */
  readonly values: ReadonlyMap<string, GraphValue>;
  /** The parameters to be trained: inputs of the graph of the same names. */
  readonly parameters: Readonly<Record<string, TrainedParameter>>;
  /** What the file says about itself. */
  readonly metadata: Readonly<Record<string, string>>;
}

const OLDEST = 11;
const NEWEST = 20;

/** Inputs that are numbers of the operator rather than of the model, by operator. */
const NEVER_TRAINED: ReadonlyMap<string, readonly number[]> = new Map([
  ['BatchNormalization', [3, 4]],
  ['Clip', [1, 2]],
  ['Dropout', [1, 2]],
  ['Pad', [2]],
  ['Resize', [1, 2]],
]);

/**
 * Imports an inference model in ONNX, of operator sets 11 to 20, as a graph that can be extended, differentiated and trained.
 *
 * All sizes are numbers, so what a model computes from its sizes is computed here. Operators without a rule are made of those
 * that have one. Batch norm keeps its stored statistics; its scale and shift can be trained. Dropout does nothing. Numbers of 16 and
 * 64 bits become float32, integers int64.
 *
 * @param bytes a whole file; large tensors are views of it, so it must not be written afterwards.
 * @throws {SyntaxError} if the bytes are no ONNX model. @throws {TypeError} if an operator is not known (all of them are named, with
 *   their nodes), or inputs do not fit it. @throws {RangeError} if an option is out of range or a size stays open.
 *
 * Cost: O(bytes + nodes) time; nothing is run.
 * Source: the operator reference of ONNX, https://onnx.ai/onnx/operators/
 */
export function importModel(bytes: Uint8Array, options: ImportOptions): ImportedModel {
  checkSizes(options);
  const model = separateCopies(decodeOnnxModel(bytes));
  const version = model.operatorSets.get('') ?? 0;
  if (!(version >= OLDEST && version <= NEWEST)) {
    throw new RangeError(
      `importModel: the operator set must be of version ${OLDEST} to ${NEWEST}, found ${version}; export the model with opset_version=17`,
    );
  }
  const outputs = options.outputs ?? model.outputs.map(({ name }) => name);
  const nodes = neededNodes(model, outputs);
  const importer = new Importer(model, version);
  const used = new Set([...outputs, ...nodes.flatMap(usedTensors)]);
  const inputs = importer.addInputs(used, options);
  const parameters = importer.addInitializers(used, trainableNames(nodes, options), options.replace ?? {});
  for (const node of nodes) importer.addNode(node);
  return {
    graph: importer.graph,
    inputs,
    outputs: new Map(outputs.map((name) => [name, importer.valueOf(name)])),
    values: importer.values(),
    parameters,
    metadata: model.metadata,
  };
}

/** Whether a stored tensor is to be trained, by its name and shape. */
function trainableNames(
  nodes: readonly DecodedNode[],
  { trainable = () => false }: ImportOptions,
): (tensor: OnnxTensor) => boolean {
  const fixed = new Set(
    nodes.flatMap(({ operator, inputs }) =>
      (NEVER_TRAINED.get(operator) ?? []).map((index) => inputs[index] ?? ''),
    ),
  );
  return ({ name, type, shape }) => type === 'float32' && !fixed.has(name) && trainable(name, shape);
}
