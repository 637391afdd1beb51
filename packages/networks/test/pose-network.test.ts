import { expect, test } from 'vitest';
import { createBackbone, Layers, networkCost } from '../src/index.js';
import { expectSameInference, expectSameTraining, LAYOUTS } from './golden-network.js';

test('pose infers as the published network in PyTorch', async () => {
  await expectSameInference(createBackbone('pose', { image: 32 }), 'pose');
});

test.each(
  LAYOUTS,
)('pose trains as the published network: loss, gradients, running averages (%s)', async (layout) => {
  await expectSameTraining(createBackbone('pose', { image: 32 }), 'pose', { first: 'block1', layout });
});

// Convolutions 5,888,000 with biases and batch norms, and 512 · 32,768 + 512 of the linear layer.
test('pose has 22.7 million parameters at 128 pixels', () => {
  expect(networkCost(createBackbone('pose'), 128).parameters).toBe(22_672_512);
});

test('pose sees the image itself if told to, at the cost of no transform', () => {
  const cost = (input: 'dct' | 'image') => networkCost(createBackbone('pose', { input }), 128).multiplyAdds;
  expect(cost('dct') - cost('image')).toBe(2 * 3 * 128 ** 3);
});

test('pose refuses images of another size, and sizes and inputs that it cannot have', () => {
  const layers = new Layers('test', { isSketch: true });
  const images = layers.graph.input('images', [1, 3, 64, 128]);
  expect(() => createBackbone('pose').build(layers, images)).toThrow(
    'pose: images must be 128 × 128 pixels, got 64 × 128',
  );
  expect(() => createBackbone('pose', { image: 100 })).toThrow(
    'pose: image must be a positive multiple of 16, got 100',
  );
  expect(() => createBackbone('pose', { input: 'fft' as 'dct' })).toThrow(
    'pose: input must be dct or image, got fft',
  );
});
