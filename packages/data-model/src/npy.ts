/** A numeric array with its shape, as an `.npy` file holds it, row-major. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Int32Array | Uint8Array;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

const TYPES = {
  '<f4': Float32Array,
  '<f8': Float64Array,
  '<i4': Int32Array,
  '|u1': Uint8Array,
} as const;

/**
 * Encodes an array in NumPy's format, version 1.0, little-endian, C order.
 *
 * @throws {TypeError} if the shape does not have as many elements as the data.
 *
 * Source: NumPy enhancement proposal 1, "A simple file format for NumPy arrays".
 */
export function encodeNpy(array: NpyArray): Uint8Array {
  const [header, values] = encodeNpyParts(array);
  const bytes = new Uint8Array(header.length + values.length);
  bytes.set(header);
  bytes.set(values, header.length);
  return bytes;
}

/**
 * As {@link encodeNpy} in two parts, of which the second is a view of the values: nothing large is copied.
 *
 * @throws {TypeError} as {@link encodeNpy}.
 */
export function encodeNpyParts({ shape, data }: NpyArray): readonly [Uint8Array, Uint8Array] {
  const count = shape.reduce((product, size) => product * size, 1);
  if (count !== data.length) {
    throw new TypeError(`encodeNpy: shape [${shape.join(', ')}] has ${count} elements, got ${data.length}`);
  }
  const header = encodeNpyHeader(typeName(data), shape);
  return [header, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)];
}

/** The bytes before the values of an `.npy` file of this element type and shape; a multiple of 64 long. */
export function encodeNpyHeader(type: keyof typeof TYPES, shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const length = Math.ceil((MAGIC.length + 4 + text.length + 1) / 64) * 64;
  const bytes = new Uint8Array(length).fill(0x20);
  bytes.set(MAGIC);
  bytes.set([1, 0, (length - 10) & 0xff, (length - 10) >> 8], 6);
  for (let i = 0; i < text.length; i++) bytes[10 + i] = text.charCodeAt(i);
  bytes[length - 1] = 0x0a;
  return bytes;
}

/**
 * Decodes an array in NumPy's format, versions 1 to 3.
 *
 * Element types float32, float64, int32 and uint8, little-endian, C order; object arrays are never read.
 *
 * @param bytes a whole file; the result is a copy.
 * @throws {SyntaxError} if the bytes are no such array; the text names what was found.
 */
export function decodeNpy(bytes: Uint8Array): NpyArray {
  const { shape, data } = readNpy(bytes);
  return { shape, data: data.slice() };
}

/**
 * As {@link decodeNpy}, but the result is a view of the bytes wherever their alignment allows: it must not be written.
 *
 * @throws {SyntaxError} as {@link decodeNpy}.
 */
export function readNpy(bytes: Uint8Array): NpyArray {
  if (bytes.length < 12 || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw new SyntaxError('decodeNpy: the file must begin with the bytes "\\x93NUMPY", found others');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = (bytes[6] as number) >= 2;
  const start = wide ? 12 : 10;
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  if (start + length > bytes.length) {
    throw new SyntaxError(
      `decodeNpy: the header must end within the file's ${bytes.length} bytes, it says ${start + length}`,
    );
  }
  const header = new TextDecoder('latin1').decode(bytes.subarray(start, start + length));
  const { type, shape } = parseHeader(header);
  const count = shape.reduce((product, size) => product * size, 1);
  const body = bytes.subarray(start + length);
  const ArrayType = TYPES[type];
  if (body.length !== count * ArrayType.BYTES_PER_ELEMENT) {
    throw new SyntaxError(
      `decodeNpy: shape (${shape.join(', ')}) of ${type} needs ${count * ArrayType.BYTES_PER_ELEMENT} bytes of values, found ${body.length}`,
    );
  }
  const isAligned = body.byteOffset % ArrayType.BYTES_PER_ELEMENT === 0;
  // A copy even of a Node.js Buffer, whose own slice() is a view with an offset.
  const { buffer, byteOffset } = isAligned ? body : new Uint8Array(body);
  return { shape, data: new ArrayType(buffer as ArrayBuffer, byteOffset, count) };
}

function parseHeader(header: string): { type: keyof typeof TYPES; shape: number[] } {
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  if (type === undefined || !Object.hasOwn(TYPES, type)) {
    throw new SyntaxError(
      `decodeNpy: element type must be one of ${Object.keys(TYPES).join(', ')}, found ${type ?? header.trim()}`,
    );
  }
  if (!/'fortran_order':\s*False/.test(header)) {
    throw new SyntaxError(
      'decodeNpy: the array must be in C order (fortran_order False); save it with numpy.ascontiguousarray',
    );
  }
  const sizes = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (sizes === undefined)
    throw new SyntaxError(`decodeNpy: the header must give a shape, found ${header.trim()}`);
  const shape = sizes
    .split(',')
    .map((size) => size.trim())
    .filter((size) => size !== '')
    .map(Number);
  return { type: type as keyof typeof TYPES, shape };
}

function typeName(data: NpyArray['data']): keyof typeof TYPES {
  if (data instanceof Float32Array) return '<f4';
  if (data instanceof Float64Array) return '<f8';
  return data instanceof Int32Array ? '<i4' : '|u1';
}
