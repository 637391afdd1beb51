import type { ImageInput } from './image-input.js';
import type { LoadedModel } from './loaded-model.js';
import { rowsOfOutput } from './output-rows.js';

/** The model's input for so many images. */
export function inputShape<Count extends number | null>(
  { layout, height, width }: ImageInput,
  count: Count,
): (Count | number)[] {
  return layout === 'nchw' ? [count, 3, height, width] : [count, height, width, 3];
}

/**
 * Runs a model on images, as many at a time as it takes.
 *
 * @param images N × 3 × H × W, planar; not modified. @returns N × D.
 * @throws {TypeError} if the images are not whole, or the output has no row for each.
 */
export async function embedRows(
  model: LoadedModel,
  input: ImageInput,
  images: Float32Array,
): Promise<Float32Array> {
  const length = 3 * input.height * input.width;
  const count = images.length / length;
  if (!Number.isInteger(count)) {
    throw new TypeError(
      `UserModel.embed: the batch must hold whole images of 3 × ${input.height} × ${input.width} values, got ${images.length} values`,
    );
  }
  const step = input.batch ?? count;
  const parts: Float32Array[] = [];
  for (let from = 0; from < count; from += step) {
    const some = images.subarray(from * length, (from + step) * length);
    const rows = await runOnce(model, input, some, step);
    parts.push(rows.subarray(0, (rows.length / step) * Math.min(step, count - from)));
  }
  return joinRows(parts);
}

/** Refuses features that are no numbers. @throws {RangeError} naming the first. */
export function checkFinite(rows: Float32Array, dims: number): void {
  const at = rows.findIndex((value) => !Number.isFinite(value));
  if (at === -1) return;
  throw new RangeError(
    `UserModel.embed: every feature must be finite, got ${rows[at]} in image ${Math.floor(at / dims)}, feature ${at % dims}; check the range of the pixels and the model`,
  );
}

async function runOnce(
  model: LoadedModel,
  input: ImageInput,
  some: Float32Array,
  step: number,
): Promise<Float32Array> {
  const planar = new Float32Array(step * 3 * input.height * input.width);
  planar.set(some);
  const pixels = input.layout === 'nchw' ? planar : interleaved(planar, input.height * input.width);
  const output = await model.run(pixels, inputShape(input, step));
  if (output.shape[0] !== step) {
    throw new TypeError(
      `UserModel.embed: output "${model.output}" must have a row for each of ${step} images, got shape ${output.shape.join(' × ')}`,
    );
  }
  return rowsOfOutput(model.output, output, input.layout);
}

/** Images of three planes each to images of three values a pixel. */
function interleaved(planar: Float32Array, pixels: number): Float32Array {
  const result = new Float32Array(planar.length);
  for (let start = 0; start < planar.length; start += 3 * pixels) {
    for (let p = 0; p < pixels; p++) {
      for (let c = 0; c < 3; c++) result[start + 3 * p + c] = planar[start + c * pixels + p]!;
    }
  }
  return result;
}

function joinRows(parts: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
