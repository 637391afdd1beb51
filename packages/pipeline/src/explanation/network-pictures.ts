import {
  type ColorScale,
  colorMap,
  createPicture,
  drawColorBar,
  drawSheet,
  magnify,
  overlayMap,
  placeImage,
  type RgbImage,
} from '@ganscout/images';
import type { HeatMap } from '@ganscout/networks';
import type { MeanExplanation } from './mean-explanation.js';

/** An image with what is shown of it. */
export interface PicturedImage {
  readonly image: RgbImage;
  /** Of the size of the image, in [0, 1]. */
  readonly map: HeatMap;
  readonly titles: readonly string[];
}

/** Images are magnified by the smallest whole number that makes their shorter side as long as this. */
const SHORTEST_PICTURE = 192;
const SHORTEST_EXAMPLE = 128;
const EXAMPLE_COLUMNS = 3;
const GAP = 6;

/** What the colors mean, in the words of every picture. */
const COLOR_NOTE =
  'Colors: how much a place speaks for what the image is taken for, or for the source named instead (Grad-CAM), over ' +
  'the largest value in the same image. Strengths of different images do not compare.';

/** The image beside the map laid over it, with titles and the meaning of the colors. */
export function drawExplanation({ image, map, titles }: PicturedImage, scale: ColorScale): RgbImage {
  const pair = pairOf(image, overlayMap(image, map, scale), SHORTEST_PICTURE);
  return drawSheet([{ titles: [], image: pair }], {
    titles,
    columns: 1,
    legends: [legend(scale, Math.max(pair.width, 300))],
    notes: [COLOR_NOTE],
  });
}

/** The mean map of a source, and examples beside their overlays. */
export function drawSourceSheet(
  titles: readonly string[],
  { map, image }: Omit<MeanExplanation, 'count'>,
  examples: readonly PicturedImage[],
  scale: ColorScale,
): RgbImage {
  const colored = colorMap(map, scale);
  const mean = {
    titles: [image === null ? 'mean map' : 'mean image, mean map', ''],
    image: image === null ? magnified(colored, SHORTEST_EXAMPLE) : pairOf(image, colored, SHORTEST_EXAMPLE),
  };
  const cells = examples.map((example) => ({
    titles: example.titles,
    image: pairOf(example.image, overlayMap(example.image, example.map, scale), SHORTEST_EXAMPLE),
  }));
  return drawSheet([mean, ...cells], {
    titles,
    columns: EXAMPLE_COLUMNS,
    legends: [legend(scale, 400)],
    notes: [COLOR_NOTE],
  });
}

function legend(scale: ColorScale, width: number): RgbImage {
  return drawColorBar({ scale, low: '0 nothing', high: 'most 1' }, width);
}

function pairOf(left: RgbImage, right: RgbImage, shortest: number): RgbImage {
  const [a, b] = [magnified(left, shortest), magnified(right, shortest)];
  const pair = createPicture(a.width + GAP + b.width, a.height);
  placeImage(pair, a, 0, 0);
  placeImage(pair, b, a.width + GAP, 0);
  return pair;
}

function magnified(image: RgbImage, shortest: number): RgbImage {
  return magnify(image, Math.max(1, Math.ceil(shortest / Math.min(image.width, image.height))));
}
