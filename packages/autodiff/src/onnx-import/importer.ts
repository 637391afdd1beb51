import { createGraph, type Graph } from '../graph.js';
import type { DecodedModel, DecodedNode } from '../onnx-decoding.js';
import { type OnnxTensor, STORED_TYPES } from '../onnx-tensor.js';
import { cast } from '../operators/comparison.js';
import { elementCount, formatShape, type GraphValue } from '../operators/rule.js';
import type { TrainedParameter } from '../trained-values.js';
import { CONVERSIONS } from './conversions.js';
import { foldNode } from './folding.js';
import { ImportedNode, type ImportedTensor, isStored } from './imported-node.js';
import { type InputSizes, inputShape } from './input-shapes.js';
import { nodesBefore } from './needed-nodes.js';
import { castElements } from './stored-elements.js';

const MAX_RANK = 16;
const MAX_ELEMENTS = 2 ** 31;
/** Elements computed during import, in all. */
const MAX_FOLDED = 2 ** 24;

/** Turns the parts of a decoded model into a graph, in the order of its methods. */
export class Importer {
  readonly graph: Graph;
  readonly #model: DecodedModel;
  readonly #version: number;
  readonly #tensors = new Map<string, ImportedTensor>();
  readonly #constants = new Map<OnnxTensor, GraphValue>();
  #folded = 0;

  constructor(model: DecodedModel, version: number) {
    this.graph = createGraph(model.graphName === '' ? 'graph' : model.graphName);
    this.#model = model;
    this.#version = version;
  }

  /** Makes the used inputs of the model inputs of the graph. */
  addInputs(used: ReadonlySet<string>, sizes: InputSizes): Map<string, GraphValue> {
    const inputs = new Map<string, GraphValue>();
    for (const info of this.#model.inputs.filter(({ name }) => used.has(name))) {
      const type = STORED_TYPES.get(info.elementType)?.type;
      if (type !== 'float32' && type !== 'int64') {
        throw new TypeError(
          `importModel: input "${info.name}" must be a tensor of floats, int32 or int64, found element type ${info.elementType}`,
        );
      }
      const value = this.graph.input(info.name, inputShape(info, sizes), type);
      inputs.set(info.name, value);
      this.#tensors.set(info.name, value);
    }
    return inputs;
  }

