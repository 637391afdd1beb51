import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSession, type Session } from '@ganscout/autodiff';
import { createRandom } from '@ganscout/numeric';
import type { Catalog, GeneratorEntry } from './catalog.js';
import { IMAGE_SIZE } from './scene.js';

/** Fixed, so that an image's bytes do not depend on how many are asked for. */
const BATCH_SIZE = 32;

const PIXELS = IMAGE_SIZE * IMAGE_SIZE;

/**
 * Samples images `0 … count - 1` of a generator by onnxruntime on one thread.
 *
 * Batches have a fixed size and each its own random stream: image i is the same for every `count`.
 *
 * @returns images of 64 × 64 × 3 row-major RGB; [-1, 1] becomes 0 … 255, rounded, clipped outside.
 * @throws {RangeError} if the generator's output is not N × 3 × 64 × 64 or not finite.
 */
export async function sampleGenerator(
  catalog: Catalog,
  generator: GeneratorEntry,
  options: { readonly seed: number; readonly count: number },
): Promise<Uint8Array[]> {
  const model = readFileSync(join(catalog.directory, generator.file));
  const session = await createSession(new Uint8Array(model), { threads: 1 });
  try {
    const images: Uint8Array[] = [];
    for (let batch = 0; images.length < options.count; batch++) {
      images.push(...(await sampleBatch(session, generator, options.seed, batch)));
    }
    return images.slice(0, options.count);
  } finally {
    await session.release();
  }
}

async function sampleBatch(
  session: Session,
  generator: GeneratorEntry,
  seed: number,
  batch: number,
): Promise<Uint8Array[]> {
  const feeds = Object.fromEntries(
    Object.entries(generator.inputs).map(([name, size]) => {
      const random = createRandom(seed, `sample/${generator.name}/${name}/${batch}`);
      const data = Float32Array.from({ length: BATCH_SIZE * size }, () => random.normal());
      return [name, { type: 'float32' as const, dims: [BATCH_SIZE, size], data }];
    }),
  );
  const { image } = await session.run(feeds);
  const expected = [BATCH_SIZE, 3, IMAGE_SIZE, IMAGE_SIZE];
  if (image === undefined || image.type !== 'float32' || image.dims.join() !== expected.join()) {
    throw new RangeError(
      `sampleGenerator: ${generator.name} must give "image" of ${expected.join(' × ')} float32, got ${image?.dims.join(' × ')}`,
    );
  }
  const data = image.data as Float32Array;
  return Array.from({ length: BATCH_SIZE }, (_, i) =>
    quantizePlanar(data.subarray(i * 3 * PIXELS, (i + 1) * 3 * PIXELS), generator.name),
  );
}

function quantizePlanar(planes: Float32Array, name: string): Uint8Array {
  const pixels = new Uint8Array(3 * PIXELS);
  for (let channel = 0; channel < 3; channel++) {
    for (let at = 0; at < PIXELS; at++) {
      const value = planes[channel * PIXELS + at]!;
      if (!Number.isFinite(value)) {
        throw new RangeError(`sampleGenerator: ${name} must give finite numbers, got ${value}`);
      }
      pixels[3 * at + channel] = Math.round(Math.max(0, Math.min(255, (value + 1) * 127.5)));
    }
  }
  return pixels;
}
