import { expect, test } from 'vitest';
import { sketchBackbone } from '../src/backbone.js';
import { BACKBONE_NAMES, type BackboneName, createBackbone, Layers } from '../src/index.js';

const BACKBONES = BACKBONE_NAMES.map((name) => [name, createBackbone(name)] as const);

test.each(BACKBONES)('%s names its arrays after its layers, in their order', (_name, backbone) => {
  const places = [...sketchBackbone(backbone).arrays.weights.keys()].map((name) =>
    backbone.layers.findIndex((layer) => name.startsWith(`${layer}.`)),
  );
  expect(places[0]).toBe(0);
  expect(
    places.every((place, i) => i === 0 || place === places[i - 1]! || place === places[i - 1]! + 1),
  ).toBe(true);
  expect(places.at(-1)).toBe(backbone.layers.length - 1);
});

test.each(BACKBONES)('%s refuses an image that is too small', (name, backbone) => {
  const layers = new Layers('test', { isSketch: true });
  const side = backbone.smallestImage - 1;
  const images = layers.graph.input('images', [1, 3, side, side]);
  expect(() => backbone.build(layers, images)).toThrow(new RegExp(`^${name}: images must be`));
});

test('the same seed draws the same arrays, and another seed others', () => {
  const drawn = (seed: number) => {
    const layers = new Layers('test', { seed });
    sketchBackbone(createBackbone('residual-cnn'), 32, layers);
    return layers.arrays.weights.get('block3.conv.weight')!.data;
  };
  expect(drawn(1)).toEqual(drawn(1));
  expect(drawn(1)).not.toEqual(drawn(2));
});

// He's rule over the outputs: 64 kernels of 7 × 7 make a deviation of √(2 / 3136) = 0.02525; 9,408 draws.
test('convolutions of resnet18 start as in torchvision', () => {
  const layers = new Layers('test');
  sketchBackbone(createBackbone('resnet18'), 32, layers);
  const { data } = layers.arrays.weights.get('conv1.weight')!;
  const deviation = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length);
  expect(deviation).toBeGreaterThan(0.0247);
  expect(deviation).toBeLessThan(0.0258);
});

test('createBackbone() lists the names it knows, and the options of a backbone', () => {
  expect(() => createBackbone('vgg16' as BackboneName)).toThrow(
    'backbone must be one of resnet18, resnet50, resnet101, mobilenet-v2, xception, pose, residual-cnn, got vgg16',
  );
  expect(() => createBackbone('pose', { width: 2 })).toThrow(
    'backbone pose has the options image, input, got width',
  );
  expect(() => createBackbone('xception', { image: 64 })).toThrow(
    'backbone xception has no options, got image',
  );
});
