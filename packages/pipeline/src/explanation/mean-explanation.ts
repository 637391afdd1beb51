import type { RgbImage } from '@ganscout/images';
import { enlargeMap, type HeatMap } from '@ganscout/networks';

/** What the maps of a source have in common. */
export interface MeanExplanation {
  readonly count: number;
  /** Of the size of the first image. */
  readonly map: HeatMap;
  /** Mean of the images where all have one size, else null. */
  readonly image: RgbImage | null;
}

/** Averages images and their maps one by one, without keeping them. */
export class MeanCollector {
  #count = 0;
  #isOneSize = true;
  #width = 0;
  #height = 0;
  #values = new Float64Array(0);
  #pixels = new Float64Array(0);

  /** @param map over its own largest value; stretched to the size of the first, if it has another. */
  add(image: RgbImage, map: HeatMap): void {
    if (this.#count === 0) {
      this.#width = map.width;
      this.#height = map.height;
      this.#values = new Float64Array(map.width * map.height);
      this.#pixels = new Float64Array(map.width * map.height * 3);
    }
    this.#count++;
    addTo(this.#values, enlargeMap(map, this.#width, this.#height).data);
    this.#isOneSize &&= map.width === this.#width && map.height === this.#height;
    if (this.#isOneSize) addTo(this.#pixels, image.data);
  }

  /** Of one or more images. */
  result(): MeanExplanation {
    const [count, width, height] = [this.#count, this.#width, this.#height];
    const data = Float32Array.from(this.#values, (sum) => sum / count);
    const pixels = Uint8Array.from(this.#pixels, (sum) => Math.round(sum / count));
    const image = this.#isOneSize ? { width, height, data: pixels } : null;
    return { count, map: { width, height, data }, image };
  }
}

/** @param sums overwritten. */
function addTo(sums: Float64Array, values: ArrayLike<number>): void {
  for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + (values[i] as number);
}
