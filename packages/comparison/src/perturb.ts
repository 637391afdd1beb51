import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeImage, formatCsvRow, type ImageRecord, type RgbImage } from '@ganscout/images';
import { createRandom, type Random } from '@ganscout/numeric';
import { type DataSet, MANIFEST, readDataSet } from './data-set.js';
import { addNoise, blur, compress, cropBack, encodeJpeg, rawImage } from './perturb-pixels.js';

/** Perturbations whose strength is drawn for each image; after N. Yu, L. Davis, M. Fritz, ICCV 2019. */
export const ATTACKS = ['noise', 'blur', 'crop', 'jpeg', 'combination'] as const;
export type Attack = (typeof ATTACKS)[number];

/** What may be done to images before they are described; `none` leaves them as they are. */
export const PERTURBATIONS = ['none', 'jpeg95', 'jpeg85', 'jpeg75', 'resize075', ...ATTACKS] as const;
export type Perturbation = (typeof PERTURBATIONS)[number];

/** What an attack does to the images, in words. */
export const ATTACK_TITLES: Readonly<Record<Attack, string>> = {
  noise: 'Gaussian noise, variance from 5 to 20',
  blur: 'Gaussian blur, kernel of 1, 3, 5, 7 or 9 pixels',
  crop: '5 to 20 % of each side cut off, then resized to the former size',
  jpeg: 'JPEG, quality from 10 to 75',
  combination: 'crop, blur, JPEG, noise in this order, each with probability 0.5',
};

/** Images worked on at once. */
const THREADS = 2;

/** How a long work is followed and stopped. */
export interface Following {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number) => void;
}

/**
 * Returns the data set with every image perturbed, kept in `folder` and made only if it is not there yet.
 *
 * A whole image is perturbed before patches are cut of it; see {@link encodePerturbed} for what is done.
 */
export async function perturbDataSet(
  dataSet: DataSet,
  perturbation: Perturbation,
  folder: string,
  following: Following,
): Promise<DataSet> {
  if (perturbation === 'none') return dataSet;
  await writePerturbed(dataSet, perturbation, folder, following);
  return readDataSet(folder, following.signal);
}

/**
 * Writes perturbed images with a manifest.csv into a folder, unless they are there.
 *
 * A file is named by the number of its record, so that the order of the paths, on which splits depend, stays.
 */
export async function writePerturbed(
  dataSet: Pick<DataSet, 'records' | 'kinds'>,
  perturbation: Exclude<Perturbation, 'none'>,
  folder: string,
  following: Following,
): Promise<void> {
  if (existsSync(join(folder, MANIFEST))) return;
  const workshop = `${folder}.unfinished`;
  rmSync(workshop, { recursive: true, force: true });
  await fillFolder(dataSet, perturbation, workshop, following);
  rmSync(folder, { recursive: true, force: true });
  renameSync(workshop, folder);
}

async function fillFolder(
  { records, kinds }: Pick<DataSet, 'records' | 'kinds'>,
  perturbation: Exclude<Perturbation, 'none'>,
  folder: string,
  { signal, onProgress }: Following,
): Promise<void> {
  const extension = perturbation.startsWith('jpeg') ? 'jpg' : 'png';
  mkdirSync(folder, { recursive: true });
  let manifest = formatCsvRow(['file_name', 'source', 'kind', 'group']);
  for (let start = 0; start < records.length; start += THREADS) {
    signal.throwIfAborted();
    const batch = records.slice(start, start + THREADS);
    const encoded = await Promise.all(batch.map((record) => encodePerturbed(record, perturbation)));
    batch.forEach(({ source, group }, i) => {
      const name = `${String(start + i).padStart(8, '0')}.${extension}`;
      writeFileSync(join(folder, name), encoded[i] as Buffer);
      manifest += formatCsvRow([name, source, source === null ? '' : (kinds.get(source) ?? ''), group]);
    });
    onProgress(start + batch.length);
  }
  writeFileSync(join(folder, MANIFEST), manifest);
}

/**
 * The perturbed image as a file; what is drawn for it depends on its id alone.
 *
 * - `jpegQ`: JPEG of quality Q; `jpeg`: of a quality from 10 to 75. The image is the JPEG file; all others are PNG.
 * - `resize075`: both sides times 0.75, rounded, by a Lanczos kernel of three lobes widened by the scale (sharp's
 *   `lanczos3`), which is antialiased.
 * - `noise`, `blur`, `crop`, `combination`: as their titles say, every strength drawn evenly from its range.
 *
 * Source of the attacks: N. Yu, L. Davis, M. Fritz, "Attributing fake images to GANs", ICCV 2019.
 * Departs from it: images are not relighted, alone or in the combination; the deviation of the blur, and how much of which
 * side is cut off, are not given there.
 */
export async function encodePerturbed(
  record: ImageRecord,
  perturbation: Exclude<Perturbation, 'none'>,
): Promise<Buffer> {
  const image = await decodeImage(record);
  const random = createRandom(1, `perturb/${perturbation}/${record.id}`);
  switch (perturbation) {
    case 'noise':
    case 'blur':
    case 'crop':
      return encodePng(await STEPS[perturbation](image, random));
    case 'combination': {
      let changed = image;
      for (const step of [STEPS.crop, STEPS.blur, STEPS.jpeg, STEPS.noise]) {
        if (random.uniform() < 0.5) changed = await step(changed, random);
      }
      return encodePng(changed);
    }
    case 'jpeg':
      return encodeJpeg(image, drawQuality(random));
    case 'resize075':
      return encodePng(image, 0.75);
    default:
      return encodeJpeg(image, Number(perturbation.slice('jpeg'.length)));
  }
}

type Step = (image: RgbImage, random: Random) => Promise<RgbImage> | RgbImage;

const STEPS = {
  noise: (image, random) => addNoise(image, 5 + 15 * random.uniform(), random),
  blur: (image, random) => blur(image, 1 + 2 * random.integer(5)),
  crop: (image, random) => cropBack(image, 0.05 + 0.15 * random.uniform(), random),
  jpeg: (image, random) => compress(image, drawQuality(random)),
} satisfies Readonly<Record<string, Step>>;

function drawQuality(random: Random): number {
  return 10 + random.integer(66);
}

/** @param scale of both sides. */
function encodePng(image: RgbImage, scale = 1): Promise<Buffer> {
  const size = { width: Math.round(image.width * scale), height: Math.round(image.height * scale) };
  const picture = rawImage(image);
  const scaled = scale === 1 ? picture : picture.resize({ ...size, fit: 'fill', kernel: 'lanczos3' });
  return scaled.png({ compressionLevel: 3 }).toBuffer();
}
