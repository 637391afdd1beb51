import { readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { InputError } from '@ganscout/images';
import { digestOf, digestOfFile } from '@ganscout/storage';
import type { BackboneConfig } from '../config/backbone-options.js';

/**
 * Digest of the files that a backbone is read from: the weights, or the model with the weights beside it; '' without any.
 *
 * @throws {InputError} if a file cannot be read.
 */
export function digestOfBackbone(backbone: BackboneConfig): string {
  const [option, path] = 'model' in backbone ? ['model', backbone.model] : ['weights', backbone.weights];
  if (path === null) return '';
  const files = [path, ...(extname(path).toLowerCase() === '.json' ? weightFiles(path) : [])];
  const digests = files.map((file) => digestOfFile(file) ?? refuse(file, `extractor.backbone.${option}`));
  return digestOf(digests.join('\n'));
}

/** The options of a backbone that bear on its results; where its files are does not. */
export function withoutPaths(backbone: BackboneConfig): Readonly<Record<string, unknown>> {
  const { model: _, weights: __, ...options } = backbone as unknown as Record<string, unknown>;
  return options;
}

/** Files of weights that a model.json names; what is wrong with it is found when the model is opened. */
function weightFiles(path: string): string[] {
  try {
    const { weightsManifest } = JSON.parse(readFileSync(path, 'utf8'));
    const names: unknown[] = weightsManifest.flatMap(({ paths }: { paths: unknown[] }) => paths);
    return names.map((name) => join(dirname(path), String(name)));
  } catch {
    return [];
  }
}

function refuse(file: string, option: string): never {
  throw new InputError(`Cannot read ${file}: there is no such file that can be read; ${option} names it`);
}
