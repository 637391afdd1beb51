import { copyFileSync, linkSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { fileId } from '@ganscout/images';
import { digestOfFile } from '@ganscout/storage';
import type { LinkKind } from './export-settings.js';
import { describeAbsence, type FiledImage } from './image-files.js';

/** What the system says where links are not possible. */
const CANNOT_LINK = new Set(['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EACCES']);

/**
 * Gives a folder an image, as a link or a copy. The image itself is only read. A copy is kept only if it has the bytes that the
 * case studied; a link is made without looking at them.
 *
 * @param target where nothing is yet.
 * @returns why it could not, or `''`.
 * @throws {Error} if no such link can be made there at all, with what to do.
 */
export function placeImage({ file, id }: FiledImage, target: string, link: LinkKind): string {
  const absence = describeAbsence(file);
  if (absence !== '') return absence;
  if (link === 'copy') return copyChecked(file, target, fileId(id));
  try {
    // A hard link to a link would be one more link, which may be relative to the folder it was in.
    if (link === 'hardlink') linkSync(realpathSync(file), target);
    else symlinkSync(file, target, 'file');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!CANNOT_LINK.has(code)) throw error;
    const other = link === 'hardlink' ? '--link symlink or --link copy' : '--link hardlink or --link copy';
    throw new Error(`Cannot make a ${link} to ${file} at ${target} (${code}); use ${other}`, {
      cause: error,
    });
  }
  return '';
}

function copyChecked(file: string, target: string, digest: string): string {
  try {
    copyFileSync(file, target);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A full or broken disk is no matter of this image.
    if (code !== 'ENOENT' && code !== 'EACCES' && code !== 'EPERM') throw error;
    return `cannot be read (${code})`;
  }
  if (digestOfFile(target) === digest) return '';
  rmSync(target);
  return 'has changed: its SHA-256 is another than that of the image that was studied';
}