  /** Makes the stored tensors that are used constants, or inputs of the graph if they are to be trained. */
  addInitializers(
    used: ReadonlySet<string>,
    isTrained: (tensor: OnnxTensor) => boolean,
    replacements: Readonly<Record<string, Float32Array>>,
  ): Record<string, TrainedParameter> {
    checkReplacements(this.#model, replacements);
    const parameters = new Map<string, TrainedParameter>();
    for (const [name, stored] of this.#model.initializers) {
      if (!used.has(name)) continue;
      const tensor = Object.hasOwn(replacements, name) ? { ...stored, data: replacements[name]! } : stored;
      if (isTrained(tensor)) {
        const value = this.graph.input(name, tensor.shape);
        parameters.set(name, { value, initial: tensor.data as Float32Array });
        this.#tensors.set(name, value);
      } else this.#tensors.set(name, tensor);
    }
    return Object.fromEntries(parameters);
  }

  /** Adds what a node computes. */
  addNode(decoded: DecodedNode): void {
    const inputs = decoded.inputs.map((name) => (name === '' ? null : this.#tensorOf(name)));
    const target = {
      graph: this.graph,
      version: this.#version,
      toValue: (tensor: ImportedTensor) => this.#toValue(tensor),
    };
    const node = new ImportedNode(decoded, inputs, target);
    try {
      const results = this.graph.named(decoded.name, () => this.#convert(node));
      this.#keep(decoded, results);
    } catch (error) {
      explain(decoded, error);
    }
  }

  /** A tensor by its name, as a value of the graph. */
  valueOf(name: string): GraphValue {
    return this.#toValue(this.#tensorOf(name));
  }

  /** The tensors that are values of the graph, by name. */
  values(): Map<string, GraphValue> {
    const entries = [...this.#tensors].map(
      ([name, tensor]) => [name, isStored(tensor) ? this.#constants.get(tensor) : tensor] as const,
    );
    return new Map(entries.filter((entry): entry is [string, GraphValue] => entry[1] !== undefined));
  }

  #tensorOf(name: string): ImportedTensor {
    const tensor = this.#tensors.get(name);
    if (tensor !== undefined) return tensor;
    throw new TypeError(
      `importModel: tensor "${name}" is not there: no node before makes it, or its operator has no such output here; choose outputs that do not depend on it`,
    );
  }

  #convert(node: ImportedNode): readonly ImportedTensor[] {
    if (node.operator === 'If') return this.#convertBranch(node);
    const folded = foldNode(node);
    if (folded !== null) {
      // A Constant is in the file already.
      this.#folded += node.operator === 'Constant' ? 0 : folded.data.length;
      if (this.#folded > MAX_FOLDED)
        node.refuse(`at most ${MAX_FOLDED} numbers to be computed during import`);
      return [folded];
    }
    const conversion = CONVERSIONS.get(node.operator) ?? node.refuse('inputs that are known during import');
    const results = conversion(node);
    node.checkAllRead();
    return Array.isArray(results) ? results : [results as ImportedTensor];
  }

  /** The branch of an If whose condition is known, as part of the graph. */
  #convertBranch(node: ImportedNode): readonly ImportedTensor[] {
    const branch = node.attribute(node.number(0) === 1 ? 'then_branch' : 'else_branch');
    if (branch?.kind !== 'graph') return node.refuse('two branches');
    for (const [name, tensor] of branch.value.initializers) {
      if (this.#tensors.has(name)) node.refuse(`new names inside a branch, found "${name}"`);
      this.#tensors.set(name, tensor);
    }
    const outputs = branch.value.outputs.map(({ name }) => name);
    for (const inner of nodesBefore(branch.value, outputs)) {
      const known = inner.outputs.find((name) => this.#tensors.has(name));
      if (known !== undefined) node.refuse(`new names inside a branch, found "${known}"`);
      this.addNode(inner);
    }
    return outputs.map((name) => this.#tensorOf(name));
  }

  #keep({ outputs }: DecodedNode, results: readonly ImportedTensor[]): void {
    for (const [i, name] of outputs.entries()) {
      if (name === '') continue;
      const result = results[i];
      // An output that is never used need not be there, such as the mask of Dropout.
      if (result === undefined) continue;
      const { shape } = result;
      const count = elementCount(shape as number[]);
      if (shape.length > MAX_RANK || !(count <= MAX_ELEMENTS)) {
        throw new RangeError(
          `expected tensors of at most ${MAX_RANK} axes and 2^31 elements, found ${formatShape(shape.slice(0, MAX_RANK + 1))}`,
        );
      }
      this.#tensors.set(name, result);
    }
  }

  #toValue(tensor: ImportedTensor): GraphValue {
    if (!isStored(tensor)) return tensor;
    const known = this.#constants.get(tensor);
    if (known !== undefined) return known;
    const value = this.#constant(tensor);
    this.#constants.set(tensor, value);
    return value;
  }

  #constant(tensor: OnnxTensor): GraphValue {
    if (tensor.type === 'bool') return cast(this.#constant(castElements(tensor, 'float32')), 'bool');
    const data = tensor.data as Float32Array | BigInt64Array;
    const isNamed = this.#tensors.get(tensor.name) === tensor;
    return this.graph.constant(data, tensor.shape, isNamed ? tensor.name : undefined);
  }
}

function checkReplacements(model: DecodedModel, replacements: Readonly<Record<string, Float32Array>>): void {
  for (const [name, data] of Object.entries(replacements)) {
    const stored = model.initializers.get(name);
    if (stored?.type !== 'float32') {
      throw new RangeError(`importModel: replace must name float tensors stored in the model, got "${name}"`);
    }
    if (stored.data.length !== data.length) {
      throw new TypeError(
        `importModel: replace.${name} must have the ${stored.data.length} elements of ${formatShape(stored.shape)}, got ${data.length}`,
      );
    }
  }
}

/** Throws the error again with the node in its text. */
function explain({ name, operator }: DecodedNode, error: unknown): never {
  const where = `importModel: operator ${operator} of node "${name}"`;
  if (error instanceof TypeError) throw new TypeError(`${where}: ${error.message}`, { cause: error });
  if (error instanceof RangeError) throw new RangeError(`${where}: ${error.message}`, { cause: error });
  throw error;
}
