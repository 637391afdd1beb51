import { decodeNpy, encodeNpy, type FeatureSet, joinColumns } from '@ganscout/data-model';
import { applyContentWhitening, decodeEmbedding, embed, partOfRows, rowBatches } from '@ganscout/extractor';
import { fitStandardization, type Standardization, standardize } from '@ganscout/numeric';
import type { SpaceName, StageOptions } from './config/schema.js';
import { stageFiles } from './finished-stage.js';
import { once } from './once.js';
import { trainsBackbone, whiteningRound } from './round-stages.js';
import type { StageOutput, StageWriter } from './stage-store.js';
import { readWhitening } from './stages/whiten.js';
import type { StoredRows } from './stored-rows.js';

/** What is known of new images before they are taken into spaces. */
export interface NewImages {
  /** By the descriptor or a frozen backbone, or from elsewhere; null where a trained backbone does without. */
  readonly descriptors: FeatureSet | null;
  /** Layers of a trained backbone. */
  readonly layers: ReadonlyMap<SpaceName, FeatureSet>;
}

/** Takes new images into a space of a finished run. */
export type Projection = (images: NewImages, name: SpaceName) => Promise<FeatureSet>;

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
 * Returns the function that takes new images into the spaces of a finished run. Each transform is read once, when it is first
 * needed.
 *
 * @param rounds options of each round. @param round last round of the run.
 */
export function readProjection(
  directory: string,
  rounds: readonly StageOptions[],
  round: number,
): Projection {
  const transforms = openTransforms(directory, rounds, round);
  return trainsBackbone(rounds)
    ? projectTrained(transforms)
    : projectDescribed(transforms, rounds[round - 1] as StageOptions, round);
}

type Transforms = ReturnType<typeof openTransforms>;

function openTransforms(directory: string, rounds: readonly StageOptions[], round: number) {
  const trained = once(() => stageFiles(directory, round, 'train'));
  const layerScales = new Map<SpaceName, Standardization>();
  return {
    scale: once((): Standardization => {
      const { read } = stageFiles(directory, round, 'attribute');
      const array = (name: string) => decodeNpy(read(name)).data as Float32Array;
      return { mean: array('descriptor-mean.npy'), deviation: array('descriptor-deviation.npy') };
    }),
    whitening: once(() =>
      readWhitening(stageFiles(directory, whiteningRound(rounds, round) as number, 'whiten')),
    ),
    network: once(() => {
      const { files, read } = trained();
      // What it made of the images of the run is not part of it, and may be large.
      const own = files.filter((file) => !/^(known|discovery)-/.test(file));
      return decodeEmbedding(new Map(own.map((file) => [file, read(file)])));
    }),
    layerScale(layer: SpaceName): Standardization {
      const scale = layerScales.get(layer) ?? readLayerScale(trained(), layer);
      layerScales.set(layer, scale);
      return scale;
    },
  };
}

function projectDescribed(transforms: Transforms, { extractor }: StageOptions, round: number): Projection {
  const project: Projection = async (images, name) => {
    const descriptors = images.descriptors as FeatureSet;
    if (name === 'descriptor' || name === 'backbone') return withScale(descriptors, transforms.scale());
    if (name === 'whitened') return whiten(descriptors, transforms);
    const parts: FeatureSet[] = [];
    for (const wanted of extractor.embedding.space) parts.push(await project(images, wanted));
    const embedded = await embed(transforms.network(), joinColumns(parts), name, round);
    return scaleLayer(embedded, transforms, name);
  };
  return project;
}

function projectTrained(transforms: Transforms): Projection {
  return async ({ descriptors, layers }, name) => {
    if (name === 'descriptor') return withScale(descriptors as FeatureSet, transforms.scale());
    if (name === 'whitened') return whiten(layers.get('backbone') as FeatureSet, transforms);
    return scaleLayer(layers.get(name) as FeatureSet, transforms, name);
  };
}

async function whiten(features: FeatureSet, { whitening }: Transforms): Promise<FeatureSet> {
  const transform = whitening();
  const data = await applyContentWhitening(transform, features.data);
  const dims = transform.turnOffset.length || transform.offset.length;
  return { ids: features.ids, dims, data, space: { ...features.space, transform: 'content-whitened' } };
}

/** Standardizes a layer by that of the known set; logits stay as they are. */
function scaleLayer(features: FeatureSet, { layerScale }: Transforms, layer: SpaceName): FeatureSet {
  return layer === 'logits' ? features : withScale(features, layerScale(layer));
}

/** What standardizes a layer: its mean and deviation over the known set. */
export function readLayerScale({ read }: Pick<StageOutput, 'read'>, layer: SpaceName): Standardization {
  const { shape, data } = decodeNpy(read(`known-${layer}.npy`));
  return fitStandardization(data as Float32Array, shape[1] as number);
}

function withScale(features: FeatureSet, scale: Standardization): FeatureSet {
  const transform = [features.space.transform, 'standardized'].filter((step) => step !== '').join(', ');
  return { ...features, data: standardize(features.data, scale), space: { ...features.space, transform } };
}
