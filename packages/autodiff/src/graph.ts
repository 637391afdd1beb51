import {
  type AttributeValue,
  type Dimension,
  type ElementType,
  encodeOnnxModel,
  type OnnxInitializer,
  type OnnxNode,
  type OnnxValueInfo,
} from './onnx-encoding.js';
import { elementCount, formatShape, type GraphNode, type GraphValue } from './operators/rule.js';
import { operatorRule } from './operators/table.js';

/**
 * A graph of ONNX operators under construction. Values are made by its methods and by the functions of `operators`;
 * types and shapes are inferred and checked as each node is added.
 */
export interface Graph {
  /** A value fed at each run. @throws {RangeError} if the name is empty or taken. */
  input(name: string, shape: readonly Dimension[], type?: 'float32' | 'int64'): GraphValue;
  /** A tensor stored in the model. @param data kept, not copied. @param name for readers of the file. */
  constant(data: Float32Array | BigInt64Array, shape: readonly number[], name?: string): GraphValue;
  /** A float32 constant of shape []. */
  scalar(value: number): GraphValue;
  /** An int64 constant of one axis. */
  integers(values: readonly number[]): GraphValue;
  /**
   * Adds a node.
   *
   * @param operator ONNX name of one that has a rule. @param output which of its outputs is wanted, by default the first.
   * @throws {TypeError} if the inputs do not fit.
   */
  apply(
    operator: string,
    inputs: readonly GraphValue[],
    attributes?: Readonly<Record<string, AttributeValue>>,
    output?: number,
  ): GraphValue;
  /** Names a value as a result of the model. @throws {RangeError} if the name is empty or taken. */
  output(name: string, value: GraphValue): void;
  /** Every value computed by a node, in the order of creation. */
  computedValues(): readonly GraphValue[];
  /** The ONNX file. Nodes and constants that no output needs are left out. @param metadata kept in the file. */
  encode(metadata?: Readonly<Record<string, string>>): Uint8Array;
}

type ComputedValue = GraphValue & { readonly node: GraphNode };

/** Creates an empty graph. @param name of the graph in the file. */
export function createGraph(name = 'graph'): Graph {
  return new GraphBuilder(name);
}

class GraphBuilder implements Graph {
  readonly #name: string;
  readonly #inputs = new Map<string, GraphValue>();
  readonly #outputs = new Map<string, GraphValue>();
  readonly #constantNames = new Map<GraphValue, string>();
  readonly #computed: ComputedValue[] = [];
  readonly #taken = new Set<string>();
  #count = 0;

  constructor(name: string) {
    this.#name = name;
  }

  input(name: string, shape: readonly Dimension[], type: 'float32' | 'int64' = 'float32'): GraphValue {
    this.#take(name);
    const value = { graph: this, id: this.#count++, type, shape: [...shape], node: null, constant: null };
    this.#inputs.set(name, value);
    return value;
  }

  constant(data: Float32Array | BigInt64Array, shape: readonly number[], name?: string): GraphValue {
    if (elementCount(shape) !== data.length) {
      throw new TypeError(
        `Graph.constant: shape ${formatShape(shape)} has ${elementCount(shape)} elements, got ${data.length}`,
      );
    }
    const type: ElementType = data instanceof Float32Array ? 'float32' : 'int64';
    const value = { graph: this, id: this.#count++, type, shape: [...shape], node: null, constant: data };
    if (name !== undefined) {
      this.#take(name);
      this.#constantNames.set(value, name);
    }
    return value;
  }

  scalar(value: number): GraphValue {
    return this.constant(Float32Array.of(value), []);
  }

  integers(values: readonly number[]): GraphValue {
    return this.constant(BigInt64Array.from(values, BigInt), [values.length]);
  }

  apply(
    operator: string,
    inputs: readonly GraphValue[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    output = 0,
  ): GraphValue {
    if (inputs.some((input) => input.graph !== this)) {
      throw new TypeError(`${operator}: every input must be a value of this graph`);
    }
    const node: GraphNode = { operator, inputs: [...inputs], attributes, output };
    const { type, shape } = operatorRule(operator).infer(node);
    const value: ComputedValue = { graph: this, id: this.#count++, type, shape, node, constant: null };
    this.#computed.push(value);
    return value;
  }

  output(name: string, value: GraphValue): void {
    if (value.graph !== this) throw new TypeError(`Graph.output: ${name} must be a value of this graph`);
    this.#take(name);
    // A node's value takes the name of the one output it feeds; inputs, constants and second outputs need a node.
    const isNamed = value.node === null || [...this.#outputs.values()].includes(value);
    this.#outputs.set(name, isNamed ? this.apply('Identity', [value]) : value);
  }

  computedValues(): readonly GraphValue[] {
    return this.#computed;
  }

  encode(metadata: Readonly<Record<string, string>> = {}): Uint8Array {
    const needed = this.#neededValues();
    const names = this.#nameValues(needed);
    const describe = ([name, { type, shape }]: [string, GraphValue]): OnnxValueInfo => ({
      name,
      type,
      shape,
    });
    const constants = [...needed].filter((value) => value.constant !== null).sort((a, b) => a.id - b.id);
    const initializers = constants.map(
      (value): OnnxInitializer => ({
        name: names.get(value)!,
        shape: value.shape as readonly number[],
        data: value.constant!,
      }),
    );
    const nodes = this.#computed
      .filter((value) => needed.has(value))
      .map(
        (value): OnnxNode => ({
          operator: value.node.operator,
          inputs: value.node.inputs.map((input) => names.get(input)!),
          outputs: outputNames(names.get(value)!, value.node.output),
          attributes: value.node.attributes,
        }),
      );
    const inputs = [...this.#inputs].map(describe);
    const outputs = [...this.#outputs].map(describe);
    return encodeOnnxModel({ name: this.#name, inputs, outputs, initializers, nodes, metadata });
  }

  #take(name: string): void {
    if (name === '' || this.#taken.has(name)) {
      throw new RangeError(`Graph: a name must be new and not empty, got "${name}"`);
    }
    this.#taken.add(name);
  }

  #neededValues(): Set<GraphValue> {
    const needed = new Set<GraphValue>(this.#outputs.values());
    for (let i = this.#computed.length - 1; i >= 0; i--) {
      const value = this.#computed[i]!;
      if (needed.has(value)) for (const input of value.node.inputs) needed.add(input);
    }
    return needed;
  }

  #nameValues(needed: ReadonlySet<GraphValue>): Map<GraphValue, string> {
    const names = new Map<GraphValue, string>(this.#constantNames);
    for (const [name, value] of [...this.#inputs, ...this.#outputs]) names.set(value, name);
    for (const value of needed) {
      if (names.has(value)) continue;
      let name = `${value.node?.operator ?? 'constant'}_${value.id}`;
      while (this.#taken.has(name)) name += '_';
      names.set(value, name);
    }
    return names;
  }
}

/** Names of a node's outputs up to the one that is used; those before it need names too. */
function outputNames(name: string, used: number): string[] {
  return Array.from({ length: used + 1 }, (_, i) => (i === used ? name : `${name}/${i}`));
}
