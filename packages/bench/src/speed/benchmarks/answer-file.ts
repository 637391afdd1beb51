import { readFileSync } from 'node:fs';

/** Reads the float32 values that a peer wrote with `tofile`: too many for its answer. */
export function readFigures(file: string): Float32Array {
  const bytes = readFileSync(file);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}
