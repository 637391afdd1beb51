/** Numbers of fields of the ONNX format: ModelProto.graph, GraphProto.output, ValueInfoProto.name. */
const MODEL_GRAPH = 7;
const GRAPH_OUTPUT = 12;
const VALUE_NAME = 1;

/**
 * Makes a value inside an ONNX model one of its outputs.
 *
 * A second occurrence of an embedded message is merged with the first by every reader of the format, so a few bytes at
 * the end of the file do it. The runtime infers type and shape; it refuses a name that no node gives.
 *
 * @param file an ONNX file; not modified. @returns the file with one more output, after the others.
 * Source: Protocol Buffers, "Encoding", section "Last One Wins"; onnx.proto, https://github.com/onnx/onnx.
 */
export function withOnnxOutput(file: Uint8Array, name: string): Uint8Array {
  const value = lengthDelimited(VALUE_NAME, new TextEncoder().encode(name));
  const graph = lengthDelimited(MODEL_GRAPH, lengthDelimited(GRAPH_OUTPUT, value));
  const result = new Uint8Array(file.length + graph.length);
  result.set(file);
  result.set(graph, file.length);
  return result;
}

function lengthDelimited(field: number, content: Uint8Array): Uint8Array {
  return Uint8Array.of(...varint(field * 8 + 2), ...varint(content.length), ...content);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
