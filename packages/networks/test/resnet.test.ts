import { expect, test } from 'vitest';
import { createBackbone, Layers, networkCost } from '../src/index.js';
import { expectSameInference, expectSameTraining, LAYOUTS } from './golden-network.js';

test.each(['resnet18', 'resnet50'] as const)('%s infers as torchvision does', async (name) => {
  await expectSameInference(createBackbone(name), name);
});

test.each(
  (['resnet18', 'resnet50', 'resnet18-from-layer4'] as const).flatMap((file) =>
    LAYOUTS.map((layout) => [file, layout] as const),
  ),
)('%s trains as torchvision does: loss, gradients, running averages (%s)', async (file, layout) => {
  const backbone = createBackbone(file === 'resnet50' ? 'resnet50' : 'resnet18');
  const first = file === 'resnet18-from-layer4' ? 'layer4' : 'conv1';
  await expectSameTraining(backbone, file, { first, layout });
});

// Parameters as torchvision prints them, less those of the last layer.
test.each([
  ['resnet18', 11_689_512 - 513_000],
  ['resnet50', 25_557_032 - 2_049_000],
  ['resnet101', 44_549_160 - 2_049_000],
] as const)('%s has the parameters of torchvision', (name, parameters) => {
  expect(networkCost(createBackbone(name), 64).parameters).toBe(parameters);
});

test('resnet50 has 4 feature maps, of 256 to 2048 channels at strides of 4 to 32', () => {
  const layers = new Layers('test', { isSketch: true });
  const { maps, features } = createBackbone('resnet50').build(
    layers,
    layers.graph.input('images', [2, 3, 96, 64]),
  );
  expect([...maps].map(([name, value]) => [name, layers.sizes(value)])).toEqual([
    ['layer1', { channels: 256, height: 24, width: 16 }],
    ['layer2', { channels: 512, height: 12, width: 8 }],
    ['layer3', { channels: 1024, height: 6, width: 4 }],
    ['layer4', { channels: 2048, height: 3, width: 2 }],
  ]);
  expect(features.shape).toEqual([2, 2048]);
});
