import { expect, test } from 'vitest';
import { createBackbone, Layers, networkCost } from '../src/index.js';
import { expectSameInference, expectSameTraining, LAYOUTS } from './golden-network.js';

test('xception infers as the published network in PyTorch', async () => {
  await expectSameInference(withoutStem(), 'xception');
});

/** The golden file begins with the maps of the blocks. */
function withoutStem() {
  const backbone = createBackbone('xception');
  return {
    ...backbone,
    build(...call: Parameters<typeof backbone.build>) {
      const { features, maps } = backbone.build(...call);
      return { features, maps: new Map([...maps].filter(([name]) => name !== 'act2')) };
    },
  };
}

test.each(
  LAYOUTS,
)('xception trains as the published network: loss, gradients, running averages (%s)', async (layout) => {
  await expectSameTraining(createBackbone('xception'), 'xception', { first: 'conv1', layout });
});

// timm and Cadene print 22,855,952 with 1000 classes.
test('xception has the published number of parameters, less those of the last layer', () => {
  expect(networkCost(createBackbone('xception'), 64).parameters).toBe(22_855_952 - 2_049_000);
});

test('xception has 19 × 19 maps in the middle of an image of 299 pixels', () => {
  const layers = new Layers('test', { isSketch: true });
  const { maps } = createBackbone('xception').build(layers, layers.graph.input('images', [1, 3, 299, 299]));
  expect(layers.sizes(maps.get('act2')!)).toEqual({ channels: 64, height: 147, width: 147 });
  expect(layers.sizes(maps.get('block11')!)).toEqual({ channels: 728, height: 19, width: 19 });
  expect(layers.sizes(maps.get('act4')!)).toEqual({ channels: 2048, height: 10, width: 10 });
});
