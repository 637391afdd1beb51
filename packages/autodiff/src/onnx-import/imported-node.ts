import type { Graph } from '../graph.js';
import type { AttributeValues, DecodedAttribute, DecodedNode } from '../onnx-decoding.js';
import type { OnnxTensor } from '../onnx-tensor.js';
import { formatShape, type GraphValue, staticShape } from '../operators/rule.js';

/** A tensor of a model being imported: a value of the graph, or numbers that are known already. */
export type ImportedTensor = GraphValue | OnnxTensor;

/** Makes the outputs of a node; one without a list around it. */
export type Conversion = (node: ImportedNode) => ImportedTensor | readonly ImportedTensor[];

/** Conversions by the ONNX name of the operator. */
export type Conversions = Readonly<Record<string, Conversion>>;

/** Whether the numbers of a tensor are known. */
export function isStored(tensor: ImportedTensor): tensor is OnnxTensor {
  return !('graph' in tensor);
}

/** Where a node is imported to. */
export interface ImportTarget {
  readonly graph: Graph;
  /** Version of the standard operator set the model is written in. */
  readonly version: number;
  /** The tensor as a value of the graph; the same value each time. */
  toValue(tensor: ImportedTensor): GraphValue;
}

/** A node of a model being imported, with its inputs and checked access to its attributes. */
export class ImportedNode {
  readonly graph: Graph;
  readonly version: number;
  readonly operator: string;
  readonly outputCount: number;
  readonly inputs: readonly (ImportedTensor | null)[];
  readonly #attributes: ReadonlyMap<string, DecodedAttribute>;
  readonly #unread: Set<string>;
  readonly #target: ImportTarget;

  /** @param inputs null for those that are left out. */
  constructor(
    { operator, outputs, attributes }: DecodedNode,
    inputs: readonly (ImportedTensor | null)[],
    target: ImportTarget,
  ) {
    this.graph = target.graph;
    this.version = target.version;
    this.operator = operator;
    this.outputCount = outputs.length;
    this.inputs = inputs;
    this.#attributes = attributes;
    this.#unread = new Set(attributes.keys());
    this.#target = target;
  }

  /** Whether an input is there. */
  has(index: number): boolean {
    return (this.inputs[index] ?? null) !== null;
  }

  /** An input. @throws {TypeError} if it is left out. */
  tensor(index: number): ImportedTensor {
    return this.inputs[index] ?? this.refuse(`input ${index} to be given, found none`);
  }

  /** An input as a value of the graph. @throws {TypeError} if it is left out. */
  value(index = 0): GraphValue {
    return this.toValue(this.tensor(index));
  }

  /** Any tensor as a value of the graph. */
  toValue(tensor: ImportedTensor): GraphValue {
    return this.#target.toValue(tensor);
  }

  /** Every input as a value of the graph. */
  values(): GraphValue[] {
    return this.inputs.map((_, index) => this.value(index));
  }

  /** Sizes of an input. */
  sizes(index = 0): number[] {
    return staticShape(this.tensor(index), this.operator);
  }

  /** Numbers of an input that must be known; null if it is left out. */
  numbers(index: number): number[] | null {
    if (!this.has(index)) return null;
    const tensor = this.tensor(index);
    const data = isStored(tensor) ? tensor.data : tensor.constant;
    if (data === null) return this.refuse(`input ${index} to be known before the model runs`);
    return Array.from(data as ArrayLike<number | bigint>, Number);
  }

  /** The one number of an input that must be known; null if it is left out. */
  number(index: number): number | null {
    const numbers = this.numbers(index);
    if (numbers === null || numbers.length === 1) return numbers?.[0] ?? null;
    return this.refuse(`input ${index} to be one number, found ${numbers.length}`);
  }

  /** An integer attribute. */
  int(name: string, fallback: number): number {
    return this.#read(name, 'int') ?? fallback;
  }

  /** A list of integers; null if it is not there. */
  ints(name: string): readonly number[] | null {
    return this.#read(name, 'ints');
  }

  /** A floating-point attribute. */
  float(name: string, fallback: number): number {
    return this.#read(name, 'float') ?? fallback;
  }

  /** A text. */
  text(name: string, fallback: string): string {
    return this.#read(name, 'text') ?? fallback;
  }

  /** Any attribute; null if it is not there. */
  attribute(name: string): DecodedAttribute | null {
    this.#unread.delete(name);
    return this.#attributes.get(name) ?? null;
  }

  /** Marks attributes that do not matter to inference. */
  ignore(...names: readonly string[]): void {
    for (const name of names) this.#unread.delete(name);
  }

  /** Integers that older operator sets keep in an attribute and newer ones in an input; null if there are none. */
  intsOrInput(name: string, index: number): readonly number[] | null {
    return this.ints(name) ?? this.numbers(index);
  }

  /** @throws {TypeError} if an attribute was not read: its meaning is not known. */
  checkAllRead(): void {
    const [name] = this.#unread;
    if (name !== undefined) this.refuse(`no attribute "${name}", whose meaning is not known here`);
  }

  /** Throws a TypeError that says what was expected. */
  refuse(expected: string): never {
    const shapes = this.inputs.map((input) => (input === null ? 'none' : formatShape(input.shape)));
    throw new TypeError(`expected ${expected}; the inputs have shapes ${shapes.join(', ')}`);
  }

  #read<K extends keyof AttributeValues>(name: string, kind: K): AttributeValues[K] | null {
    const found = this.attribute(name);
    if (found === null) return null;
    if (found.kind !== kind) this.refuse(`attribute "${name}" to be of kind ${kind}, found ${found.kind}`);
    return found.value as AttributeValues[K];
  }
}
