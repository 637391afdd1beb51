import { existsSync, mkdirSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { CaseView, Cell, ViewedSource } from '@ganscout/cases';
import { InputError } from '@ganscout/images';
import { RunExistsError } from '@ganscout/pipeline';
import { writeDurably } from '@ganscout/storage';
import type { CaseExport, ExportSettings, LinkKind } from '../export-settings.js';
import { formatTable } from '../format-table.js';
import { imageColumns } from '../image-columns.js';
import {
  demandImages,
  describeAbsence,
  describeLeftOut,
  type FailedImage,
  type FiledImage,
  writeMissing,
} from '../image-files.js';
import { placeImage } from '../place-image.js';
import { createNames, safeName } from '../safe-name.js';

/** The folder of all images: the one that loaders take for the whole of the data. */
const ROOT = 'train';
const METADATA_FILE = 'metadata.jsonl';
const UNASSIGNED_FOLDER = 'unassigned';
/** Images between two looks at whether to stop. */
const PACE = 256;

/** Words that, apart from others in the name of a folder, make a loader take it for another part of the data. */
const SPLIT_WORDS = new Set([
  ...['train', 'training', 'validation', 'valid', 'val', 'dev'],
  ...['test', 'testing', 'eval', 'evaluation'],
]);

/** Endings of the names of files by format; the first is given to a file with none of them. */
const ENDINGS: Readonly<Record<string, readonly string[]>> = {
  jpeg: ['.jpg', '.jpeg', '.jpe'],
  png: ['.png'],
  webp: ['.webp'],
  tiff: ['.tif', '.tiff'],
  gif: ['.gif'],
  avif: ['.avif'],
};

const LINK_NOTES: Readonly<Record<LinkKind, string>> = {
  symlink: 'images are links to the inputs: moving or deleting an input breaks its link',
  hardlink:
    'images are second names of the inputs themselves: whoever changes one of them in place changes the evidence',
  copy: 'images are copies, each with the SHA-256 of the image that was studied',
};

/**
 * Makes a folder of images with a folder a source, named by the source's id and name, and one for images without a source; and
 * a table of all of them, `metadata.jsonl`, beside these folders. Names are safe on every system, and no two are the same.
 *
 * Of an image studied in parts each part is a link or copy of the whole file; the table says which part.
 *
 * Source: Hugging Face Datasets, "Create an image dataset" (ImageFolder; `metadata.jsonl` with a column `file_name` relative
 * to it) and "Structure your repository" (a folder named `train` is a part of the data, and so is any whose name has `test` or
 * the like as a word: of such a source the folder has the id alone).
 *
 * @throws {InputError} if not one image is still there. @throws {RunExistsError} if there is such a folder already, also if
 *   `force` is given: what is in it may be another case's.
 *
 * Cost: one link, or one copy and one digest, an image.
 */
export async function writeImageFolder(view: CaseView, settings: ExportSettings): Promise<CaseExport> {
  const { output, link = 'symlink', signal } = settings;
  const images = demandImages(view, 'imagefolder');
  const root = join(output, ROOT);
  if (existsSync(root)) {
    throw new RunExistsError(root, `${root} is there already; remove it, or name another folder (--output)`);
  }
  if (images.every(({ file }) => describeAbsence(file) !== '')) {
    throw new InputError(`no image of the case is still there, as ${images[0]?.path}`);
  }
  const names = nameImages(images, view);
  const failed: FailedImage[] = [];
  const placed: number[] = [];
  const made = new Set<string>();
  for (const [row, image] of images.entries()) {
    if (row % PACE === 0) await setImmediate(undefined, { signal });
    const { folder, name } = names[row] as ImageName;
    if (!made.has(folder)) mkdirSync(join(root, folder), { recursive: true });
    made.add(folder);
    const reason = placeImage(image, join(root, folder, name), link);
    if (reason === '') placed.push(row);
    else failed.push({ path: image.path, reason });
  }
  writeDurably(join(root, METADATA_FILE), metadata(view, names, placed));
  return {
    files: { [`${ROOT}/${METADATA_FILE}`]: placed.length, ...writeMissing(output, failed) },
    leftOut: [
      ...(failed.length === 0 ? [] : [`${failed.length} images that are gone or have changed: missing.csv`]),
      ...describeLeftOut(view),
    ],
    notes: [LINK_NOTES[link], 'datasets.load_dataset("imagefolder", data_dir=FOLDER)'],
    failed: failed.length,
  };
}

interface ImageName {
  readonly folder: string;
  readonly name: string;
}

function nameImages(images: readonly FiledImage[], { labels, sources }: CaseView): ImageName[] {
  const folders = sources.map(folderName);
  const given = new Map<string, ReturnType<typeof createNames>>();
  return images.map((image, row) => {
    const folder = folders[(labels[row] as number) - 1] ?? UNASSIGNED_FOLDER;
    const give = given.get(folder) ?? createNames();
    given.set(folder, give);
    return { folder, name: give(...fileName(image)) };
  });
}

function folderName({ id, name }: ViewedSource): string {
  const safe = safeName(name);
  const isSplit = safe.split(/[-._0-9]+/).some((word) => SPLIT_WORDS.has(word.toLowerCase()));
  return safe === '' || isSplit ? id : `${id}_${safe}`;
}

function fileName({ path, format, patch }: FiledImage): [stem: string, ending: string] {
  const found = extname(path);
  const endings = ENDINGS[format] ?? [];
  const ending = endings.includes(found.toLowerCase()) ? found.toLowerCase() : (endings[0] ?? '.img');
  const stem = safeName(basename(path, found)) || 'image';
  return [patch === null ? stem : `${stem}_${patch.x}_${patch.y}_${patch.width}_${patch.height}`, ending];
}

function metadata(view: CaseView, names: readonly ImageName[], placed: readonly number[]): Iterable<string> {
  const { columns, cells } = imageColumns(view);
  function* rows(): Iterable<Cell[]> {
    for (const row of placed) {
      const { folder, name } = names[row] as ImageName;
      yield [`${folder}/${name}`, ...cells(row)];
    }
  }
  return formatTable({ columns: { file_name: 'text', ...columns }, rows: rows() }, 'jsonl');
}
