import { type DecodedModel, decodeOnnxModel } from '@ganscout/autodiff';
import {
  BACKBONE_NAMES,
  type BackboneName,
  type BackboneOptions,
  createBackbone,
} from './create-backbone.js';
import { encodeNetwork } from './network-model.js';
import { HEAD_NAMES, type HeadName, type NetworkPlan, sketchNetwork } from './network-plan.js';
import type { Weights, WeightTensor } from './weights.js';

/** What a classifier's file says of it besides the network. */
export interface ClassifierFacts {
  /** Name of each class; C different ones. */
  readonly labels: readonly string[];
  readonly patchSize: number;
  /** Most patches that an image is judged by; null for all that fit. */
  readonly patchesPerImage: number | null;
  readonly backbone: BackboneName;
  readonly backboneOptions: BackboneOptions;
  readonly head: HeadName;
  /** How it was trained: plain data, for people and records. */
  readonly training: Readonly<Record<string, unknown>>;
}

/** A classifier read from its file. */
export interface Classifier {
  readonly facts: ClassifierFacts;
  readonly plan: NetworkPlan;
  /** Every array of the network, by name. Views of the file. */
  readonly weights: Weights;
  /** The file. */
  readonly model: Uint8Array;
}

/** Entry of the metadata that marks our files, with their version. */
const KIND = 'ganscout';
const VERSION = 'classifier 1';

/** For readers of the file who do not know this package; not read back. */
const PREPROCESSING = {
  input: 'N x 3 x P x P, red, green and blue from 0 to 255, not resized; normalized inside the model',
  tiles:
    'square patches in a grid without overlap in the middle of the image, evenly thinned out to patchesPerImage',
  judgement: 'softmax over the classes of the mean of log_probabilities over the patches',
} as const;

/** What the facts stand for. @throws {RangeError} if the backbone is not known or does not fit its options. */
export function planOf({
  labels,
  backbone,
  backboneOptions,
  head,
  patchSize,
}: Omit<ClassifierFacts, 'training'>): NetworkPlan {
  return { backbone: createBackbone(backbone, backboneOptions), head, classCount: labels.length, patchSize };
}

/**
 * Encodes a classifier as one ONNX file, with what is needed to use it as metadata. Equal classifiers give equal bytes.
 *
 * The graph is that of {@link encodeNetwork}; every tool that reads ONNX can run it.
 *
 * @throws {TypeError} if an array is missing or has another shape. @throws {RangeError} if the facts do not fit together.
 */
export function encodeClassifier(facts: ClassifierFacts, weights: Weights): Uint8Array {
  return encodeNetwork(planOf(facts), weights, {
    [KIND]: VERSION,
    labels: JSON.stringify(facts.labels),
    patchSize: JSON.stringify(facts.patchSize),
    patchesPerImage: JSON.stringify(facts.patchesPerImage),
    preprocessing: JSON.stringify(PREPROCESSING),
    backbone: facts.backbone,
    backboneOptions: JSON.stringify(facts.backboneOptions),
    head: facts.head,
    training: JSON.stringify(facts.training),
  });
}

/**
 * Reads what {@link encodeClassifier} wrote.
 *
 * @param model the whole file, kept and not to be written.
 * @throws {SyntaxError} if the bytes are no ONNX model, or not one of this kind; the text says what is missing.
 */
export function openClassifier(model: Uint8Array): Classifier {
  const decoded = decodeOnnxModel(model);
  const { metadata } = decoded;
  if (metadata[KIND] !== VERSION) {
    const found =
      metadata[KIND] === undefined
        ? `an ONNX model of ${decoded.producer || 'another tool'}`
        : metadata[KIND];
    throw new SyntaxError(`the file must be a "${VERSION}" of ganscout train, found ${found}`);
  }
  const facts = readFacts(metadata);
  const plan = planOf(facts);
  return { facts, plan, weights: readArrays(decoded, plan), model };
}

function readFacts(metadata: Readonly<Record<string, string>>): ClassifierFacts {
  const { backbone = '', head = '' } = metadata;
  const labels = parse(metadata, 'labels');
  const patchSize = parse(metadata, 'patchSize');
  const patchesPerImage = parse(metadata, 'patchesPerImage');
  const backboneOptions = parse(metadata, 'backboneOptions');
  const training = parse(metadata, 'training');
  check('labels', isLabels(labels), 'a list of at least two different texts');
  check('patchSize', isCount(patchSize), 'a positive integer');
  check(
    'patchesPerImage',
    patchesPerImage === null || isCount(patchesPerImage),
    'a positive integer or null',
  );
  check(
    'backbone',
    (BACKBONE_NAMES as readonly string[]).includes(backbone),
    `one of ${BACKBONE_NAMES.join(', ')}`,
  );
  check('head', (HEAD_NAMES as readonly string[]).includes(head), `one of ${HEAD_NAMES.join(', ')}`);
  check('backboneOptions', isObject(backboneOptions), 'an object');
  check('training', isObject(training), 'an object');
  return {
    labels: labels as string[],
    patchSize: patchSize as number,
    patchesPerImage: patchesPerImage as number | null,
    backbone: backbone as BackboneName,
    backboneOptions: backboneOptions as BackboneOptions,
    head: head as HeadName,
    training: training as Record<string, unknown>,
  };
}

function parse(metadata: Readonly<Record<string, string>>, key: string): unknown {
  try {
    return JSON.parse(metadata[key] ?? '');
  } catch {
    throw new SyntaxError(
      `the classifier's metadata must have JSON under "${key}", found ${metadata[key] ?? 'nothing'}`,
    );
  }
}

function check(key: string, isRight: boolean, expected: string): void {
  if (!isRight) throw new SyntaxError(`the classifier's metadata must have ${expected} under "${key}"`);
}

function isLabels(value: unknown): boolean {
  const isText = Array.isArray(value) && value.every((label) => typeof label === 'string');
  return isText && value.length >= 2 && new Set(value).size === value.length;
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readArrays({ initializers }: DecodedModel, plan: NetworkPlan): Weights {
  const weights = new Map<string, WeightTensor>();
  for (const [name, { shape }] of sketchNetwork(plan).arrays.weights) {
    const tensor = initializers.get(name);
    if (!(tensor?.data instanceof Float32Array) || tensor.shape.join() !== shape.join()) {
      throw new SyntaxError(`the classifier must have an array ${name} [${shape.join(', ')}]`);
    }
    weights.set(name, { shape, data: tensor.data });
  }
  return weights;
}
