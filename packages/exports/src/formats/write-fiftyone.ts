import { join } from 'node:path';
import type { CaseView, Cell } from '@ganscout/cases';
import { writeDurably } from '@ganscout/storage';
import type { CaseExport, ExportSettings } from '../export-settings.js';
import { formatObject, inParts } from '../format-table.js';
import { imageColumns } from '../image-columns.js';
import { demandImages, describeLeftOut, findAbsent, writeMissing } from '../image-files.js';

/**
 * Writes a dataset that FiftyOne reads as `FiftyOneImageClassificationDataset`: `labels.json` with the source of each image as
 * its label and what is known of it as attributes, `data.json` with the absolute path of each image. Both name images by their
 * id; an image without a source has the label null, as the format says of unlabeled images.
 *
 * No confidence is given: neither score nor p-value is the probability that the source is right.
 *
 * Source: FiftyOne user guide, "Importing datasets", FiftyOneImageClassificationDataset (the form with attributes; no list of
 * classes, so that labels are their names); `fiftyone.utils.data.importers` for the manifest in place of a folder `data`.
 */
export async function writeFiftyone(view: CaseView, { output }: ExportSettings): Promise<CaseExport> {
  const images = demandImages(view, 'fiftyone');
  const manifest = images.map(({ id, file }) => [id, file] as const);
  writeDurably(join(output, 'data.json'), formatObject(manifest));
  writeDurably(join(output, 'labels.json'), labelParts(view));
  const absent = findAbsent(images);
  return {
    files: {
      'labels.json': images.length,
      'data.json': images.length,
      ...writeMissing(output, absent),
    },
    leftOut: describeLeftOut(view),
    notes: [
      'images are named by their absolute paths and are not copied',
      'fiftyone.Dataset.from_dir(dataset_dir=FOLDER, dataset_type=fiftyone.types.FiftyOneImageClassificationDataset, data_path="data.json")',
    ],
    failed: absent.length,
  };
}

function* labelParts(view: CaseView): Iterable<string> {
  yield '{"labels": ';
  yield* inParts(formatObject(targets(view)));
  yield '}\n';
}

function* targets({ images, ...view }: CaseView): Iterable<readonly [string, unknown]> {
  const { columns, cells } = imageColumns({ images, ...view });
  const names = Object.keys(columns);
  for (const [row, { id }] of images.entries()) {
    const source = view.sources[(view.labels[row] as number) - 1];
    if (source === undefined) {
      yield [id, null];
      continue;
    }
    const values = cells(row).map((value, at) => [names[at] as string, value] as const);
    yield [id, { label: source.name, attributes: Object.fromEntries(values.filter(isAttribute)) }];
  }
}

/** The id is there already, the name is the label, and what is not known is left out. */
function isAttribute([name, value]: readonly [string, Cell]): boolean {
  return name !== 'image_id' && name !== 'name' && value !== null && value !== '';
}
