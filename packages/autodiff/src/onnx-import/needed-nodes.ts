import type { DecodedGraph, DecodedModel, DecodedNode } from '../onnx-decoding.js';
import { KNOWN_OPERATORS } from './conversions.js';

/**
 * The nodes that the outputs depend on, in execution order.
 *
 * @throws {SyntaxError} if a tensor is made twice, or used before it is made. @throws {RangeError} if an output is none of the
 *   model's tensors. @throws {TypeError} if a needed operator is not known: all that are not, and what is, are listed.
 */
export function neededNodes(model: DecodedModel, outputs: readonly string[]): DecodedNode[] {
  checkOrder(model, outputs);
  return nodesBefore(model, outputs);
}

/** The nodes of a graph or branch that the tensors depend on, in execution order. @throws {TypeError} as {@link neededNodes}. */
export function nodesBefore({ nodes }: DecodedGraph, tensors: readonly string[]): DecodedNode[] {
  const wanted = new Set(tensors);
  const needed: DecodedNode[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((name) => wanted.has(name))) continue;
    for (const name of usedTensors(node)) wanted.add(name);
    needed.push(node);
  }
  refuseUnknown(needed);
  return needed.reverse();
}

/** Names of the tensors that a node uses, in its branches too. */
export function usedTensors({ inputs, attributes }: DecodedNode): string[] {
  const branches = [...attributes.values()].flatMap(({ kind, value }) => (kind === 'graph' ? [value] : []));
  const inside = branches.flatMap(({ nodes, outputs }) => [
    ...nodes.flatMap(usedTensors),
    ...outputs.map(({ name }) => name),
  ]);
  return [...inputs, ...inside];
}

function checkOrder({ nodes, initializers, inputs }: DecodedModel, outputs: readonly string[]): void {
  const made = new Set<string>([...initializers.keys()]);
  const make = (name: string, maker: string) => {
    if (made.has(name))
      throw new SyntaxError(`importModel: ${maker} must be new, found tensor "${name}" again`);
    made.add(name);
  };
  for (const { name } of inputs) make(name, 'an input');
  for (const { name, inputs: used, outputs: results } of nodes) {
    for (const tensor of used) {
      if (tensor !== '' && !made.has(tensor)) {
        throw new SyntaxError(
          `importModel: node "${name}" must use tensors made before it, found "${tensor}"`,
        );
      }
    }
    for (const result of results) if (result !== '') make(result, `an output of node "${name}"`);
  }
  const missing = outputs.find((name) => !made.has(name));
  if (missing !== undefined) {
    const last = nodes.slice(-5).flatMap((node) => node.outputs);
    throw new RangeError(
      `importModel: outputs must be tensors of the model (the last ones are ${last.join(', ')}), got "${missing}"`,
    );
  }
}

function refuseUnknown(nodes: readonly DecodedNode[]): void {
  const unknown = nodes.filter(({ operator, domain }) => domain !== '' || !KNOWN_OPERATORS.has(operator));
  if (unknown.length === 0) return;
  const found = unknown.slice(0, 5).map(({ name, operator, domain }) => {
    return `${domain === '' ? '' : `${domain}.`}${operator} of node "${name}"`;
  });
  const more = unknown.length > 5 ? ` and ${unknown.length - 5} more` : '';
  throw new TypeError(
    `importModel: found ${found.join(', ')}${more}, but operators must be among ${[...KNOWN_OPERATORS].join(', ')}; ` +
      'choose outputs that come before, or export the model with other operators',
  );
}
