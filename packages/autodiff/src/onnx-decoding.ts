import type { Dimension } from './onnx-encoding.js';
import { decodeTensor, type OnnxTensor } from './onnx-tensor.js';
import { ProtobufReader } from './protobuf-reader.js';

/** What an attribute holds, by its kind; `other` stands for kinds that are not read, such as sparse tensors. */
export interface AttributeValues {
  readonly int: number;
  readonly float: number;
  readonly text: string;
  readonly ints: readonly number[];
  readonly floats: readonly number[];
  readonly texts: readonly string[];
  readonly tensor: OnnxTensor;
  readonly graph: DecodedGraph;
  readonly other: null;
}

/** An attribute of a node. */
export type DecodedAttribute = {
  readonly [K in keyof AttributeValues]: { readonly kind: K; readonly value: AttributeValues[K] };
}[keyof AttributeValues];

/** One use of an operator; an input that is left out has the name "". */
export interface DecodedNode {
  /** Of the node, or of its first output where it has none. */
  readonly name: string;
  readonly operator: string;
  /** "" for the standard operators. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, DecodedAttribute>;
}

/** An input or output of a model. */
export interface DecodedValueInfo {
  readonly name: string;
  /** Number in TensorProto.DataType; 0 if it is no tensor. */
  readonly elementType: number;
  /** Sizes, or their names ("" where there is none); null if the file does not say how many there are. */
  readonly shape: readonly Dimension[] | null;
}

/** The nodes of a model, or of a branch inside it, with what they work on. */
export interface DecodedGraph {
  readonly graphName: string;
  /** In execution order. */
  readonly nodes: readonly DecodedNode[];
  /** Tensors stored in the model, by name. */
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
  /** Those that the initializers do not give a value. */
  readonly inputs: readonly DecodedValueInfo[];
  readonly outputs: readonly DecodedValueInfo[];
}

/** What an ONNX file holds. */
export interface DecodedModel extends DecodedGraph {
  /** Version of the operator set by domain; "" is the standard one. */
  readonly operatorSets: ReadonlyMap<string, number>;
  readonly producer: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** How deep graphs may lie inside each other. */
const MAX_DEPTH = 8;

/**
 * Decodes an ONNX file of any tool. The bytes are checked and not trusted.
 *
 * @param bytes a whole file, kept: tensors are views of it where their alignment allows, and must not be written.
 * @throws {SyntaxError} if the bytes are no ONNX model, or hold tensors of another kind than {@link OnnxTensor} or in other
 *   files; the text names the position.
 *
 * Cost: O(bytes) time, and memory of at most a few times the bytes.
 * Source: onnx.proto of ONNX 1.12; the comments name the messages and the field numbers are theirs.
 */
export function decodeOnnxModel(bytes: Uint8Array): DecodedModel {
  const reader = new ProtobufReader(bytes, 'ModelProto');
  let producer = '';
  let graph: DecodedGraph | null = null;
  const operatorSets = new Map<string, number>();
  const metadata: [string, string][] = [];
  reader.fields({
    2: () => {
      producer = reader.text();
    },
    7: () => {
      if (graph !== null) reader.fail('one graph, found a second');
      graph = decodeGraph(reader.message('GraphProto'), 1);
    },
    8: () => {
      const [domain, version] = decodeOperatorSet(reader.message('OperatorSetIdProto'));
      operatorSets.set(domain, version);
    },
    14: () => metadata.push(decodeEntry(reader.message('StringStringEntryProto'))),
  });
  if (graph === null) return reader.fail('an ONNX model, which has a graph, found none');
  return { operatorSets, producer, metadata: Object.fromEntries(metadata), ...(graph as DecodedGraph) };
}

/** GraphProto. */
function decodeGraph(reader: ProtobufReader, depth: number): DecodedGraph {
  if (depth > MAX_DEPTH) reader.fail(`at most ${MAX_DEPTH} graphs inside each other`);
  let graphName = '';
  const nodes: DecodedNode[] = [];
  const initializers = new Map<string, OnnxTensor>();
  const inputs: DecodedValueInfo[] = [];
  const outputs: DecodedValueInfo[] = [];
  reader.fields({
    1: () => nodes.push(decodeNode(reader.message('NodeProto'), depth)),
    2: () => {
      graphName = reader.text();
    },
    5: () => {
      const tensor = decodeTensor(reader.message('TensorProto'));
      if (tensor.name === '' || initializers.has(tensor.name)) {
        reader.fail(`a new name for an initializer, found "${tensor.name}"`);
      }
      initializers.set(tensor.name, tensor);
    },
    11: () => inputs.push(decodeValueInfo(reader.message('ValueInfoProto'))),
    12: () => outputs.push(decodeValueInfo(reader.message('ValueInfoProto'))),
    15: () => reader.fail('dense initializers, found a sparse one'),
  });
  const open = inputs.filter(({ name }) => !initializers.has(name));
  return { graphName, nodes, initializers, inputs: open, outputs };
}

/** NodeProto. */
function decodeNode(reader: ProtobufReader, depth: number): DecodedNode {
  const [inputs, outputs]: string[][] = [[], []];
  let [name, operator, domain] = ['', '', ''];
  const attributes = new Map<string, DecodedAttribute>();
  reader.fields({
    1: () => inputs!.push(reader.text()),
    2: () => outputs!.push(reader.text()),
    3: () => {
      name = reader.text();
    },
    4: () => {
      operator = reader.text();
    },
    5: () => {
      const [key, value] = decodeAttribute(reader.message('AttributeProto'), depth);
      if (attributes.has(key)) reader.fail(`each attribute once, found "${key}" twice`);
      attributes.set(key, value);
    },
    7: () => {
      domain = reader.text();
    },
  });
  if (domain === 'ai.onnx') domain = '';
  return {
    name: name === '' ? (outputs![0] ?? '') : name,
    operator,
    domain,
    inputs: inputs!,
    outputs: outputs!,
    attributes,
  };
}

/** AttributeProto. */
function decodeAttribute(reader: ProtobufReader, depth: number): [string, DecodedAttribute] {
  let [name, text, type, int, float] = ['', '', 0, 0n, 0];
  let tensor: OnnxTensor | null = null;
  let graph: DecodedGraph | null = null;
  const floats: number[] = [];
  const ints: bigint[] = [];
  const texts: string[] = [];
  reader.fields({
    1: () => {
      name = reader.text();
    },
    2: () => {
      float = reader.float();
    },
    3: () => {
      int = reader.integer();
    },
    4: () => {
      text = reader.text();
    },
    5: () => {
      tensor = decodeTensor(reader.message('TensorProto'));
    },
    6: () => {
      graph = decodeGraph(reader.message('GraphProto'), depth + 1);
    },
    7: () => reader.floats(floats),
    8: () => reader.integers(ints),
    9: () => texts.push(reader.text()),
    20: () => {
      type = Number(reader.integer());
    },
  });
  const value = attributeOf(type, { int, float, text, tensor, graph, floats, ints, texts });
  return [name, value ?? reader.fail(`attribute "${name}" to have a type and its value, found type ${type}`)];
}

/** The value an attribute of this AttributeProto.AttributeType has; null if there is none. */
function attributeOf(
  type: number,
  found: {
    readonly int: bigint;
    readonly float: number;
    readonly text: string;
    readonly tensor: OnnxTensor | null;
    readonly graph: DecodedGraph | null;
    readonly floats: readonly number[];
    readonly ints: readonly bigint[];
    readonly texts: readonly string[];
  },
): DecodedAttribute | null {
  if (type === 1) return { kind: 'float', value: found.float };
  if (type === 2) return { kind: 'int', value: Number(found.int) };
  if (type === 3) return { kind: 'text', value: found.text };
  if (type === 4) return found.tensor && { kind: 'tensor', value: found.tensor };
  if (type === 5) return found.graph && { kind: 'graph', value: found.graph };
  if (type === 6) return { kind: 'floats', value: found.floats };
  if (type === 7) return { kind: 'ints', value: found.ints.map(Number) };
  if (type === 8) return { kind: 'texts', value: found.texts };
  return type >= 9 && type <= 14 ? { kind: 'other', value: null } : null;
}

/** ValueInfoProto holding a TypeProto. */
function decodeValueInfo(reader: ProtobufReader): DecodedValueInfo {
  let name = '';
  let elementType = 0;
  let shape: Dimension[] | null = null;
  reader.fields({
    1: () => {
      name = reader.text();
    },
    2: () => {
      const type = reader.message('TypeProto');
      type.fields({
        1: () => {
          const tensor = type.message('TypeProto.Tensor');
          tensor.fields({
            1: () => {
              elementType = Number(tensor.integer());
            },
            2: () => {
              shape = decodeShape(tensor.message('TensorShapeProto'));
            },
          });
        },
      });
    },
  });
  return { name, elementType, shape };
}

/** TensorShapeProto. Some tools write a size below 1 where it is open. */
function decodeShape(reader: ProtobufReader): Dimension[] {
  const shape: Dimension[] = [];
  reader.fields({
    1: () => {
      const dimension = reader.message('TensorShapeProto.Dimension');
      let size: Dimension = '';
      dimension.fields({
        1: () => {
          const value = Number(dimension.integer());
          size = value >= 1 ? value : '';
        },
        2: () => {
          size = dimension.text();
        },
      });
      shape.push(size);
    },
  });
  return shape;
}

/** OperatorSetIdProto. */
function decodeOperatorSet(reader: ProtobufReader): [domain: string, version: number] {
  let [domain, version] = ['', 0];
  reader.fields({
    1: () => {
      domain = reader.text();
    },
    2: () => {
      version = Number(reader.integer());
    },
  });
  return [domain === 'ai.onnx' ? '' : domain, version];
}

/** StringStringEntryProto. */
function decodeEntry(reader: ProtobufReader): [key: string, value: string] {
  let [key, value] = ['', ''];
  reader.fields({
    1: () => {
      key = reader.text();
    },
    2: () => {
      value = reader.text();
    },
  });
  return [key, value];
}
