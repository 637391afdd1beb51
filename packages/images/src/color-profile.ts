import { createHash } from 'node:crypto';
import { readText, readUint32, toPlain } from './plain-bytes.js';

const MOST_TAGS = 200;

/**
 * Names a color profile by the description it holds; `icc:` and eight hexadecimal digits of its digest if it has none.
 *
 * @param profile an ICC profile, or null for a file without one, which is `none`.
 *
 * Source: ICC.1:2001-04, 6.5.17 (`desc`), and ICC.1:2022, 10.15 (`mluc`).
 */
export function describeProfile(profile: Uint8Array | null): string {
  if (profile === null || profile.length === 0) return 'none';
  const description = toPlain(findDescription(profile));
  return description || `icc:${createHash('sha256').update(profile).digest('hex').slice(0, 8)}`;
}

function findDescription(profile: Uint8Array): string {
  const count = Math.min(readUint32(profile, 128), MOST_TAGS);
  for (let i = 0; i < count; i++) {
    const entry = 132 + 12 * i;
    if (readText(profile, entry, 4) !== 'desc') continue;
    const tag = profile.subarray(readUint32(profile, entry + 4));
    const type = readText(tag, 0, 4);
    if (type === 'desc') return readText(tag, 12, Math.min(readUint32(tag, 8), 64));
    if (type === 'mluc') return readFirstTranslation(tag);
  }
  return '';
}

/** UTF-16 with the higher byte first; the first record begins 16 bytes after the tag. */
function readFirstTranslation(tag: Uint8Array): string {
  const [length, offset] = [Math.min(readUint32(tag, 20), 128), readUint32(tag, 24)];
  const text = Buffer.from(tag.subarray(offset, offset + length));
  return text.length % 2 === 0 ? text.swap16().toString('utf16le') : '';
}
