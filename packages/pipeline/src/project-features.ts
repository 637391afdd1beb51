import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeNpy, encodeNpy, type FeatureSet, joinColumns } from '@ganscout/data-model';
import { applyContentWhitening, decodeEmbedding, embed, partOfRows, rowBatches } from '@ganscout/extractor';
import { fitStandardization, type Standardization, standardize } from '@ganscout/numeric';
import type { SpaceName, StageOptions } from './config/schema.js';
import { trainsBackbone, whiteningRound } from './round-stages.js';
import { roundFolder, type StageOutput, type StageWriter } from './stage-store.js';
import { readWhitening } from './stages/whiten.js';
import type { StoredRows } from './stored-rows.js';

/** What is known of new images before they are taken into spaces. */
export interface NewImages {
  /** By the descriptor or a frozen backbone; null where a trained backbone does without. */
  readonly descriptors: FeatureSet | null;
  /** Layers of a trained backbone. */
  readonly layers: ReadonlyMap<SpaceName, FeatureSet>;
}

/** Takes new images into the spaces of a finished run. */
export type Projection = (images: NewImages) => Promise<FeatureSet>;

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
 * Reads a run's transforms and returns the function that takes new images into the joined spaces `names`.
 *
 * @param rounds options of each round. @param round last round of the run.
 */
export function readProjection(
  directory: string,
  names: readonly SpaceName[],
  rounds: readonly StageOptions[],
  round: number,
): Projection {
  const project = trainsBackbone(rounds)
    ? projectTrained(directory, rounds, round)
    : projectDescribed(directory, rounds, round);
  return async (images) => {
    const parts: FeatureSet[] = [];
    for (const name of names) parts.push(await project(images, name));
    return joinColumns(parts);
  };
}

type ProjectOne = (images: NewImages, name: SpaceName) => Promise<FeatureSet>;

function projectDescribed(directory: string, rounds: readonly StageOptions[], round: number): ProjectOne {
  const { space } = (rounds[round - 1] as StageOptions).extractor.embedding;
  const project: ProjectOne = async (images, name) => {
    const descriptors = images.descriptors as FeatureSet;
    if (name === 'descriptor' || name === 'backbone')
      return withScale(descriptors, readScale(directory, round));
    if (name === 'whitened') return whiten(descriptors, directory, whiteningRound(rounds, round) as number);
    const trained = stageFiles(directory, round, 'train');
    const model = decodeEmbedding(new Map(trained.files.map((file) => [file, trained.read(file)])));
    const parts: FeatureSet[] = [];
    for (const wanted of space) parts.push(await project(images, wanted));
    return scaleLayer(await embed(model, joinColumns(parts), name, round), trained.read, name);
  };
  return project;
}

function projectTrained(directory: string, rounds: readonly StageOptions[], round: number): ProjectOne {
  return async ({ descriptors, layers }, name) => {
    if (name === 'descriptor') return withScale(descriptors as FeatureSet, readScale(directory, round));
    if (name === 'whitened') {
      return whiten(layers.get('backbone') as FeatureSet, directory, whiteningRound(rounds, round) as number);
    }
    const { read } = stageFiles(directory, round, 'train');
    return scaleLayer(layers.get(name) as FeatureSet, read, name);
  };
}

async function whiten(features: FeatureSet, directory: string, round: number): Promise<FeatureSet> {
  const whitening = readWhitening(stageFiles(directory, round, 'whiten'));
  const data = await applyContentWhitening(whitening, features.data);
  const space = { ...features.space, transform: 'content-whitened' };
  return { ids: features.ids, dims: data.length / Math.max(1, features.ids.length), data, space };
}

/** Standardizes a layer by that of the known set; logits stay as they are. */
function scaleLayer(features: FeatureSet, read: StageOutput['read'], layer: SpaceName): FeatureSet {
  if (layer === 'logits') return features;
  const known = decodeNpy(read(`known-${layer}.npy`)).data as Float32Array;
  return withScale(features, fitStandardization(known, features.dims));
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
