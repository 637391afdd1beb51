import { createSession } from '@ganscout/autodiff';
import { expect, test } from 'vitest';
import { createBackbone, Layers, networkCost } from '../src/index.js';

/** Features of one image given by its gray levels, with equal weights each time. */
async function featuresOf(level: (x: number, y: number, color: number) => number): Promise<number[]> {
  const layers = new Layers('residual-cnn', { seed: 3 });
  const shape = [1, 3, 16, 16];
  const images = layers.graph.input('images', shape);
  layers.graph.output('block1', createBackbone('residual-cnn').build(layers, images).maps.get('block1')!);
  const data = Float32Array.from({ length: 3 * 16 * 16 }, (_, i) => {
    return level(i % 16, Math.floor(i / 16) % 16, Math.floor(i / 256)) / 127.5 - 1;
  });
  const session = await createSession(layers.graph.encode());
  const { block1 } = await session.run({ images: { type: 'float32', dims: shape, data } });
  await session.release();
  // Away from the border, which the padding makes an edge.
  return Array.from(block1!.data as Float32Array).filter((_, i) => {
    const [x, y] = [i % 16, Math.floor(i / 16) % 16];
    return Math.min(x, y) >= 3 && Math.max(x, y) < 13;
  });
}

test('residual-cnn does not see the brightness of a color', async () => {
  const dark = await featuresOf((_x, _y, color) => 20 * color);
  expect(dark.every((value) => Math.abs(value) < 1e-5)).toBe(true);
});

test('residual-cnn does not see more of an edge than 16 gray levels', async () => {
  const edge = (height: number) => featuresOf((x) => (x < 8 ? 100 - height / 2 : 100 + height / 2));
  const [low, middle, high] = [await edge(8), await edge(40), await edge(80)];
  const difference = (a: number[], b: number[]) => Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
  expect(difference(low, middle)).toBeGreaterThan(0.01);
  expect(difference(middle, high)).toBeLessThan(1e-5);
});

// 15 residuals of 9 products at a side of 64, then the kernels of the five blocks, 9 products each.
test('residual-cnn costs 54 million multiply-adds at 64 pixels', () => {
  const kernels = [15 * 32, 32 * 48, 48 * 64, 64 * 128, 128 * 128];
  const sides = [64, 32, 16, 8, 8];
  const products = kernels.map((count, i) => 9 * count * sides[i]! ** 2);
  expect(networkCost(createBackbone('residual-cnn'), 64)).toEqual({
    multiplyAdds: products.reduce((a, b) => a + b, 9 * 15 * 64 ** 2),
    parameters: 9 * kernels.reduce((a, b) => a + b) + 2 * (32 + 48 + 64 + 128 + 128),
  });
});
