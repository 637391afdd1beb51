import { join } from 'node:path';
import { type CaseState, type CaseView, openCaseView, readCase } from '@ganscout/cases';
import { writeDurably } from '@ganscout/storage';
import { demandPlace } from './export-place.js';
import type { CaseExport, ExportFormat, ExportSettings } from './export-settings.js';
import { writeFiftyone } from './formats/write-fiftyone.js';
import { writeImageFolder } from './formats/write-image-folder.js';
import { writeLabelStudio } from './formats/write-label-studio.js';
import { writeNpy } from './formats/write-npy.js';
import { writeProjector } from './formats/write-projector.js';
import { writeSpotlight } from './formats/write-spotlight.js';
import { writeTables } from './formats/write-tables.js';

type TableFormat = 'csv' | 'jsonl' | 'parquet';

/** Formats with a row an image, and what writes them. */
const IMAGE_FORMATS: Readonly<
  Record<
    Exclude<ExportFormat, TableFormat>,
    (view: CaseView, settings: ExportSettings) => Promise<CaseExport>
  >
> = {
  npy: writeNpy,
  imagefolder: writeImageFolder,
  projector: writeProjector,
  fiftyone: writeFiftyone,
  'label-studio': writeLabelStudio,
  spotlight: writeSpotlight,
};

/** What the cells of tables are; written beside them. */
const CELL_RULES: Readonly<Partial<Record<ExportFormat, string>>> = {
  csv: 'text that a spreadsheet would run or that holds control characters is written as a string of JSON, in its quotes',
  jsonl: 'one JSON object a line',
  parquet: 'typed; null where nothing is known',
};

/**
 * Writes what a case has found into a folder of its own, in the format of some tool, and what was exported as `export.json`,
 * last: a folder without it was not finished. Equal cases give equal bytes. Inputs are only read.
 *
 * @throws {InputError} if there is no case, or it was made from features and the format needs images. @throws {RunExistsError} if
 *   the folder holds a run, or other files and `force` is not given. @throws {RangeError} if a setting is out of range.
 *
 * Cost: O(images); of features some thousands of rows are in memory at once.
 */
export async function exportCase(directory: string, settings: ExportSettings): Promise<CaseExport> {
  const { output, format, force } = settings;
  const state = readCase(directory);
  demandPlace(output, force);
  const written = isTableFormat(format)
    ? await writeTables(state, format, settings)
    : await IMAGE_FORMATS[format](await openCaseView(directory), settings);
  writeDurably(
    join(output, 'export.json'),
    `${JSON.stringify(describeExport(state, format, written), null, 2)}\n`,
  );
  return written;
}

function isTableFormat(format: ExportFormat): format is TableFormat {
  return format === 'csv' || format === 'jsonl' || format === 'parquet';
}

function describeExport(
  { directory, entries }: CaseState,
  format: ExportFormat,
  { files, leftOut, notes }: CaseExport,
): object {
  const last = entries.at(-1);
  const cells = CELL_RULES[format];
  return {
    version: 1,
    case: directory,
    entry: last?.number ?? 0,
    hash: last?.hash ?? '',
    format,
    ...(cells === undefined ? {} : { cells }),
    rows: files,
    leftOut,
    notes,
  };
}
