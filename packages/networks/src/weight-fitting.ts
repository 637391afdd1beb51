import { type Backbone, sketchBackbone } from './backbone.js';
import type { Weights, WeightTensor } from './weights.js';

/** Options of {@link fitWeights}. */
export interface FitOptions {
  /** Whether the head's arrays are kept, those of the old classes among them; by default false. */
  readonly keepHead?: boolean;
}

/** Names in an error before the others are only counted. */
const LISTED = 20;

/** Prefixes that training tools put before every name. */
const PREFIX = /^(module|backbone|model)\./;

/**
 * Brings weights from a file to the names of a backbone, and checks that they are all there.
 *
 * Prefixes `module.`, `backbone.` and `model.` are dropped, torchvision's, timm's and other published names are
 * translated, and `num_batches_tracked` is left out. Arrays of the head are not checked here.
 *
 * @param found not modified; arrays are passed on, not copied.
 * @throws {TypeError} if arrays are missing, unexpected or of another shape; the text lists up to 20 of them.
 */
export function fitWeights(
  backbone: Backbone,
  found: Weights,
  { keepHead = false }: FitOptions = {},
): Weights {
  const expected = sketchBackbone(backbone).arrays.weights;
  const renamed = renameAll(backbone, found);
  const breaches = [...missing(expected, renamed), ...misfits(expected, renamed)];
  if (breaches.length > 0) throw new TypeError(describe(backbone, breaches, found));
  const isKept = (name: string) => expected.has(name) || keepHead;
  return new Map([...renamed].filter(([name]) => isKept(name)).map(([name, { tensor }]) => [name, tensor]));
}

interface Renamed {
  /** Its name in the file. */
  readonly published: string;
  readonly tensor: WeightTensor;
}

function renameAll(backbone: Backbone, found: Weights): Map<string, Renamed> {
  const renamed = new Map<string, Renamed>();
  for (const [published, tensor] of found) {
    if (published.endsWith('num_batches_tracked')) continue;
    let bare = published;
    while (PREFIX.test(bare)) bare = bare.replace(PREFIX, '');
    const name = backbone.ourName(bare);
    const earlier = renamed.get(name);
    if (earlier !== undefined) {
      throw new TypeError(
        `${backbone.name}: ${earlier.published} and ${published} are both ${name}; keep one of them in the file`,
      );
    }
    renamed.set(name, { published, tensor });
  }
  return renamed;
}

function missing(expected: Weights, renamed: ReadonlyMap<string, Renamed>): string[] {
  return [...expected]
    .filter(([name]) => !renamed.has(name))
    .map(([name, { shape }]) => `missing: ${name} [${shape.join(', ')}]`);
}

function misfits(expected: Weights, renamed: ReadonlyMap<string, Renamed>): string[] {
  const breaches: string[] = [];
  for (const [name, { published, tensor }] of renamed) {
    const shape = tensor.shape.join(', ');
    const wanted = expected.get(name)?.shape.join(', ');
    if (wanted === undefined) {
      if (!name.startsWith('head.')) breaches.push(`unexpected: ${published} [${shape}]`);
    } else if (wanted !== shape) {
      breaches.push(`shape of ${published}: expected [${wanted}], found [${shape}]`);
    }
  }
  return breaches;
}

function describe(backbone: Backbone, breaches: readonly string[], found: Weights): string {
  const lines = [`the weights do not fit ${backbone.name}:`, ...breaches.slice(0, LISTED)];
  if (breaches.length > LISTED) lines.push(`and ${breaches.length - LISTED} more`);
  if ([...found.keys()].some((name) => /^onnx::Conv_\d+$/.test(name))) {
    lines.push(
      'Batch norm was merged into convolutions when the file was exported: export with training=TrainingMode.PRESERVE, or use it as a frozen ONNX model.',
    );
  }
  return lines.join('\n  ');
}
