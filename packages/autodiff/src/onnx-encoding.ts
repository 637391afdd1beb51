/** Element types the encoder knows. Only `float32` and `int64` may be inputs, outputs or initializers of a model. */
export type ElementType = 'float32' | 'int64' | 'bool';

/** A size, or the name of a size that is known only when the model runs. */
export type Dimension = number | string;

/** An integer, a list of integers, a floating-point number (marked, as 1 would otherwise be an integer), or a text. */
export type AttributeValue =
  | number
  | readonly number[]
  | { readonly float: number }
  | { readonly text: string };

/** The name, element type and shape of an input or output. */
export interface OnnxValueInfo {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly Dimension[];
}

/** A named tensor stored in the model. */
export interface OnnxInitializer {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

/** One use of an operator of the standard ONNX domain. */
export interface OnnxNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** What an ONNX file holds, as far as this package writes it. Nodes are in execution order. */
export interface OnnxModel {
  readonly name: string;
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
  readonly initializers: readonly OnnxInitializer[];
  readonly nodes: readonly OnnxNode[];
  readonly metadata: Readonly<Record<string, string>>;
}

const IR_VERSION = 8;
const OPSET_VERSION = 17;
const ELEMENT_TYPES = { float32: 1, int64: 7, bool: 9 } as const;
const ATTRIBUTE_FLOAT = 1;
const ATTRIBUTE_INT = 2;
const ATTRIBUTE_STRING = 3;
const ATTRIBUTE_INTS = 7;

/**
 * Encodes a model as an ONNX file: IR version 8, operator set 17. Equal models give equal bytes.
 *
 * @returns the bytes of a protobuf `ModelProto`.
 *
 * Source: onnx.proto of ONNX 1.12; the comments name the messages and the field numbers are theirs. Tensors
 * are stored as `raw_data`, little-endian, so the machine must be little-endian.
 */
export function encodeOnnxModel(model: OnnxModel): Uint8Array {
  const graph = [
    ...model.nodes.map((node) => bytesField(1, encodeNode(node))),
    textField(2, model.name),
    ...model.initializers.map((initializer) => bytesField(5, encodeTensor(initializer))),
    ...model.inputs.map((input) => bytesField(11, encodeValueInfo(input))),
    ...model.outputs.map((output) => bytesField(12, encodeValueInfo(output))),
  ];
  const metadata = Object.entries(model.metadata).map(([key, value]) =>
    bytesField(14, join([textField(1, key), textField(2, value)])),
  );
  return join([
    integerField(1, IR_VERSION),
    textField(2, 'ganscout'),
    bytesField(7, join(graph)),
    bytesField(8, join([textField(1, ''), integerField(2, OPSET_VERSION)])),
    ...metadata,
  ]);
}

/** NodeProto. */
function encodeNode({ operator, inputs, outputs, attributes }: OnnxNode): Uint8Array {
  return join([
    ...inputs.map((name) => textField(1, name)),
    ...outputs.map((name) => textField(2, name)),
    textField(3, outputs[0] ?? ''),
    textField(4, operator),
    ...Object.entries(attributes).map(([name, value]) => bytesField(5, encodeAttribute(name, value))),
  ]);
}

/** AttributeProto. */
function encodeAttribute(name: string, value: AttributeValue): Uint8Array {
  if (typeof value === 'number') {
    return join([textField(1, name), integerField(3, value), integerField(20, ATTRIBUTE_INT)]);
  }
  if ('float' in value) {
    const float = new Uint8Array(Float32Array.of(value.float).buffer);
    return join([textField(1, name), key(2, 5), float, integerField(20, ATTRIBUTE_FLOAT)]);
  }
  if ('text' in value) {
    return join([textField(1, name), textField(4, value.text), integerField(20, ATTRIBUTE_STRING)]);
  }
  return join([
    textField(1, name),
    ...value.map((item) => integerField(8, item)),
    integerField(20, ATTRIBUTE_INTS),
  ]);
}

/** TensorProto. */
function encodeTensor({ name, shape, data }: OnnxInitializer): Uint8Array {
  const type = data instanceof Float32Array ? 'float32' : 'int64';
  return join([
    ...shape.map((size) => integerField(1, size)),
    integerField(2, ELEMENT_TYPES[type]),
    textField(8, name),
    bytesField(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ]);
}

/** ValueInfoProto holding a TypeProto.Tensor. */
function encodeValueInfo({ name, type, shape }: OnnxValueInfo): Uint8Array {
  const dimensions = shape.map((size) =>
    bytesField(1, typeof size === 'number' ? integerField(1, size) : textField(2, size)),
  );
  const tensor = join([integerField(1, ELEMENT_TYPES[type]), bytesField(2, join(dimensions))]);
  return join([textField(1, name), bytesField(2, bytesField(1, tensor))]);
}

function integerField(field: number, value: number): Uint8Array {
  return join([key(field, 0), varint(BigInt(value))]);
}

function textField(field: number, text: string): Uint8Array {
  return bytesField(field, new TextEncoder().encode(text));
}

function bytesField(field: number, bytes: Uint8Array): Uint8Array {
  return join([key(field, 2), varint(BigInt(bytes.length)), bytes]);
}

function key(field: number, wireType: number): Uint8Array {
  return varint(BigInt(field * 8 + wireType));
}

/** Base-128 digits, least significant first; a negative number as its 64-bit two's complement. */
function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    result.set(part, offset);
    offset += part.length;
  }
  return result;
}
