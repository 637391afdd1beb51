import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeImage, formatCsvRow, type ImageRecord } from '@ganscout/images';
import sharp from 'sharp';
import { type DataSet, MANIFEST, readDataSet } from './data-set.js';

/** What may be done to images before they are described; `none` leaves them as they are. */
export const PERTURBATIONS = ['none', 'jpeg95', 'jpeg85', 'jpeg75', 'resize075'] as const;
export type Perturbation = (typeof PERTURBATIONS)[number];

/** Images worked on at once. */
const THREADS = 2;

/**
 * Returns the data set with every image perturbed, kept in `folder` and made only if it is not there yet.
 *
 * - `jpegQ`: encoded as JPEG of quality Q by libjpeg-turbo, with the chroma at half resolution (4:2:0), as most
 *   programs write it. The image is the JPEG file.
 * - `resize075`: both sides times 0.75, rounded, by a Lanczos kernel of three lobes widened by the scale (sharp's
 *   `lanczos3`), which is antialiased. Kept as PNG.
 *
 * A whole image is perturbed before patches are cut of it.
 */
export async function perturbDataSet(
  dataSet: DataSet,
  perturbation: Perturbation,
  folder: string,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (done: number) => void },
): Promise<DataSet> {
  if (perturbation === 'none') return dataSet;
  if (!existsSync(join(folder, MANIFEST))) {
    const workshop = `${folder}.unfinished`;
    rmSync(workshop, { recursive: true, force: true });
    await writePerturbed(dataSet, perturbation, workshop, { signal, onProgress });
    rmSync(folder, { recursive: true, force: true });
    renameSync(workshop, folder);
  }
  return readDataSet(folder, signal);
}

async function writePerturbed(
  { records, kinds }: DataSet,
  perturbation: Exclude<Perturbation, 'none'>,
  folder: string,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (done: number) => void },
): Promise<void> {
  const extension = perturbation === 'resize075' ? 'png' : 'jpg';
  mkdirSync(folder, { recursive: true });
  let manifest = formatCsvRow(['file_name', 'source', 'kind', 'group']);
  for (let start = 0; start < records.length; start += THREADS) {
    signal.throwIfAborted();
    const batch = records.slice(start, start + THREADS);
    const encoded = await Promise.all(batch.map((record) => encodePerturbed(record, perturbation)));
    batch.forEach(({ source, group }, i) => {
      // Numbers keep the order of the paths, on which the splits depend.
      const name = `${String(start + i).padStart(8, '0')}.${extension}`;
      writeFileSync(join(folder, name), encoded[i] as Buffer);
      manifest += formatCsvRow([name, source, kinds.get(source as string) ?? '', group]);
    });
    onProgress(start + batch.length);
  }
  writeFileSync(join(folder, MANIFEST), manifest);
}

/** The perturbed image as a file. */
export async function encodePerturbed(
  record: ImageRecord,
  perturbation: Exclude<Perturbation, 'none'>,
): Promise<Buffer> {
  const { width, height, data } = await decodeImage(record);
  const image = sharp(data, { raw: { width, height, channels: 3 } });
  if (perturbation === 'resize075') {
    const size = { width: Math.round(width * 0.75), height: Math.round(height * 0.75) };
    return image
      .resize({ ...size, fit: 'fill', kernel: 'lanczos3' })
      .png({ compressionLevel: 3 })
      .toBuffer();
  }
  const quality = Number(perturbation.slice('jpeg'.length));
  return image.jpeg({ quality, chromaSubsampling: '4:2:0' }).toBuffer();
}
