import { createSession } from '@ganscout/autodiff';
import { expect, test } from 'vitest';
import { cosineBasis } from '../src/cosine-basis.js';
import { Layers } from '../src/index.js';

// Rows 2 · (1, 1) and 2 · (cos 45°, cos 135°).
test('cosineBasis() of two values is their doubled sum and √2 times their difference', () => {
  const expected = [2, 2, Math.SQRT2, -Math.SQRT2];
  cosineBasis(2).forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, 6);
  });
});

// Sums of rows and columns of (1 2; 3 4): 4 · 10; 2√2 · (4 - 6); 2√2 · (3 - 7); 2 · (1 - 2 - 3 + 4).
test('Layers.dct2d() transforms height and width of each channel', async () => {
  const layers = new Layers('test');
  const shape = [1, 2, 2, 2];
  layers.graph.output('transformed', layers.dct2d(layers.graph.input('images', shape)));
  const session = await createSession(layers.graph.encode());
  const data = Float32Array.of(1, 2, 3, 4, 1, 1, 1, 1);
  const { transformed } = await session.run({ images: { type: 'float32', dims: shape, data } });
  await session.release();
  const expected = [40, -4 * Math.SQRT2, -8 * Math.SQRT2, 0, 16, 0, 0, 0];
  expected.forEach((value, i) => {
    expect(transformed!.data[i]).toBeCloseTo(value, 5);
  });
});
