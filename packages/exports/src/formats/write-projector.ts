import { join } from 'node:path';
import type { CaseView, Cell } from '@ganscout/cases';
import { InputError } from '@ganscout/images';
import { createRandom, permutation } from '@ganscout/numeric';
import { writeDurably, writeDurablyFrom } from '@ganscout/storage';
import { type CaseExport, type ExportSettings, MOST_POINTS } from '../export-settings.js';
import { allRows, readBlocks } from '../feature-blocks.js';
import { inParts } from '../format-table.js';
import { imageColumns } from '../image-columns.js';
import { describeLeftOut, type FailedImage, type FiledImage, writeMissing } from '../image-files.js';
import { drawSprite } from './sprite.js';

const NAMES = {
  tensors: 'tensors.tsv',
  metadata: 'metadata.tsv',
  sprite: 'sprite.png',
  proto: 'projector_config.pbtxt',
  json: 'projector_config.json',
} as const;

/**
 * Writes what TensorBoard's embedding projector shows: features as points, what is known of each, its image, and the two
 * configurations, for TensorBoard and for the projector alone. Of more images than `points` that many are drawn at random.
 *
 * Source: TensorBoard, "Visualizing data using the embedding projector" (a header line if and only if there are two columns or
 * more); `projector_config.proto`; the projector's `data-provider.ts` (a vector has two numbers at least).
 *
 * @throws {RangeError} if `points` is not a positive integer. @throws {InputError} if there is no image, or its features are a
 *   single number.
 */
export async function writeProjector(view: CaseView, settings: ExportSettings): Promise<CaseExport> {
  const { output, points = MOST_POINTS, seed = 0, signal } = settings;
  if (!Number.isInteger(points) || points < 1) {
    throw new RangeError(`points must be an integer from 1 on, got ${points}`);
  }
  const total = view.images.length;
  if (total === 0) throw new InputError('the case has no images to export');
  const rows = drawRows(total, points, seed);
  let dims = 0;
  await writeDurablyFrom(
    join(output, NAMES.tensors),
    tensorLines(view, rows, (found) => {
      dims = found;
    }),
  );
  writeDurably(join(output, NAMES.metadata), inParts(metadataLines(view, rows)));
  const sprite = await writeSprite(view, rows, output, signal);
  writeDurably(join(output, NAMES.proto), formatProto([rows.length, dims], sprite.cell));
  writeDurably(join(output, NAMES.json), formatJson([rows.length, dims], sprite.cell));
  return {
    files: {
      [NAMES.tensors]: rows.length,
      [NAMES.metadata]: rows.length,
      ...(sprite.cell === null ? {} : { [NAMES.sprite]: rows.length }),
      ...writeMissing(output, sprite.failed),
    },
    leftOut: [
      ...(rows.length === total
        ? []
        : [
            `${total - rows.length} of ${total} images: ${rows.length} were drawn at random with seed ${seed}`,
          ]),
      ...describeLeftOut(view),
    ],
    notes: [
      sprite.cell === null
        ? 'there is no sprite: the case was made from features'
        : `in ${NAMES.sprite} images larger than ${sprite.cell} × ${sprite.cell} pixels are shrunk: it is for finding images, not for looking at traces`,
      'tensorboard --logdir FOLDER, then Projector',
    ],
    failed: sprite.failed.length,
  };
}

/** Rows in ascending order. */
function drawRows(total: number, points: number, seed: number): Int32Array {
  if (points >= total) return allRows(total);
  return permutation(createRandom(seed, 'export/projector'), total).slice(0, points).sort();
}

async function* tensorLines(
  view: CaseView,
  rows: Int32Array,
  tellDims: (dims: number) => void,
): AsyncIterable<string> {
  for await (const { ids, data, dims } of readBlocks(view.readRows, rows)) {
    if (dims < 2) throw new InputError(`the projector needs two features or more, the case has ${dims}`);
    tellDims(dims);
    for (let row = 0; row < ids.length; row++) {
      const values = Array.from(data.subarray(row * dims, (row + 1) * dims), formatFloat);
      yield `${values.join('\t')}\n`;
    }
  }
}

/** Nine significant digits tell any two numbers of single precision apart. */
function formatFloat(value: number): string {
  return String(Number(value.toPrecision(9)));
}

function* metadataLines(view: CaseView, rows: Int32Array): Iterable<string> {
  const { columns, cells } = imageColumns(view);
  const names = Object.keys(columns);
  const name = names.indexOf('name');
  // The first column is what points are labelled with.
  yield `${['label', ...names].join('\t')}\n`;
  for (const row of rows) {
    const values = cells(row);
    yield `${[values[name] || 'unassigned', ...values].map(formatTsv).join('\t')}\n`;
  }
}

/** One cell: control characters and line breaks are written as the escapes of JSON. */
function formatTsv(value: Cell | undefined): string {
  return String(value ?? '').replace(
    /[\p{Cc}\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

async function writeSprite(
  { images }: CaseView,
  rows: Int32Array,
  output: string,
  signal?: AbortSignal,
): Promise<{ cell: number | null; failed: readonly FailedImage[] }> {
  const shown = Array.from(rows, (row) => images[row] as CaseView['images'][number]);
  if (shown.some(({ file }) => file === null)) return { cell: null, failed: [] };
  const { png, cell, failed } = await drawSprite(shown as FiledImage[], signal);
  writeDurably(join(output, NAMES.sprite), png);
  return { cell, failed };
}

type Shape = readonly [rows: number, dims: number];

function formatProto(shape: Shape, cell: number | null): string {
  const sprite =
    cell === null
      ? []
      : [
          '  sprite {',
          `    image_path: "${NAMES.sprite}"`,
          `    single_image_dim: ${cell}`,
          `    single_image_dim: ${cell}`,
          '  }',
        ];
  const lines = [
    'embeddings {',
    '  tensor_name: "ganscout"',
    ...shape.map((size) => `  tensor_shape: ${size}`),
    `  tensor_path: "${NAMES.tensors}"`,
    `  metadata_path: "${NAMES.metadata}"`,
    ...sprite,
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

function formatJson(shape: Shape, cell: number | null): string {
  const embedding = {
    tensorName: 'ganscout',
    tensorShape: shape,
    tensorPath: NAMES.tensors,
    metadataPath: NAMES.metadata,
    ...(cell === null ? {} : { sprite: { imagePath: NAMES.sprite, singleImageDim: [cell, cell] } }),
  };
  return `${JSON.stringify({ embeddings: [embedding] }, null, 2)}\n`;
}
