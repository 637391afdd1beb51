/** Reads two bytes, the higher first; beyond the end there are zeros. */
export function readUint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** Reads four bytes, the highest first; beyond the end there are zeros. */
export function readUint32(bytes: Uint8Array, at: number): number {
  return readUint16(bytes, at) * 65536 + readUint16(bytes, at + 2);
}

/** Reads bytes as ASCII, up to the first NUL, at most `length`, cut at the end of the bytes. */
export function readText(bytes: Uint8Array, at: number, length: number): string {
  const part = bytes.subarray(at, at + length);
  const end = part.indexOf(0);
  return String.fromCharCode(...part.subarray(0, end === -1 ? part.length : end));
}

/** Makes one plain line of what a file says: printable ASCII, at most 64 characters. */
export function toPlain(text: string): string {
  return text
    .replaceAll(/[^ -~]/g, '?')
    .slice(0, 64)
    .trim();
}
