import type { Graph } from '../graph.js';
import type { AttributeValue, Dimension, ElementType } from '../onnx-encoding.js';

/** Element type and shape of a value. */
export interface ValueType {
  readonly type: ElementType;
  readonly shape: readonly Dimension[];
}

/** A value of a graph: an input, a constant, or what a node computes. */
export interface GraphValue extends ValueType {
  readonly graph: Graph;
  /** Place in the order of creation, which is a topological order. */
  readonly id: number;
  /** The node that computes it; null for inputs and constants. */
  readonly node: GraphNode | null;
  /** The numbers of a constant; null for anything else. */
  readonly constant: Float32Array | BigInt64Array | null;
}

/** One use of an operator. */
export interface GraphNode {
  readonly operator: string;
  readonly inputs: readonly GraphValue[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  /** Which of the operator's outputs is used, from 0. */
  readonly output: number;
  /** What its maker calls it, for errors; null if nothing. */
  readonly name: string | null;
}

/** A value, or a number that becomes a scalar constant. */
export type Operand = GraphValue | number;

/** What the graph needs to know of an operator. */
export interface OperatorRule {
  /**
   * Type and shape of the result.
   *
   * @throws {TypeError} if the inputs do not fit the operator; the text names their shapes.
   */
  infer(node: GraphNode): ValueType;
  /**
   * Gradient with respect to each input, in the input's shape, or null for an input without one;
   * null as a whole if the operator is not differentiable.
   *
   * @param output what the node computes.
   * @param upstream gradient with respect to `output`, in its shape.
   */
  readonly gradient:
    | ((node: GraphNode, output: GraphValue, upstream: GraphValue) => readonly (GraphValue | null)[])
    | null;
}

/** Rules by the ONNX name of the operator. */
export type OperatorRules = Readonly<Record<string, OperatorRule>>;

/** Writes a shape for an error message, e.g. `[N, 128]`. */
export function formatShape(shape: readonly Dimension[]): string {
  return `[${shape.join(', ')}]`;
}

/** The sizes of a shape. @throws {TypeError} if one of them is known only when the model runs. */
export function staticShape(value: ValueType, purpose: string): number[] {
  return value.shape.map((size) => {
    if (typeof size === 'number') return size;
    throw new TypeError(`${purpose}: every size must be a number, got ${formatShape(value.shape)}`);
  });
}

/** Number of elements of a shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** The integers of a constant int64 input, e.g. axes. @throws {TypeError} if the input is no such constant. */
export function constantIntegers(node: GraphNode, index: number): number[] {
  const constant = node.inputs[index]?.constant;
  if (constant instanceof BigInt64Array) return Array.from(constant, Number);
  throw new TypeError(`${node.operator}: input ${index} must be a constant of integers`);
}

/** Throws that the inputs of a node must be of other types or shapes, and which they are. */
export function refuseTypes({ operator, inputs }: GraphNode, expected: string): never {
  const found = inputs.map(({ type, shape }) => `${type} ${formatShape(shape)}`).join(', ');
  throw new TypeError(`${operator}: inputs must be ${expected}, got ${found}`);
}

/** Axes as numbers in [0, rank). @throws {RangeError} if one is outside [-rank, rank). */
export function normalizeAxes(axes: readonly number[], rank: number, operator: string): number[] {
  return axes.map((axis) => {
    if (Number.isInteger(axis) && axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
    throw new RangeError(`${operator}: axis must be an integer in [${-rank}, ${rank}), got ${axis}`);
  });
}
