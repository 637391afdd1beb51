import { createGraph, createSession, operators as op } from '@ganscout/autodiff';
import { expect, test } from 'vitest';
import {
  buildNetwork,
  type ClassifierFacts,
  createPatchScorer,
  encodeClassifier,
  Layers,
  openClassifier,
  planOf,
  type Weights,
} from '../src/index.js';
import { stripedPatches } from './planted-patches.js';

const FACTS: ClassifierFacts = {
  labels: ['real', 'é "fake"'],
  patchSize: 16,
  patchesPerImage: 4,
  backbone: 'residual-cnn',
  backboneOptions: {},
  head: 'paper',
  training: { epochs: 3 },
};

/** Arrays as training would start with, but for running averages that differ from 0 and 1. */
function someWeights(facts: ClassifierFacts): Weights {
  const layers = new Layers('start', { seed: 5 });
  const plan = planOf(facts);
  buildNetwork(layers, layers.graph.input('x', [1, 3, facts.patchSize, facts.patchSize]), plan);
  const change = (name: string, data: Float32Array) => {
    if (name.endsWith('running_mean')) return data.map((_, i) => 0.01 * i);
    return name.endsWith('running_var') ? data.map((_, i) => 0.5 + 0.1 * (i % 7)) : data;
  };
  return new Map(
    [...layers.arrays.weights].map(([name, { shape, data }]) => [name, { shape, data: change(name, data) }]),
  );
}

test('openClassifier() reads back what encodeClassifier() wrote, arrays included', () => {
  const weights = someWeights(FACTS);
  const model = encodeClassifier(FACTS, weights);
  const opened = openClassifier(model);
  expect(opened.facts).toEqual(FACTS);
  expect(opened.plan.backbone.name).toBe('residual-cnn');
  expect(opened.weights).toEqual(weights);
  expect(Buffer.compare(encodeClassifier(opened.facts, opened.weights), model)).toBe(0);
});

test('a classifier gives each patch the same, however many are judged at once', async () => {
  const model = encodeClassifier(FACTS, someWeights(FACTS));
  const scorer = await createPatchScorer(model, 16);
  const { patches } = stripedPatches('patches', 5, 16);
  const all = await scorer.score(patches);
  expect([all.logProbabilities.length, all.features.length]).toEqual([10, 5 * 128]);
  for (let i = 0; i < 5; i++) {
    const own = patches.data.slice(i * 3 * 256, (i + 1) * 3 * 256);
    const { logProbabilities } = await scorer.score({ count: 1, patchSize: 16, data: own });
    expect(logProbabilities[0]).toBeCloseTo(all.logProbabilities[2 * i]!, 5);
    const [a, b] = logProbabilities;
    expect(Math.exp(a!) + Math.exp(b!)).toBeCloseTo(1, 6);
  }
  await expect(scorer.score(stripedPatches('patches', 1, 8).patches)).rejects.toThrow(
    'patches of side 16, got 8',
  );
  await scorer.release();
});

test('the file has the pixels as input and probabilities, logits and features as outputs', async () => {
  const session = await createSession(encodeClassifier(FACTS, someWeights(FACTS)));
  expect(session.inputs).toEqual([{ name: 'images', type: 'float32', shape: ['N', 3, 16, 16] }]);
  expect(session.outputs).toEqual([
    { name: 'logits', type: 'float32', shape: ['N', 2] },
    { name: 'log_probabilities', type: 'float32', shape: ['N', 2] },
    { name: 'probabilities', type: 'float32', shape: ['N', 2] },
    { name: 'features', type: 'float32', shape: ['N', 128] },
  ]);
  await session.release();
});

test('pixels are normalized inside the model: 0 and 255 become -1 and 1 for a network that expects them', async () => {
  const plan = planOf({ ...FACTS, head: 'plain' });
  const seen = {
    ...plan.backbone,
    build: (layers: Layers, images: Parameters<typeof buildNetwork>[1]) => {
      layers.graph.output('seen', images);
      return { features: layers.globalAveragePool(images), maps: new Map() };
    },
  };
  const layers = new Layers('normalization');
  const input = layers.graph.input('images', [1, 3, 16, 16]);
  layers.graph.output('logits', buildNetwork(layers, input, { ...plan, backbone: seen }).logits);
  const session = await createSession(layers.graph.encode());
  const pixels = new Float32Array(3 * 256).fill(255).fill(0, 0, 256).fill(127.5, 256, 512);
  const { seen: values } = await session.run({
    images: { type: 'float32', dims: [1, 3, 16, 16], data: pixels },
  });
  const [red, green, blue] = [0, 256, 512].map((at) => values!.data[at] as number);
  expect(red).toBeCloseTo(-1, 6);
  expect(green).toBeCloseTo(0, 6);
  expect(blue).toBeCloseTo(1, 6);
  await session.release();
});

test('openClassifier() refuses a model of something else, and metadata that do not hold', () => {
  const graph = createGraph();
  graph.output('y', op.neg(graph.input('x', [1])));
  expect(() => openClassifier(graph.encode())).toThrow(
    'the file must be a "classifier 1" of ganscout train, found an ONNX model of ganscout',
  );
  expect(() => openClassifier(Uint8Array.of(1, 2, 3))).toThrow(SyntaxError);
  const claims = { ganscout: 'classifier 1', labels: '["a"]', patchSize: '8', patchesPerImage: 'null' };
  const rest = { backbone: 'residual-cnn', backboneOptions: '{}', head: 'plain', training: '{}' };
  expect(() => openClassifier(graph.encode({ ...claims, ...rest }))).toThrow('under "labels"');
  expect(() =>
    openClassifier(graph.encode({ ...claims, ...rest, labels: '["a","b"]', patchSize: '16' })),
  ).toThrow(/must have an array block1\S* \[/);
  expect(() => openClassifier(graph.encode({ ...claims, ...rest, training: '{' }))).toThrow(
    'JSON under "training"',
  );
});

test('encodeClassifier() refuses weights that lack an array', () => {
  const weights = new Map(someWeights(FACTS));
  weights.delete('head.2.bias');
  expect(() => encodeClassifier(FACTS, weights)).toThrow('missing are head.2.bias');
});

test.each([
  ['resnet18', {}],
  ['mobilenet-v2', {}],
  ['pose', { image: 32 }],
] as const)('a classifier on %s takes a batch of any size', async (backbone, backboneOptions) => {
  const facts = { ...FACTS, backbone, backboneOptions, patchSize: 32 };
  const scorer = await createPatchScorer(encodeClassifier(facts, someWeights(facts)), 32);
  expect((await scorer.score(stripedPatches('three', 3, 32).patches)).features).toHaveLength(3 * 128);
  await scorer.release();
});
