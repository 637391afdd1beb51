import type { ViewedImage } from '@ganscout/cases';
import { fileId, type ImageRecord, unopenedRecord } from '@ganscout/images';
import { digestOfFile } from '@ganscout/storage';

/** What is needed to read an image again. */
export type ReadableImage = Pick<ViewedImage, 'id' | 'path' | 'file' | 'width' | 'height' | 'patch'>;

/** An image file that is as it was when it was studied, or why it cannot be shown. */
export type CheckedFile =
  | { readonly record: ImageRecord; readonly problem: null }
  | { readonly record: null; readonly problem: string };

/**
 * Looks whether the file of an image is there and has the bytes that were studied.
 *
 * Cost: the file is read once, for its digest.
 */
export function checkFile({ id, path, file, width, height, patch }: ReadableImage): CheckedFile {
  if (file === null) return failed('the case was made from features and has no image files');
  const digest = digestOfFile(file);
  if (digest === null) return failed('the file is gone or cannot be read');
  if (digest !== fileId(id)) return failed('the file has changed since it was studied');
  if (width === null || height === null) return failed('the size of the image is not known');
  const record = { ...unopenedRecord({ id, path, file, source: null, group: null }), width, height, patch };
  return { record, problem: null };
}

function failed(problem: string): CheckedFile {
  return { record: null, problem };
}
