import { join } from 'node:path';
import type { CaseView } from '@ganscout/cases';
import { writeDurablyFrom } from '@ganscout/storage';
import type { CaseExport, ExportSettings } from '../export-settings.js';
import { imageColumns } from '../image-columns.js';
import { demandImages, describeLeftOut, findAbsent, writeMissing } from '../image-files.js';
import { vectorParts } from './write-tables.js';

const FILE = 'spotlight.parquet';

/**
 * Writes a Parquet table for Renumics Spotlight: a row an image, `image` the absolute path of its file, `embedding` its
 * features, and what is known of how it got its source.
 *
 * Source: Renumics Spotlight 1.6, "Loading data" (Parquet is read through pandas) and "Supported data types" (an image as
 * the path of a file; an embedding as a list of numbers, whose type is better told than guessed).
 */
export async function writeSpotlight(view: CaseView, { output }: ExportSettings): Promise<CaseExport> {
  const images = demandImages(view, 'spotlight');
  const { columns, cells } = imageColumns(view);
  const parts = vectorParts(view, { image: 'text', ...columns, embedding: 'vector' }, (row) => [
    images[row]?.file ?? '',
    ...cells(row),
  ]);
  await writeDurablyFrom(join(output, FILE), parts);
  const absent = findAbsent(images);
  return {
    files: { [FILE]: images.length, ...writeMissing(output, absent) },
    leftOut: describeLeftOut(view),
    notes: [
      'images are named by their absolute paths and are not copied',
      `spotlight.show(pandas.read_parquet("${FILE}"), dtype={"image": spotlight.Image, "embedding": spotlight.Embedding})`,
    ],
    failed: absent.length,
  };
}
