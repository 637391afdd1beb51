import type { Backbone } from './backbone.js';

/** The layer that follows the backbone. */
const HEAD = 'head';

/**
 * Which layers learn when a backbone is fine-tuned from one of its layers on: that one, those after it, and the head.
 *
 * @param first one of `backbone.layers`, or `head` for a frozen backbone; the first one trains all.
 * @returns a predicate on the names of layers, as `LayersOptions.isTrained` takes it.
 * @throws {RangeError} if there is no such layer; the text lists them.
 */
export function trainedFrom(backbone: Backbone, first: string): (layer: string) => boolean {
  const names = [...backbone.layers, HEAD];
  const start = names.indexOf(first);
  if (start === -1) {
    throw new RangeError(
      `${backbone.name}: the first trained layer must be one of ${names.join(', ')}, got ${first}`,
    );
  }
  const trained = names.slice(start);
  return (layer) => trained.some((name) => layer === name || layer.startsWith(`${name}.`));
}
