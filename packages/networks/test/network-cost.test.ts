import { expect, test } from 'vitest';
import { createBackbone, networkCost } from '../src/index.js';

// Torchvision prints 4.09 and 0.30 GFLOPS (multiply-adds) with the last layer, of 2.05 and 1.28 million, at 224 pixels.
test.each([
  ['resnet50', 4089.2 - 2.0],
  ['mobilenet-v2', 300.8 - 1.3],
] as const)('networkCost() counts the multiply-adds that are published for %s', (name, millions) => {
  expect(networkCost(createBackbone(name), 224).multiplyAdds / 1e6).toBeCloseTo(millions, 0);
});

test('networkCost() counts four times the work for images of twice the size', () => {
  const backbone = createBackbone('resnet18');
  const [small, large] = [networkCost(backbone, 64), networkCost(backbone, 128)];
  expect(large.multiplyAdds).toBe(4 * small.multiplyAdds);
  expect(large.parameters).toBe(small.parameters);
});

test('networkCost() refuses images that do not fit', () => {
  expect(() => networkCost(createBackbone('pose'), 64)).toThrow(
    'pose: images must be 128 × 128 pixels, got 64 × 64',
  );
});
