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
  /** Gives the nodes that `build` adds a name, which errors about them mention. @returns what `build` returns. */
  named<T>(name: string, build: () => T): T;
  /**
   * Gives a value that several nodes compute a gradient of its own, which {@link gradients} takes in place of theirs.
   *
   * @param value computed by this graph, used by nothing yet. @param inputs all that it depends on and that may be learned.
   * @returns the value.
   */
  derive(value: GraphValue, inputs: readonly GraphValue[], gradient: Derivative['gradient']): GraphValue;
  /** What {@link Graph.derive} said of a value. */
  derivativeOf(value: GraphValue): Derivative | undefined;
  /** Names a value as a result of the model. @throws {RangeError} if the name is empty or taken. */
  output(name: string, value: GraphValue): void;
  /** Every value computed by a node, in the order of creation. */
  computedValues(): readonly GraphValue[];
  /** The ONNX file. Nodes and constants that no output needs are left out. @param metadata kept in the file. */
  encode(metadata?: Readonly<Record<string, string>>): Uint8Array;
}

/** A gradient that stands for those of all nodes behind a value. */
export interface Derivative {
  readonly inputs: readonly GraphValue[];
  /** From the gradient of the value to that of each input, in its shape; null for none. */
  gradient(upstream: GraphValue): readonly (GraphValue | null)[];
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
  readonly #derivatives = new Map<GraphValue, Derivative>();
  readonly #taken = new Set<string>();
  #count = 0;
  #nodeName: string | null = null;

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
    const node: GraphNode = { operator, inputs: [...inputs], attributes, output, name: this.#nodeName };
    const { type, shape } = operatorRule(operator).infer(node);
    const value: ComputedValue = { graph: this, id: this.#count++, type, shape, node, constant: null };
    this.#computed.push(value);
    return value;
  }

  named<T>(name: string, build: () => T): T {
    const outer = this.#nodeName;
    this.#nodeName = name;
    try {
      return build();
    } finally {
      this.#nodeName = outer;
    }
  }

  derive(value: GraphValue, inputs: readonly GraphValue[], gradient: Derivative['gradient']): GraphValue {
    this.#derivatives.set(value, { inputs, gradient });
    return value;
  }

  derivativeOf(value: GraphValue): Derivative | undefined {
    return this.#derivatives.get(value);
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
    const nodes = this.#nodesFor(needed, names);
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

  /** In the order of creation; values that differ only in which output of an operator they are share a node. */
  #nodesFor(needed: ReadonlySet<GraphValue>, names: ReadonlyMap<GraphValue, string>): OnnxNode[] {
    const values = this.#computed.filter((value) => needed.has(value));
    const shared = new Set(values.filter(({ node }) => node.output > 0).map(({ node }) => nodeKey(node)));
    const nodes = new Map<string, { node: GraphNode; outputs: string[] }>();
    for (const value of values) {
      const { node } = value;
      const key = nodeKey(node);
      const entryKey = shared.has(key) ? key : String(value.id);
      const entry = nodes.get(entryKey) ?? { node, outputs: [] };
      entry.outputs[node.output] = names.get(value)!;
      nodes.set(entryKey, entry);
    }
    return [...nodes.values()].map(({ node, outputs }) => ({
      operator: node.operator,
      inputs: node.inputs.map((input) => names.get(input)!),
      // An output that nobody needs has a name all the same.
      outputs: Array.from(outputs, (name, i) => name ?? `${outputs.at(-1)}/${i}`),
      attributes: node.attributes,
    }));
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

/** Equal for values that are outputs of one operator on the same inputs. */
function nodeKey({ operator, inputs, attributes }: GraphNode): string {
  return JSON.stringify([operator, inputs.map(({ id }) => id), attributes]);
}
