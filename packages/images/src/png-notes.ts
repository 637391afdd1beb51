import { readText, readUint32 } from './plain-bytes.js';

/** Chunks that say nothing of the pixels, and that may be as large, or inflate to as much, as their writer likes. */
const NOTES = new Set(['tEXt', 'zTXt', 'iTXt', 'eXIf', 'tIME', 'fcTL', 'fdAT']);
const SIGNATURE_LENGTH = 8;

/**
 * Leaves the notes out of a PNG, so that the decoder neither inflates them nor gives up at them: generators keep
 * workflows of megabytes there.
 *
 * @param bytes any file; what is no PNG is returned as it is, and so is all that follows a chunk that is not whole.
 *
 * Cost: O(chunks) and a copy of the others if there is a note.
 */
export function withoutNotes(bytes: Buffer): Buffer {
  if (readText(bytes, 1, 3) !== 'PNG') return bytes;
  const kept: Buffer[] = [];
  let from = 0;
  let at = SIGNATURE_LENGTH;
  while (at + 12 <= bytes.length) {
    const end = at + 12 + readUint32(bytes, at);
    if (end > bytes.length) break;
    if (NOTES.has(readText(bytes, at + 4, 4))) {
      if (at > from) kept.push(bytes.subarray(from, at));
      from = end;
    }
    at = end;
  }
  return from === 0 ? bytes : Buffer.concat([...kept, bytes.subarray(from)]);
}
