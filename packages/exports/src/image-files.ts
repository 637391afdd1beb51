import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { CaseView, ViewedImage } from '@ganscout/cases';
import { InputError } from '@ganscout/images';
import { writeDurably } from '@ganscout/storage';
import type { ExportFormat } from './export-settings.js';
import { formatTable } from './format-table.js';

/** An image with its file. */
export type FiledImage = ViewedImage & { readonly file: string };

/** An image of which there is nothing to be had, and why. */
export interface FailedImage {
  readonly path: string;
  readonly reason: string;
}

const MISSING_FILE = 'missing.csv';

/** @throws {InputError} if the case was made from features, so that it has no images. */
export function demandImages({ images }: CaseView, format: ExportFormat): readonly FiledImage[] {
  const filed = images.filter((image): image is FiledImage => image.file !== null);
  if (filed.length === images.length && images.length > 0) return filed;
  if (images.length === 0) throw new InputError('the case has no images to export');
  throw new InputError(
    `the case was made from features and has no image files, which ${format} needs; use csv, jsonl, parquet, npy or projector`,
  );
}

/** Why the file of an image cannot be used, or `''`. */
export function describeAbsence(file: string): string {
  try {
    return statSync(file).isFile() ? '' : 'no file any more';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'gone' : `cannot be looked at (${code})`;
  }
}

/** Images whose file is not there. Patches of one file are one. */
export function findAbsent(images: readonly FiledImage[]): FailedImage[] {
  const files = new Map(images.map(({ file, path }) => [file, path]));
  return [...files].flatMap(([file, path]) => {
    const reason = describeAbsence(file);
    return reason === '' ? [] : [{ path, reason }];
  });
}

/**
 * Lists images of which there is nothing to be had in a table of their own.
 *
 * @returns its rows by its name; nothing if there is none.
 */
export function writeMissing(output: string, failed: readonly FailedImage[]): Record<string, number> {
  if (failed.length === 0) return {};
  const rows = failed.map(({ path, reason }) => [path, reason]);
  const table = { columns: { path: 'text', reason: 'text' }, rows } as const;
  writeDurably(join(output, MISSING_FILE), formatTable(table, 'csv'));
  return { [MISSING_FILE]: failed.length };
}

/** What a format with one row an image has not, one sentence each. */
export function describeLeftOut({ copies, unusable }: CaseView): string[] {
  const count = (entries: readonly { readonly set: string }[]) =>
    entries.filter(({ set }) => set === 'discovery').length;
  const [copied, unused] = [count(copies), count(unusable)];
  return [
    ...(copied === 0 ? [] : [`${copied} copies: inputs with the same bytes as another; csv has them`]),
    ...(unused === 0 ? [] : [`${unused} inputs that could not be used: unreadable, or too small`]),
  ];
}
