import { decodeBfloat16, decodeFloat16 } from './half-precision.js';
import { repeatedKey } from './repeated-key.js';

/** A numeric array of a safetensors file, row-major. */
export interface SafeTensor {
  readonly shape: readonly number[];
  /** Floats of any width as float32; int64 as they are. */
  readonly data: Float32Array | BigInt64Array;
}

/** What a safetensors file holds, by name. */
export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, SafeTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

const WIDTHS = { F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8 } as const;
type StoredType = keyof typeof WIDTHS;

const MAX_HEADER = 100_000_000;
const LENGTH_BYTES = 8;
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** One tensor as the header describes it. */
interface Entry {
  readonly name: string;
  readonly type: StoredType;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

/**
 * Decodes a safetensors file: element types F32, F16, BF16, F64 (as float32) and I64. The bytes are checked and not trusted.
 *
 * The tensors must cover the data without gap or overlap.
 *
 * @param bytes a whole file, kept: F32 and I64 data are views of it where their alignment allows, and must not be written.
 * @throws {SyntaxError} if the bytes are no such file, the text says which tensor and what was expected.
 *
 * Cost: memory of the header, and of the data that are no views, F16 and BF16 twice over.
 * Source: https://github.com/huggingface/safetensors, "Format".
 */
export function decodeSafetensors(bytes: Uint8Array): SafetensorsFile {
  const { header, data } = splitFile(bytes);
  const { __metadata__: metadata = {}, ...rest } = header;
  const entries = Object.entries(rest).map(([name, value]) => readEntry(name, value));
  checkCoverage(entries, data.length);
  return {
    tensors: new Map(entries.map((entry) => [entry.name, decodeTensor(entry, data)])),
    metadata: readMetadata(metadata),
  };
}

/**
 * Encodes tensors as a safetensors file: Float32Array as F32, BigInt64Array as I64, in the order of the map. Equal inputs give
 * equal bytes; the data begin at a multiple of 8 and int64 ones come first, so all can be read without a copy.
 *
 * @throws {TypeError} if a shape does not have as many elements as the data. @throws {RangeError} if a name is `__metadata__`.
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, SafeTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const wideFirst = [...tensors].sort(([, a], [, b]) => widthOf(b) - widthOf(a));
  const described: [string, unknown][] =
    Object.keys(metadata).length === 0 ? [] : [['__metadata__', metadata]];
  let end = 0;
  for (const [name, { shape, data }] of wideFirst) {
    if (name === '__metadata__') throw new RangeError('encodeSafetensors: a name must not be __metadata__');
    if (countOf(shape) !== data.length) {
      throw new TypeError(
        `encodeSafetensors: shape [${shape.join(', ')}] of ${name} has ${countOf(shape)} elements, got ${data.length}`,
      );
    }
    const dtype = data instanceof Float32Array ? 'F32' : 'I64';
    described.push([name, { dtype, shape, data_offsets: [end, end + data.byteLength] }]);
    end += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(described)));
  const length = Math.ceil(text.length / LENGTH_BYTES) * LENGTH_BYTES;
  const bytes = new Uint8Array(LENGTH_BYTES + length + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + length).set(text, LENGTH_BYTES);
  let offset = LENGTH_BYTES + length;
  for (const [, { data }] of wideFirst) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

/** The header as JSON and the bytes after it. */
function splitFile(bytes: Uint8Array): { header: Record<string, unknown>; data: Uint8Array } {
  if (bytes.length < LENGTH_BYTES) refuse(`the file must have at least 8 bytes, found ${bytes.length}`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const room = Math.min(MAX_HEADER, bytes.length - LENGTH_BYTES);
  if (length > room) refuse(`the header must be of at most ${room} bytes, the file says ${length}`);
  const header = bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length);
  return { header: parseHeader(header), data: bytes.subarray(LENGTH_BYTES + length) };
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let text = '';
  let header: unknown;
  try {
    text = UTF8.decode(bytes);
    header = JSON.parse(text);
  } catch (cause) {
    throw new SyntaxError(
      `decodeSafetensors: the header must be JSON in UTF-8: ${(cause as Error).message}`,
      {
        cause,
      },
    );
  }
  if (!isRecord(header) || !text.startsWith('{'))
    refuse('the header must be a JSON object, found another value');
  const repeated = repeatedKey(text);
  if (repeated !== null) refuse(`every name must be there once, found "${repeated}" twice`);
  return header as Record<string, unknown>;
}

function readMetadata(metadata: unknown): Record<string, string> {
  const isText = isRecord(metadata) && Object.values(metadata).every((value) => typeof value === 'string');
  return isText ? (metadata as Record<string, string>) : refuse('__metadata__ must be an object of texts');
}

function readEntry(name: string, value: unknown): Entry {
  const { dtype, shape, data_offsets: offsets } = isRecord(value) ? value : {};
  if (typeof dtype !== 'string' || !Object.hasOwn(WIDTHS, dtype)) {
    refuse(
      `element type of ${name} must be one of ${Object.keys(WIDTHS).join(', ')}, found ${String(dtype)}`,
    );
  }
  if (!isCounts(shape)) refuse(`shape of ${name} must be a list of sizes of at least 0`);
  if (!isCounts(offsets) || offsets.length !== 2) refuse(`data_offsets of ${name} must be two numbers`);
  const [start, end] = offsets as [number, number];
  const needed = countOf(shape) * WIDTHS[dtype as StoredType];
  if (end - start !== needed) {
    refuse(`${name} of shape [${shape.join(', ')}] of ${dtype} needs ${needed} bytes, found ${end - start}`);
  }
  return { name, type: dtype as StoredType, shape, start, end };
}

function checkCoverage(entries: readonly Entry[], length: number): void {
  let expected = 0;
  for (const { name, start, end } of entries.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (start !== expected)
      refuse(`data of ${name} must begin at ${expected}, where those before end, found ${start}`);
    expected = end;
  }
  if (expected !== length) refuse(`the header describes ${expected} bytes of data, found ${length}`);
}

function decodeTensor({ type, shape, start, end }: Entry, data: Uint8Array): SafeTensor {
  const part = data.subarray(start, end);
  const width = WIDTHS[type];
  // A copy even of a Node.js Buffer, whose own slice() is a view.
  const { buffer, byteOffset } = part.byteOffset % width === 0 ? part : new Uint8Array(part);
  const count = part.length / width;
  if (type === 'F32') return { shape, data: new Float32Array(buffer as ArrayBuffer, byteOffset, count) };
  if (type === 'I64') return { shape, data: new BigInt64Array(buffer as ArrayBuffer, byteOffset, count) };
  if (type === 'F64') return { shape, data: Float32Array.from(new Float64Array(buffer, byteOffset, count)) };
  const bits = new Uint16Array(buffer, byteOffset, count);
  return { shape, data: type === 'F16' ? decodeFloat16(bits) : decodeBfloat16(bits) };
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function countOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function widthOf({ data }: SafeTensor): number {
  return data.BYTES_PER_ELEMENT;
}

function refuse(reason: string): never {
  throw new SyntaxError(`decodeSafetensors: ${reason}`);
}
