import type { GraphValue } from '@ganscout/autodiff';
import { Layers, type MapLayout } from './layers.js';

/** What a backbone computes. */
export interface BackboneOutputs {
  /** N × D. */
  readonly features: GraphValue;
  /** Feature maps by the name of the layer that makes them, in order; what Grad-CAM may choose. `Layers.imageMajor` makes them N × C × H × W. */
  readonly maps: ReadonlyMap<string, GraphValue>;
}

/** What is subtracted from red, green and blue in [0, 1], and what they are divided by after it. */
export interface Normalization {
  readonly mean: readonly [red: number, green: number, blue: number];
  readonly deviation: readonly [red: number, green: number, blue: number];
}

/** A network without its last layer, written in {@link Layers}. */
export interface Backbone {
  readonly name: string;
  /** Smallest height and width of an image. */
  readonly smallestImage: number;
  /** Size of the images, where the network knows only one. */
  readonly fixedImage: number | null;
  /** Order of its feature maps in memory in which it trains quickest. */
  readonly trainingLayout: MapLayout;
  /** What the network expects of its images. */
  readonly normalization: Normalization;
  /**
   * Its layers in the order of the computation. Names of arrays begin with one of these and a dot; Grad-CAM and fine-tuning
   * choose among them.
   */
  readonly layers: readonly string[];
  /**
   * Adds the network to the graph.
   *
   * @param images N × 3 × H × W, normalized.
   * @throws {RangeError} if the images are too small, or not of the one size the network knows.
   */
  build(layers: Layers, images: GraphValue): BackboneOutputs;
  /**
   * Our name of an array in a published file of weights; those of the old classes become `head.0.weight` and
   * `head.0.bias`. Names that are not known are returned as they are.
   */
  ourName(published: string): string;
}

/** Mean and deviation of ImageNet, which torchvision's networks expect. */
export const IMAGENET: Normalization = {
  mean: [0.485, 0.456, 0.406],
  deviation: [0.229, 0.224, 0.225],
};

/** From [0, 1] to [-1, 1]. */
export const SYMMETRIC: Normalization = { mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] };

/** A backbone that refuses images of a size that does not fit it before it builds anything. */
export function defineBackbone(backbone: Backbone): Backbone {
  return {
    ...backbone,
    build(layers, images) {
      checkImageSize(backbone, images.shape.slice(2) as [number, number]);
      return backbone.build(layers, images);
    },
  };
}

/** @throws {RangeError} if images of this size do not fit the network. */
function checkImageSize(
  { name, smallestImage, fixedImage }: Omit<Backbone, 'build'>,
  [height, width]: readonly [height: number, width: number],
): void {
  const isFixed = fixedImage !== null;
  const fits = isFixed
    ? height === fixedImage && width === fixedImage
    : height >= smallestImage && width >= smallestImage;
  if (fits) return;
  const expected = isFixed ? `${fixedImage} × ${fixedImage}` : `at least ${smallestImage} × ${smallestImage}`;
  throw new RangeError(`${name}: images must be ${expected} pixels, got ${height} × ${width}`);
}

/**
 * Builds a backbone without drawing its arrays, to learn their names and shapes.
 *
 * @param image height and width; by default the size the network knows, or the smallest.
 * @param layers what it is written to.
 */
export function sketchBackbone(
  backbone: Backbone,
  image = backbone.fixedImage ?? backbone.smallestImage,
  layers = new Layers(backbone.name, { isSketch: true }),
): Layers {
  backbone.build(layers, layers.graph.input('images', [1, 3, image, image]));
  return layers;
}
