import type { Layout } from './image-input.js';
import type { ModelOutput } from './loaded-model.js';

/**
 * Makes one row an image of what a model gave.
 *
 * Two axes are rows already. Of four, the mean over the two spatial ones is taken (global average pooling). Three are
 * taken for images × tokens × features, as transformers give them, and the mean over the tokens is taken.
 *
 * @param name of the output, for errors. @param layout of the model: its maps are N × D × h × w or N × h × w × D. @returns N × D.
 * @throws {TypeError} if there are not two to four axes.
 */
export function rowsOfOutput(name: string, { shape, data }: ModelOutput, layout: Layout): Float32Array {
  const [count = 0, ...rest] = shape;
  if (rest.length === 1) return data;
  const [first = 0, second = 0, third = 1] = rest;
  if (rest.length === 2) return meanOverPlaces(data, count, first, second);
  if (rest.length === 3 && layout === 'nhwc') return meanOverPlaces(data, count, first * second, third);
  if (rest.length === 3) return meanOfPlanes(data, count * first, second * third);
  throw new TypeError(
    `UserModel.embed: output "${name}" must have 2 to 4 axes, images first, got ${shape.length}: ${shape.join(' × ')}`,
  );
}

/** count × places × dims to count × dims. */
function meanOverPlaces(data: Float32Array, count: number, places: number, dims: number): Float32Array {
  const means = new Float32Array(count * dims);
  const sums = new Float64Array(dims);
  for (let i = 0; i < count; i++) {
    sums.fill(0);
    const start = i * places * dims;
    for (let at = 0; at < places * dims; at += dims) {
      for (let j = 0; j < dims; j++) sums[j] += data[start + at + j];
    }
    for (let j = 0; j < dims; j++) means[i * dims + j] = sums[j] / places;
  }
  return means;
}

/** planes × places to planes. */
function meanOfPlanes(data: Float32Array, planes: number, places: number): Float32Array {
  return Float32Array.from({ length: planes }, (_, plane) => {
    let sum = 0;
    for (let at = plane * places; at < (plane + 1) * places; at++) sum += data[at];
    return sum / places;
  });
}
