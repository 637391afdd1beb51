import { expect, test } from 'vitest';
import { sketchBackbone } from '../src/backbone.js';
import { createBackbone, fitWeights, Layers, networkCost, type Weights } from '../src/index.js';
import { expectSameInference, expectSameTraining, LAYOUTS } from './golden-network.js';

test('mobilenet-v2 infers as torchvision does', async () => {
  await expectSameInference(createBackbone('mobilenet-v2'), 'mobilenet-v2');
});

test.each(
  LAYOUTS,
)('mobilenet-v2 trains as torchvision does: loss, gradients, running averages (%s)', async (layout) => {
  await expectSameTraining(createBackbone('mobilenet-v2'), 'mobilenet-v2', { first: 'features.0', layout });
});

test('mobilenet-v2 has the parameters of torchvision, less those of the last layer', () => {
  expect(networkCost(createBackbone('mobilenet-v2'), 64).parameters).toBe(3_504_872 - 1_281_000);
});

// 0.35 · 32 = 11.2 is nearest to 8, but 8 is less than nine tenths of it; 0.35 · 320 = 112.
test('mobilenet-v2 scales its channels to multiples of 8', () => {
  const layers = new Layers('test', { isSketch: true });
  const { maps, features } = createBackbone('mobilenet-v2', { width: 0.35 }).build(
    layers,
    layers.graph.input('images', [1, 3, 32, 32]),
  );
  expect(layers.sizes(maps.get('features.0')!).channels).toBe(16);
  expect(layers.sizes(maps.get('features.17')!).channels).toBe(112);
  expect(features.shape).toEqual([1, 1280]);
});

/** Parts of timm's blocks in the order of the computation: those that do not widen, and those that do. */
const TIMM_BLOCKS = [
  ['conv_dw', 'bn1', 'conv_pw', 'bn2'],
  ['conv_pw', 'bn1', 'conv_dw', 'bn2', 'conv_pwl', 'bn3'],
];

function timmNames(): string[] {
  const blocks = [1, 2, 3, 4, 3, 3, 1].flatMap((count, stage) =>
    Array.from({ length: count }, (_, block) =>
      TIMM_BLOCKS[stage === 0 ? 0 : 1]!.map((part) => `blocks.${stage}.${block}.${part}`),
    ).flat(),
  );
  return ['conv_stem', 'bn1', ...blocks, 'conv_head', 'bn2'].flatMap((name) =>
    name.split('.').at(-1)!.startsWith('bn')
      ? ['weight', 'bias', 'running_mean', 'running_var'].map((array) => `${name}.${array}`)
      : [`${name}.weight`],
  );
}

test('mobilenet-v2 takes the names of timm, in the same order', () => {
  const backbone = createBackbone('mobilenet-v2');
  const ours = [...sketchBackbone(backbone).arrays.weights];
  const published: Weights = new Map(timmNames().map((name, i) => [name, ours[i]![1]]));
  expect([...fitWeights(backbone, published)]).toEqual(ours);
});

test('mobilenet-v2 refuses a width that is no positive number', () => {
  expect(() => createBackbone('mobilenet-v2', { width: 0 })).toThrow(
    'mobilenet-v2: width must be a positive number, got 0',
  );
});
