import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createDescriber,
  type Describer,
  descriptorOptionsSchema,
  type ImageDescription,
} from '@ganscout/extractor';
import { type ImageRecord, inspectImages, listGivenImages, readImages } from '@ganscout/images';
import { createRandom } from '@ganscout/numeric';
import sharp from 'sharp';
import type { Benchmark, Prepared, Setting } from '../benchmark.js';
import { readFigures } from './answer-file.js';

type Format = 'jpeg' | 'png';

/** Images of a run by their side in pixels: about a million pixels or more, and enough for all threads. */
const COUNTS = { 64: 128, 256: 24, 1024: 2 } as const;
const JPEG_QUALITY = 90;
/** Largest difference of a value: the peer works in float32. */
const TOLERANCE = 1e-3;

/** Waves and camera-like noise that is alike in neighboring pixels. */
function drawPixels(side: number, seed: number): Uint8Array {
  const random = createRandom(seed, 'bench/image');
  const pixels = new Uint8Array(side * side * 3);
  const waves = Array.from({ length: 12 }, () => ({
    x: 0.6 * random.normal(),
    y: 0.6 * random.normal(),
    phase: 6 * random.uniform(),
  }));
  for (let c = 0; c < 3; c++) {
    const own = waves.slice(4 * c, 4 * c + 4);
    let noise = 0;
    for (let i = 0; i < side * side; i++) {
      const x = i % side;
      const y = Math.floor(i / side);
      noise = 0.5 * noise + 4 * random.normal();
      const light = own.reduce((sum, wave) => sum + 20 * Math.sin(wave.x * x + wave.y * y + wave.phase), 128);
      pixels[3 * i + c] = Math.max(0, Math.min(255, Math.round(light + noise)));
    }
  }
  return pixels;
}

async function writeImages(folder: string, side: keyof typeof COUNTS, format: Format): Promise<string[]> {
  const files: string[] = [];
  for (let i = 0; i < COUNTS[side]; i++) {
    const raw = { width: side, height: side, channels: 3 } as const;
    const image = sharp(drawPixels(side, i), { raw });
    const bytes = await (format === 'png' ? image.png() : image.jpeg({ quality: JPEG_QUALITY })).toBuffer();
    const file = join(folder, `${i}.${format}`);
    writeFileSync(file, bytes);
    files.push(file);
  }
  return files;
}

/** Decodes and describes as the stage `describe` of a run does. */
async function describeRecords(
  records: readonly ImageRecord[],
  describer: Describer,
): Promise<ImageDescription[]> {
  const { threads } = describer;
  const pending: Promise<ImageDescription>[] = [];
  await readImages(records, { threads }, async ({ image, error }, { id }) => {
    if (image === null) throw error;
    pending.push(describer.describe(id, image));
    await pending[pending.length - 2 * threads];
  });
  return Promise.all(pending);
}

async function prepareDescriptor(
  side: keyof typeof COUNTS,
  format: Format,
  { folder, threads }: Setting,
): Promise<Prepared<ImageDescription[]>> {
  const files = await writeImages(folder, side, format);
  const { records } = await inspectImages(await listGivenImages(files, folder));
  const options = descriptorOptionsSchema.parse({});
  const describer = createDescriber(options, { threads });
  const answer = join(folder, 'answer.f32');
  const run = () => describeRecords(records, describer);
  let largest = Number.NaN;
  return {
    peerInput: { files: records.map(({ file }) => file), ...options, answer },
    async adapt() {
      largest = largestDifference(await run(), readFigures(answer));
      if (largest <= TOLERANCE) return;
      throw new Error(
        `the peer's descriptors must agree to ${TOLERANCE}, found a difference of ${largest.toPrecision(3)}`,
      );
    },
    run,
    compare: (_, peer) => ({
      note:
        `${records.length} images a run` +
        (peer === null ? '' : `, values within ${largest.toExponential(1)} of the peer's`),
      holds: true,
    }),
    release: () => describer.close(),
  };
}

function largestDifference(own: readonly ImageDescription[], theirs: Float32Array): number {
  let at = 0;
  let largest = 0;
  for (const values of own.flatMap(({ whole, crops }) => [whole, crops])) {
    for (const value of values) largest = Math.max(largest, Math.abs(value - (theirs[at++] ?? Number.NaN)));
  }
  return at === theirs.length ? largest : Number.NaN;
}

/** Whole images and their four crops, from files; all threads decode and describe. */
export const descriptorBenchmarks = ([64, 256, 1024] as const).flatMap((side) =>
  (['jpeg', 'png'] as const).map(
    (format): Benchmark<ImageDescription[]> => ({
      name: `descriptor-${side}-${format}`,
      title: `descriptors of ${COUNTS[side]} ${format.toUpperCase()} images of ${side} px and of their crops, decoding included`,
      aim: 0.5,
      peer: { name: 'PyTorch', script: 'descriptor_torch.py' },
      prepare: (setting) => prepareDescriptor(side, format, setting),
    }),
  ),
);
