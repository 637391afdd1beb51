import { cutPatchBatch, type RgbImage } from '@ganscout/images';
import {
  describeMap,
  type HeatMap,
  joinTileMaps,
  layCoveringTiles,
  type MapFigures,
  normalizeMap,
} from '@ganscout/networks';
import { likeliest } from '../classifier/judge-images.js';
import type { ExplainedModel } from './explained-model.js';

/** Why a classifier says what it says of an image. */
export interface ImageExplanation {
  /** The likeliest label, and its probability. */
  readonly predicted: string;
  readonly probability: number;
  /** The label that the map speaks for. */
  readonly explained: string;
  readonly tiles: number;
  /** Of the size of the image, over its largest value: in [0, 1]. */
  readonly map: HeatMap;
  readonly figures: MapFigures;
}

/** Tiles whose pixels are prepared at once. */
const TILES_AT_ONCE = 32;

/**
 * Explains what a classifier says of an image, by the Grad-CAM maps of tiles that cover it.
 *
 * @param label to be explained; null for the likeliest.
 * @throws {RangeError} if the image is smaller than a tile.
 */
export async function explainImage(
  image: RgbImage,
  model: ExplainedModel,
  label: string | null,
): Promise<ImageExplanation> {
  const { gradCam, labels, tileSize } = model;
  const probabilities = await model.judge(image);
  const predicted = likeliest(probabilities);
  const explained = label === null ? predicted : labels.indexOf(label);
  const tiles = layCoveringTiles(image.width, image.height, tileSize);
  const tileMaps: { x: number; y: number; data: Float32Array }[] = [];
  const places = gradCam.mapSize[0] * gradCam.mapSize[1];
  for (let from = 0; from < tiles.length; from += TILES_AT_ONCE) {
    const some = tiles.slice(from, from + TILES_AT_ONCE);
    const patches = some.map((tile) => ({ ...tile, width: tileSize, height: tileSize }));
    const pixels = model.prepare(cutPatchBatch(image, patches, tileSize));
    const maps = await gradCam.maps(pixels, new Int32Array(some.length).fill(explained));
    for (const [i, tile] of some.entries()) {
      tileMaps.push({ ...tile, data: maps.subarray(i * places, (i + 1) * places) });
    }
  }
  const { width, height } = image;
  const map = joinTileMaps(tileMaps, gradCam.mapSize, { width, height, side: tileSize });
  return {
    predicted: labels[predicted] as string,
    probability: probabilities[predicted] as number,
    explained: labels[explained] as string,
    tiles: tiles.length,
    map: normalizeMap(map),
    figures: describeMap(map),
  };
}
