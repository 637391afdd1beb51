import { createFeatureSet, decodeNpy, type FeatureSet, type ImageId } from '@ganscout/data-model';
import { InputError } from '@ganscout/images';
import { standardize } from '@ganscout/numeric';
import type { SpaceName, StageOptions } from './config/schema.js';
import { stageFiles } from './finished-stage.js';
import { readLayerScale } from './project-features.js';
import { isLayer, trainsBackbone, whiteningRound } from './round-stages.js';

/** Images of a finished run whose rows are read. */
export interface KeptImages {
  readonly set: 'known' | 'discovery';
  /** All that the run studied of that set, in its order. */
  readonly ids: readonly ImageId[];
}

/**
 * Reads the rows of a run's own images in a space, as a stage of its last round kept them.
 *
 * Descriptors and features of a frozen backbone are kept as they were before they were standardized, so of them there is
 * nothing to read here.
 *
 * @param rounds options of each round. @param round last round of the run. @param space what the run called its rows.
 * @returns null if no stage kept them so.
 * @throws {InputError} if they are of another number of images.
 */
export function readKeptRows(
  directory: string,
  { rounds, round }: { readonly rounds: readonly StageOptions[]; readonly round: number },
  { set, ids }: KeptImages,
  name: SpaceName,
  space: FeatureSet['space'],
): FeatureSet | null {
  const isOfTraining = isLayer(name) || (name === 'backbone' && trainsBackbone(rounds));
  const fitted = name === 'whitened' ? whiteningRound(rounds, round) : round;
  if ((name !== 'whitened' && !isOfTraining) || fitted === null) return null;
  const files = stageFiles(directory, fitted, name === 'whitened' ? 'whiten' : 'train');
  const file = name === 'whitened' ? `${set}-rows.npy` : `${set}-${name}.npy`;
  if (!files.has(file)) return null;
  const { shape, data } = decodeNpy(files.read(file));
  if (shape[0] !== ids.length) {
    throw new InputError(
      `${directory}: ${file} of round ${fitted} must have a row for each of ${ids.length} images, it has ${shape[0]}`,
    );
  }
  const rows = data as Float32Array;
  const isPlain = name === 'whitened' || name === 'logits';
  const values = isPlain ? rows : standardize(rows, readLayerScale(files, name));
  return createFeatureSet(ids, shape[1] as number, values, space);
}
