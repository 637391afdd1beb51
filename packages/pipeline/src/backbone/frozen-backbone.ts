import type { Device } from '@ganscout/autodiff';
import { cutPatch, type RgbImage } from '@ganscout/images';
import { createBackbone, createPatchEmbedder, encodeEmbedder } from '@ganscout/networks';
import { averageRowsByImage, embedImage, openUserModel, type UserModel } from '@ganscout/user-models';
import { readInitialWeights } from '../classifier/initial-weights.js';
import type { BackboneConfig, NetworkOptions, UserModelOptions } from '../config/backbone-options.js';
import type { ImageDescriber } from '../stages/describe.js';
import { CROPS_PER_IMAGE, layQuarters } from './tile-layout.js';

/** A frozen network as {@link describeImage} needs it. */
type TileModel = Pick<UserModel, 'width' | 'height' | 'dims' | 'embed' | 'release'>;

/** Where a network runs. */
export interface BackbonePlace {
  readonly device: Device;
}

/**
 * Opens a frozen backbone as what describes images: the mean of its features over tiles at native size, of the whole image
 * and of its four quarters.
 *
 * @returns a describer that holds native memory until it is closed.
 * @throws {InputError} if weights cannot be used. @throws as `openUserModel` of user-models.
 */
export async function openFrozenBackbone(
  backbone: BackboneConfig,
  place: BackbonePlace,
): Promise<ImageDescriber> {
  const model = 'model' in backbone ? await openModel(backbone) : await openNetwork(backbone, place);
  const options = {
    tiles: backbone.tiles,
    normalization: 'model' in backbone ? backbone.normalization : ('bytes' as const),
  };
  return {
    dims: model.dims,
    cropsPerImage: CROPS_PER_IMAGE,
    describe: (_, image) => describeImage(model, image, options),
    close: () => model.release(),
  };
}

function openModel({ model, output, inputSize, layout }: UserModelOptions): Promise<UserModel> {
  return openUserModel(model, {
    output: output ?? undefined,
    inputSize: inputSize ?? undefined,
    layout: layout ?? undefined,
  });
}

async function openNetwork(
  { name, weights: path, patch }: NetworkOptions,
  { device }: BackbonePlace,
): Promise<TileModel> {
  const backbone = createBackbone(name, name === 'pose' ? { image: patch } : {});
  const { weights } = await readInitialWeights(path, '/', backbone);
  const model = encodeEmbedder({ backbone, patchSize: patch, classCount: null }, weights);
  const embedder = await createPatchEmbedder(model, patch, { device });
  const embed = async (batch: Float32Array) => {
    const data = Uint8Array.from(batch);
    const patches = { count: data.length / (3 * patch * patch), patchSize: patch, data };
    const [features] = await embedder.embed(patches, ['backbone']);
    return (features as NonNullable<typeof features>).data;
  };
  const dims = (await embed(new Float32Array(3 * patch * patch))).length;
  return { width: patch, height: patch, dims, embed, release: () => embedder.release() };
}

async function describeImage(
  model: TileModel,
  image: RgbImage,
  { tiles, normalization }: Pick<UserModelOptions, 'tiles' | 'normalization'>,
): Promise<{ whole: Float32Array; crops: Float32Array }> {
  const quarters = layQuarters(image, model);
  if (quarters.length === 0) {
    const whole = await embedImage(model, image, { tiles, normalization });
    return { whole, crops: new Float32Array(0) };
  }
  const crops = new Float32Array(CROPS_PER_IMAGE * model.dims);
  const share = Math.max(1, Math.floor(tiles / CROPS_PER_IMAGE));
  for (const [i, quarter] of quarters.entries()) {
    const features = await embedImage(model, cutPatch(image, quarter), { tiles: share, normalization });
    crops.set(features, i * model.dims);
  }
  return { whole: averageRowsByImage(crops, model.dims, [CROPS_PER_IMAGE]), crops };
}
