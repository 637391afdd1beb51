import type { DecodedModel } from '../onnx-decoding.js';

/**
 * The model with a stored tensor of its own for each copy of one.
 *
 * Exporters store equal tensors, such as the zeros that biases begin with, once, and copy them by Identity. To be trained they must be
 * apart again. The data are shared, as they are not written.
 */
export function separateCopies(model: DecodedModel): DecodedModel {
  const initializers = new Map(model.initializers);
  const nodes = model.nodes.filter(({ operator, domain, inputs, outputs }) => {
    const stored = operator === 'Identity' && domain === '' ? initializers.get(inputs[0] ?? '') : undefined;
    const [name] = outputs;
    if (stored === undefined || name === undefined || initializers.has(name)) return true;
    initializers.set(name, { ...stored, name });
    return false;
  });
  return { ...model, nodes, initializers };
}
