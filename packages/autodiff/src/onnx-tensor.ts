import { decodeBfloat16, decodeFloat16 } from '@ganscout/data-model';
import type { ElementType } from './onnx-encoding.js';
import { elementCount, formatShape } from './operators/rule.js';
import type { ProtobufReader } from './protobuf-reader.js';

/** Numbers stored in a model, row-major; truth values as 0 and 1. */
export interface OnnxTensor {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array | Uint8Array;
}

/** Element types that are read, by their number in TensorProto.DataType, and what they become. */
export const STORED_TYPES: ReadonlyMap<number, { readonly name: string; readonly type: ElementType }> =
  new Map([
    [1, { name: 'float32', type: 'float32' }],
    [6, { name: 'int32', type: 'int64' }],
    [7, { name: 'int64', type: 'int64' }],
    [9, { name: 'bool', type: 'bool' }],
    [10, { name: 'float16', type: 'float32' }],
    [11, { name: 'float64', type: 'float32' }],
    [16, { name: 'bfloat16', type: 'float32' }],
  ]);

const FLOAT32 = 1;
const INT32 = 6;
const INT64 = 7;
const BOOL = 9;
const FLOAT16 = 10;
const FLOAT64 = 11;
const MAX_RANK = 16;

/** What a TensorProto holds, before it is checked. */
interface TensorFields {
  name: string;
  readonly sizes: bigint[];
  type: number;
  raw: Uint8Array | null;
  readonly floats: number[];
  readonly integers: bigint[];
  isExternal: boolean;
}

/**
 * Reads a TensorProto: float32, float16, bfloat16 and float64 become float32, int32 and int64 become int64.
 *
 * @param reader of the message. @returns a tensor; float32 data is a view of the file where its alignment allows.
 * @throws {SyntaxError} if sizes and data do not fit, the element type is another one, or the data lie in another file.
 */
export function decodeTensor(reader: ProtobufReader): OnnxTensor {
  const fields: TensorFields = {
    name: '',
    sizes: [],
    type: 0,
    raw: null,
    floats: [],
    integers: [],
    isExternal: false,
  };
  reader.fields({
    1: () => reader.integers(fields.sizes),
    2: () => {
      fields.type = Number(reader.integer());
    },
    3: () => reader.fail('a tensor in one piece, found a segment'),
    4: () => reader.floats(fields.floats),
    5: () => reader.integers(fields.integers),
    7: () => reader.integers(fields.integers),
    8: () => {
      fields.name = reader.text();
    },
    9: () => {
      fields.raw = reader.bytes();
    },
    10: () => reader.doubles(fields.floats),
    14: () => {
      fields.isExternal = reader.integer() !== 0n;
    },
  });
  const { name } = fields;
  const label = name === '' ? 'a tensor' : `tensor "${name}"`;
  if (fields.isExternal) {
    reader.fail(
      `the data of ${label} in this file, found a reference to another file; save the model as one file`,
    );
  }
  const known = STORED_TYPES.get(fields.type);
  if (known === undefined) {
    const names = [...STORED_TYPES.values()].map((entry) => entry.name).join(', ');
    return reader.fail(`${label} to be of ${names}, found element type ${fields.type}`);
  }
  const shape = checkSizes(reader, label, fields.sizes);
  const data = fields.raw === null ? typedElements(fields) : rawElements(reader, fields, fields.raw);
  const count = elementCount(shape);
  if (data.length !== count) {
    reader.fail(`${label} of shape ${formatShape(shape)} to have ${count} elements, found ${data.length}`);
  }
  return { name, type: known.type, shape, data };
}

function checkSizes(reader: ProtobufReader, label: string, sizes: readonly bigint[]): number[] {
  const isPlausible = sizes.every((size) => size >= 0n && size <= 2n ** 40n);
  if (sizes.length > MAX_RANK || !isPlausible) {
    const found = sizes.slice(0, MAX_RANK + 1).join(', ');
    reader.fail(`at most ${MAX_RANK} sizes of ${label}, each from 0 to 2^40, found [${found}]`);
  }
  return sizes.map(Number);
}

function typedElements({ type, floats, integers }: TensorFields): OnnxTensor['data'] {
  if (type === FLOAT32 || type === FLOAT64) return Float32Array.from(floats);
  if (type === INT32 || type === INT64) return BigInt64Array.from(integers);
  if (type === BOOL) return Uint8Array.from(integers, (value) => (value === 0n ? 0 : 1));
  const bits = Uint16Array.from(integers, (value) => Number(BigInt.asUintN(16, value)));
  return type === FLOAT16 ? decodeFloat16(bits) : decodeBfloat16(bits);
}

function rawElements(reader: ProtobufReader, { type }: TensorFields, raw: Uint8Array): OnnxTensor['data'] {
  const width = type === INT64 || type === FLOAT64 ? 8 : type === BOOL ? 1 : type > BOOL ? 2 : 4;
  if (raw.length % width !== 0) reader.fail(`a multiple of ${width} bytes, found ${raw.length}`);
  if (type === BOOL) return Uint8Array.from(raw, (value) => (value === 0 ? 0 : 1));
  // A copy even of a Node.js Buffer, whose own slice() is a view.
  const { buffer, byteOffset } = raw.byteOffset % width === 0 ? raw : new Uint8Array(raw);
  const count = raw.length / width;
  if (type === FLOAT32) return new Float32Array(buffer as ArrayBuffer, byteOffset, count);
  if (type === INT64) return new BigInt64Array(buffer as ArrayBuffer, byteOffset, count);
  if (type === INT32) return BigInt64Array.from(new Int32Array(buffer, byteOffset, count), BigInt);
  if (type === FLOAT64) return Float32Array.from(new Float64Array(buffer, byteOffset, count));
  const bits = new Uint16Array(buffer, byteOffset, count);
  return type === FLOAT16 ? decodeFloat16(bits) : decodeBfloat16(bits);
}
