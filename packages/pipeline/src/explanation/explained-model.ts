import {
  cutPatchBatch,
  InputError,
  layCenteredPatches,
  type PatchBatch,
  type RgbImage,
} from '@ganscout/images';
import {
  type Classifier,
  type ClassifierFacts,
  createGradCam,
  type ExplainableNetwork,
  type GradCam,
  type ModelOptions,
  networkOfOnnx,
  networkOfPlan,
  openClassifier,
  poolPatches,
} from '@ganscout/networks';
import { normalizePixels } from '@ganscout/user-models';

/** Our words for what models of other tools expect, and those of `normalizePixels`. */
const NORMALIZATIONS = { imagenet: 'imagenet', symmetric: 'half', unit: 'none', bytes: 'bytes' } as const;

export type ForeignNormalization = keyof typeof NORMALIZATIONS;

/** How a model of another tool reads pixels. */
export interface ForeignModel {
  /** Side of its square images. */
  readonly tileSize: number;
  /** What it takes: values of ImageNet's mean and deviation, from -1 to 1, from 0 to 1, or from 0 to 255. */
  readonly normalization: ForeignNormalization;
}

/** A classifier with all that its explanation needs. */
export interface ExplainedModel {
  readonly gradCam: GradCam;
  /** Side of the square tiles it sees. */
  readonly tileSize: number;
  /** Names of what it tells apart. */
  readonly labels: readonly string[];
  /** Probabilities of an image, as `ganscout classify` gives them. */
  judge(image: RgbImage): Promise<Float64Array>;
  /** Pixels as the network reads them. */
  prepare(patches: PatchBatch): Float32Array;
}

/** Tiles at once. */
const BATCH = 8;
/** Patches that a model of another tool judges an image by. */
const FOREIGN_PATCHES = 16;

/**
 * Opens a classifier that `ganscout train` wrote, or an ONNX classifier of another tool.
 *
 * @param foreign what a model of another tool needs; null to take none. @param layer null for the last one.
 * @throws {InputError} if the bytes are neither, or the model is of another tool and nothing is said about it.
 */
export async function openExplainedModel(
  bytes: Uint8Array,
  {
    layer,
    foreign,
    ...computing
  }: ModelOptions & { readonly layer: string | null; readonly foreign: ForeignModel | null },
): Promise<ExplainedModel> {
  const options = { ...computing, ...(layer === null ? {} : { layer }) };
  if (foreign === null) {
    const { facts, plan, weights } = openOurs(bytes);
    checkPlaces(facts);
    const gradCam = await createGradCam(networkOfPlan(plan, weights, BATCH), options);
    const { labels, patchSize, patchesPerImage } = facts;
    return completeModel(gradCam, { labels, tileSize: patchSize, patchesPerImage, prepare: plainPixels });
  }
  const { tileSize, normalization } = foreign;
  const gradCam = await createGradCam(openForeign(bytes, tileSize), options);
  const labels = Array.from({ length: gradCam.sourceCount }, (_, i) => `class ${i}`);
  const prepare = ({ data, patchSize }: PatchBatch) =>
    normalizePixels(data, patchSize ** 2, NORMALIZATIONS[normalization]);
  return completeModel(gradCam, { labels, tileSize, patchesPerImage: FOREIGN_PATCHES, prepare });
}

function openOurs(bytes: Uint8Array): Classifier {
  try {
    return openClassifier(bytes);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new InputError(
      `${error.message}; for a model of another tool say the size of its images by --tile`,
    );
  }
}

/** @throws {InputError} if the network's maps are not over places of the image. */
function checkPlaces({ backbone, backboneOptions }: ClassifierFacts): void {
  if (backbone !== 'pose' || backboneOptions.input === 'image') return;
  throw new InputError(
    "the maps of pose are over frequencies of the image's cosine transform, not over its places, so they cannot be shown on it; train another backbone, or pose on the image itself",
  );
}

/** With a batch of 8, or of 1 where the file fixes it. */
function openForeign(bytes: Uint8Array, tileSize: number): ExplainableNetwork {
  const imageSize = [tileSize, tileSize] as const;
  try {
    return networkOfOnnx(bytes, { batch: BATCH, imageSize });
  } catch (error) {
    if (!(error instanceof RangeError) || !error.message.includes('batch must be 1')) throw error;
    return networkOfOnnx(bytes, { batch: 1, imageSize });
  }
}

function completeModel(
  gradCam: GradCam,
  {
    patchesPerImage,
    ...model
  }: Pick<ExplainedModel, 'labels' | 'tileSize' | 'prepare'> & { readonly patchesPerImage: number | null },
): ExplainedModel {
  const { tileSize, labels, prepare } = model;
  return {
    ...model,
    gradCam,
    async judge(image) {
      const places = layCenteredPatches(image.width, image.height, tileSize, patchesPerImage);
      const logits = await gradCam.logits(prepare(cutPatchBatch(image, places, tileSize)));
      // The softmax of mean logits is that of mean log probabilities: they differ by a number a patch.
      return poolPatches(logits, labels.length);
    },
  };
}

function plainPixels({ data }: PatchBatch): Float32Array {
  return Float32Array.from(data);
}
