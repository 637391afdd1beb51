import { add } from './operators/elementwise.js';
import { formatShape, type GraphValue } from './operators/rule.js';
import { operatorRule } from './operators/table.js';

/**
 * Adds to the graph the gradients of a scalar with respect to some values (reverse-mode differentiation).
 *
 * @param loss scalar of shape [], float32.
 * @param values of the same graph, float32, whose sizes are numbers.
 * @returns one value for each of `values`, of its shape; zeros where the loss does not depend on it.
 * @throws {TypeError} if the loss is not a scalar, or an operator between has no gradient.
 *
 * Cost: a number of nodes proportional to those between the values and the loss.
 * Source: A. Griewank, A. Walther, "Evaluating Derivatives", 2nd edition, 2008, section 3.2.
 */
export function gradients(loss: GraphValue, values: readonly GraphValue[]): GraphValue[] {
  if (loss.shape.length !== 0 || loss.type !== 'float32') {
    throw new TypeError(
      `gradients: the loss must be a float32 scalar, got ${loss.type} ${formatShape(loss.shape)}`,
    );
  }
  const { graph } = loss;
  const path = valuesBetween(values, loss);
  const gradientOf = new Map<GraphValue, GraphValue>([[loss, graph.scalar(1)]]);
  for (const value of path) {
    const upstream = gradientOf.get(value);
    if (upstream === undefined || value.node === null) continue;
    const { inputs, parts } = inputGradients(value, upstream);
    inputs.forEach((input, index) => {
      const part = parts[index];
      if (part === null || part === undefined || !path.has(input)) return;
      const earlier = gradientOf.get(input);
      gradientOf.set(input, earlier === undefined ? part : add(earlier, part));
    });
  }
  return values.map((value) => gradientOf.get(value) ?? zerosLike(value));
}

/** Gradients with respect to what a value depends on. @throws {TypeError} that names its node, if it has none. */
function inputGradients(value: GraphValue, upstream: GraphValue) {
  const derivative = value.graph.derivativeOf(value);
  if (derivative !== undefined) return { inputs: derivative.inputs, parts: derivative.gradient(upstream) };
  const node = value.node!;
  const { gradient } = operatorRule(node.operator);
  const where = `operator ${node.operator}${node.name === null ? '' : ` of node "${node.name}"`}`;
  if (gradient === null) {
    throw new TypeError(`gradients: ${where} has no gradient; choose values that come after it, or none`);
  }
  try {
    return { inputs: node.inputs, parts: gradient(node, value, upstream) };
  } catch (cause) {
    if (node.name === null || !(cause instanceof TypeError)) throw cause;
    throw new TypeError(`gradients: ${where}: ${cause.message}`, { cause });
  }
}

/** The values, the loss, and what depends on the former and leads to the latter; last created first. */
function valuesBetween(values: readonly GraphValue[], loss: GraphValue): Set<GraphValue> {
  const dependent = new Set<GraphValue>(values);
  for (const value of loss.graph.computedValues()) {
    const carriesGradient = value.type === 'float32' && value.id <= loss.id;
    const inputs = value.graph.derivativeOf(value)?.inputs ?? value.node!.inputs;
    if (carriesGradient && inputs.some((input) => dependent.has(input))) dependent.add(value);
  }
  return new Set([...dependent].sort((a, b) => b.id - a.id));
}

function zerosLike(value: GraphValue): GraphValue {
  const shape = value.shape.map((size) => {
    if (typeof size === 'number') return size;
    throw new TypeError(`gradients: every size must be a number, got ${formatShape(value.shape)}`);
  });
  return value.graph.constant(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape);
}
