import { readFileSync } from 'node:fs';
import { createSession, type Graph, gradients, operators, type Tensor } from '@ganscout/autodiff';
import { expect } from 'vitest';
import {
  type Backbone,
  fitWeights,
  Layers,
  type LayersOptions,
  linearHead,
  trainedFrom,
  type Weights,
} from '../src/index.js';
import { formulaArray, formulaImages } from './formula-weights.js';

/** What the scripts in `test/reference/networks` wrote: names are those of the published network. */
interface Golden {
  readonly image: number;
  /** Shapes of the published arrays, where formulas make them. */
  readonly arrays?: Readonly<Record<string, readonly number[]>>;
  readonly logits: readonly (readonly number[])[];
  readonly magnitudes: readonly number[];
  readonly loss: number;
  readonly gradients: Readonly<Record<string, { norm: number; largest: number; first: readonly number[] }>>;
  readonly averages: Readonly<Record<string, readonly number[]>>;
}

/** Layouts of feature maps that networks are trained in. */
export const LAYOUTS = ['image-major', 'channel-major'] as const;

const CLASSES = 5;
const LABELS = [0n, 1n, 2n, 4n];
/** float32 against float64: rounding only. */
const OUTPUT_TOLERANCE = 1e-4;
/** Backward through up to fifty batch norms of few numbers each. */
const GRADIENT_TOLERANCE = 1e-3;

function readGolden(file: string): Golden {
  const url = new URL(`../../../test/reference/networks/${file}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8'));
}

/**
 * Compares inference: logits of two images and the mean magnitude of each feature map, to 1e-4 of the largest.
 *
 * @param published weights under their published names; by default those of the formulas.
 */
export async function expectSameInference(
  backbone: Backbone,
  file: string,
  published?: Weights,
): Promise<void> {
  const golden = readGolden(file);
  const weights = fitWeights(backbone, published ?? formulaWeights(golden), { keepHead: true });
  const layers = new Layers(backbone.name, { weights });
  const images = layers.graph.input('images', [2, 3, golden.image, golden.image]);
  const { features, maps } = backbone.build(layers, images);
  layers.graph.output('logits', linearHead(layers, features, CLASSES).logits);
  const names = [...maps.keys()].slice(0, golden.magnitudes.length);
  for (const name of names) layers.graph.output(name, maps.get(name)!);
  const results = await run(layers.graph, { images: imageTensor(2, golden.image) });
  expectClose(results.logits!, golden.logits.flat(), OUTPUT_TOLERANCE);
  const found = names.map((name) => meanMagnitude(results[name]!));
  found.forEach((value, i) => {
    expect(value / golden.magnitudes[i]!).toBeCloseTo(1, 4);
  });
}

interface TrainingCase {
  /** The layer from which on the network learns. */
  readonly first: string;
  readonly layout?: NonNullable<LayersOptions['layout']>;
  /** Weights as in {@link expectSameInference}. */
  readonly published?: Weights;
}

/** Compares a training step of four images: loss, some gradients and some running averages. */
export async function expectSameTraining(
  backbone: Backbone,
  file: string,
  { first, layout = 'image-major', published }: TrainingCase,
): Promise<void> {
  const golden = readGolden(file);
  const weights = fitWeights(backbone, published ?? formulaWeights(golden), { keepHead: true });
  const layers = new Layers(backbone.name, { weights, layout, isTrained: trainedFrom(backbone, first) });
  const images = layers.graph.input('images', [4, 3, golden.image, golden.image]);
  const { logits } = linearHead(layers, backbone.build(layers, images).features, CLASSES);
  const labels = layers.graph.input('labels', [4], 'int64');
  const loss = operators.softmaxCrossEntropy(logits, labels);
  addOutputs(layers, loss, golden, backbone);
  const feeds: Record<string, Tensor> = {
    images: imageTensor(4, golden.image),
    labels: { type: 'int64', dims: [4], data: BigInt64Array.from(LABELS) },
  };
  for (const [name, { value, initial }] of [...layers.arrays.parameters, ...layers.arrays.averages]) {
    feeds[name] = { type: 'float32', dims: value.shape as number[], data: initial };
  }
  const results = await run(layers.graph, feeds);
  expect(results.loss![0]! / golden.loss).toBeCloseTo(1, 4);
  expectSameGradients(publishedGradients(layers, results, golden, backbone), golden);
  for (const [name, values] of Object.entries(golden.averages)) {
    expectClose(results[`next/${name}`]!.slice(0, values.length), values, OUTPUT_TOLERANCE);
  }
}

function addOutputs(
  layers: Layers,
  loss: Parameters<typeof gradients>[0],
  golden: Golden,
  backbone: Backbone,
): void {
  const { graph } = layers;
  const published = Object.keys(golden.gradients);
  const values = published.map((name) => layers.arrays.parameters.get(backbone.ourName(name))!.value);
  gradients(loss, values).forEach((gradient, i) => {
    graph.output(`gradient/${published[i]}`, gradient);
  });
  for (const name of Object.keys(golden.averages)) {
    graph.output(`next/${name}`, layers.arrays.averages.get(backbone.ourName(name))!.next);
  }
  graph.output('loss', loss);
}

/** Gradients by published names, in the order of elements of the published arrays. */
function publishedGradients(
  layers: Layers,
  results: Record<string, Float32Array>,
  golden: Golden,
  backbone: Backbone,
): ReadonlyMap<string, Float32Array> {
  const published = Object.keys(golden.gradients);
  const found = published.map((name) => [backbone.ourName(name), results[`gradient/${name}`]!] as const);
  const ordered = layers.arrays.weightsAfter(Object.fromEntries(found));
  return new Map(published.map((name) => [name, ordered.get(backbone.ourName(name))!.data]));
}

function expectSameGradients(found: ReadonlyMap<string, Float32Array>, golden: Golden): void {
  for (const [name, { norm, largest, first }] of Object.entries(golden.gradients)) {
    const gradient = found.get(name)!;
    const tolerance = GRADIENT_TOLERANCE * largest + 1e-6;
    first.forEach((value, i) => {
      expect(Math.abs(gradient[i]! - value), `${name}[${i}] of ${value}`).toBeLessThan(tolerance);
    });
    const size = Math.sqrt(gradient.reduce((sum, value) => sum + value * value, 0));
    expect(Math.abs(size - norm), name).toBeLessThan(GRADIENT_TOLERANCE * norm + 1e-5);
  }
}

function formulaWeights({ arrays = {} }: Golden): Weights {
  return new Map(Object.entries(arrays).map(([name, shape]) => [name, formulaArray(name, shape)]));
}

function imageTensor(count: number, size: number): Tensor {
  const { shape, data } = formulaImages(count, size);
  return { type: 'float32', dims: shape, data };
}

async function run(
  graph: Graph,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Record<string, Float32Array>> {
  const session = await createSession(graph.encode());
  const results = await session.run(feeds);
  await session.release();
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]));
}

function meanMagnitude(values: Float32Array): number {
  return values.reduce((sum, value) => sum + Math.abs(value), 0) / values.length;
}

/** Each difference is at most the tolerance times the largest expected magnitude, or a millionth. */
function expectClose(found: Float32Array, expected: readonly number[], tolerance: number): void {
  const largest = Math.max(...expected.map(Math.abs));
  expected.forEach((value, i) => {
    expect(Math.abs(found[i]! - value), `[${i}] of ${value}`).toBeLessThan(tolerance * largest + 1e-6);
  });
}
