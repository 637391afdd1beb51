import { expect, test } from 'vitest';
import { createBackbone, embeddingHead, Layers, trainedFrom } from '../src/index.js';

test('trainedFrom() chooses a layer, those after it and the head', () => {
  const isTrained = trainedFrom(createBackbone('resnet18'), 'layer3');
  const names = ['conv1', 'layer2.1.bn2', 'layer3.0.conv1', 'layer4.1.bn2', 'head.0'];
  expect(names.map(isTrained)).toEqual([false, false, true, true, true]);
});

test('trainedFrom() does not take a layer for one whose name it begins', () => {
  const isTrained = trainedFrom(createBackbone('mobilenet-v2'), 'features.2');
  expect(['features.1.conv.1', 'features.2.conv.1', 'features.10.conv.1'].map(isTrained)).toEqual([
    false,
    true,
    true,
  ]);
});

test('trainedFrom() the head leaves the backbone frozen, with its batch norms by their running averages', () => {
  const backbone = createBackbone('residual-cnn');
  const layers = new Layers('test', { isSketch: true, isTrained: trainedFrom(backbone, 'head') });
  const { features } = backbone.build(layers, layers.graph.input('images', [2, 3, 32, 32]));
  embeddingHead(layers, features, 4);
  expect([...layers.arrays.parameters.keys()]).toEqual(
    [0, 1, 2, 3].flatMap((i) => [`head.${i}.weight`, `head.${i}.bias`]),
  );
  expect(layers.arrays.averages.size).toBe(0);
});

test('trainedFrom() names the layers if there is none of that name', () => {
  expect(() => trainedFrom(createBackbone('residual-cnn'), 'layer4')).toThrow(
    'residual-cnn: the first trained layer must be one of block1, block2, block3, block4, block5, head, got layer4',
  );
});
