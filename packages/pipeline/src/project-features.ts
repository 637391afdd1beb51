import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeNpy, encodeNpy, type FeatureSet, joinColumns } from '@ganscout/data-model';
import {
  applyContentWhitening,
  decodeEmbedding,
  type EmbeddingLayer,
  embed,
  partOfRows,
  rowBatches,
} from '@ganscout/extractor';
import { fitStandardization, type Standardization, standardize } from '@ganscout/numeric';
import type { SpaceName, StageOptions } from './config/schema.js';
import { whiteningRound } from './round-stages.js';
import { roundFolder, type StageWriter } from './stage-store.js';
import { readWhitening } from './stages/whiten.js';
import type { StoredRows } from './stored-rows.js';

/** Takes descriptors of new images into the spaces of a finished run. */
export type Projection = (descriptors: FeatureSet) => Promise<FeatureSet>;

/** Writes what standardizes descriptors, so that new images can be standardized alike. */
export function writeDescriptorScale(
  writer: Pick<StageWriter, 'write'>,
  { knownIds, source }: StoredRows,
): void {
  const known = partOfRows(source, 0, knownIds.length);
  const { mean, deviation } = fitStandardization(() => rowBatches(known), known.dims);
  writer.write('descriptor-mean.npy', encodeNpy({ shape: [mean.length], data: mean }));
  writer.write('descriptor-deviation.npy', encodeNpy({ shape: [deviation.length], data: deviation }));
}

/**
 * Reads a run's transforms and returns the function that takes descriptors into the joined spaces `names`.
 *
 * @param rounds options of each round. @param round last round of the run.
 */
export function readProjection(
  directory: string,
  names: readonly SpaceName[],
  rounds: readonly StageOptions[],
  round: number,
): Projection {
  const options = rounds[round - 1] as StageOptions;
  const scale = readScale(directory, round);
  const project = async (descriptors: FeatureSet, name: SpaceName): Promise<FeatureSet> => {
    if (name === 'descriptor') return withScale(descriptors, scale);
    if (name === 'whitened') {
      const files = stageFiles(directory, whiteningRound(rounds, round) as number, 'whiten');
      const whitening = readWhitening(files);
      const data = await applyContentWhitening(whitening, descriptors.data);
      const space = { ...descriptors.space, transform: 'content-whitened' };
      return { ids: descriptors.ids, dims: data.length / Math.max(1, descriptors.ids.length), data, space };
    }
    return projectLayer(descriptors, name);
  };
  const projectLayer = async (descriptors: FeatureSet, layer: EmbeddingLayer): Promise<FeatureSet> => {
    const trained = stageFiles(directory, round, 'train');
    const model = decodeEmbedding(new Map(trained.files.map((file) => [file, trained.read(file)])));
    const input = await joined(descriptors, options.extractor.embedding.space);
    const features = await embed(model, input, layer, round);
    if (layer === 'logits') return features;
    const known = decodeNpy(trained.read(`known-${layer}.npy`)).data as Float32Array;
    return withScale(features, fitStandardization(known, features.dims));
  };
  const joined = async (descriptors: FeatureSet, wanted: readonly SpaceName[]): Promise<FeatureSet> => {
    const parts: FeatureSet[] = [];
    for (const name of wanted) parts.push(await project(descriptors, name));
    return joinColumns(parts);
  };
  return (descriptors) => joined(descriptors, names);
}

function withScale(features: FeatureSet, scale: Standardization): FeatureSet {
  const transform = [features.space.transform, 'standardized'].filter((step) => step !== '').join(', ');
  return { ...features, data: standardize(features.data, scale), space: { ...features.space, transform } };
}

function readScale(directory: string, round: number): Standardization {
  const { read } = stageFiles(directory, round, 'attribute');
  const array = (name: string) => decodeNpy(read(name)).data as Float32Array;
  return { mean: array('descriptor-mean.npy'), deviation: array('descriptor-deviation.npy') };
}

/** The files of a finished stage, without checking digests. */
export function stageFiles(directory: string, round: number, stage: string) {
  const home = join(directory, roundFolder(round), stage);
  const manifest = JSON.parse(readFileSync(join(home, 'stage.json'), 'utf8'));
  const files: string[] = Object.keys(manifest.outputs);
  return {
    digest: '',
    files,
    has: (name: string) => files.includes(name),
    read: (name: string): Uint8Array => readFileSync(join(home, name)),
  };
}
