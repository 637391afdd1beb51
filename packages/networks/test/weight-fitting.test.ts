import { expect, test } from 'vitest';
import { sketchBackbone } from '../src/backbone.js';
import { createBackbone, fitWeights, type Weights, type WeightTensor } from '../src/index.js';

const BACKBONE = createBackbone('residual-cnn');
const EXPECTED: Weights = sketchBackbone(BACKBONE).arrays.weights;

const array = (...shape: number[]): WeightTensor => ({
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
});

function changed(change: (weights: Map<string, WeightTensor>) => void): Weights {
  const weights = new Map(EXPECTED);
  change(weights);
  return weights;
}

test('fitWeights() returns the arrays of the backbone, and drops the head and batch counts', () => {
  const found = changed((weights) => {
    weights.set('head.0.weight', array(5, 128));
    weights.set('block1.bn.num_batches_tracked', array());
  });
  expect([...fitWeights(BACKBONE, found)]).toEqual([...EXPECTED]);
});

test('fitWeights() keeps the head if told to', () => {
  const found = changed((weights) => weights.set('head.0.weight', array(5, 128)));
  expect(fitWeights(BACKBONE, found, { keepHead: true }).get('head.0.weight')).toEqual(array(5, 128));
});

test('fitWeights() drops the prefixes of training tools, one after the other', () => {
  const found = new Map([...EXPECTED].map(([name, tensor]) => [`model.module.${name}`, tensor]));
  expect([...fitWeights(BACKBONE, found)]).toEqual([...EXPECTED]);
});

test.each([
  ['resnet50', 'fc.weight', 'head.0.weight'],
  ['mobilenet-v2', 'classifier.1.bias', 'head.0.bias'],
  ['mobilenet-v2', 'classifier.weight', 'head.0.weight'],
  ['mobilenet-v2', 'blocks.2.1.conv_pwl.weight', 'features.5.conv.2.weight'],
  ['xception', 'last_linear.bias', 'head.0.bias'],
  ['pose', 'main.3.main.1.running_var', 'block2.1.bn.running_var'],
  ['pose', 'fc.weight', 'fc.weight'],
  ['pose', 'classification_head.1.weight', 'head.0.weight'],
] as const)('%s calls %s %s', (name, published, ours) => {
  expect(createBackbone(name).ourName(published)).toBe(ours);
});

test('fitWeights() lists all that is missing, unexpected or of another shape at once', () => {
  const found = changed((weights) => {
    weights.delete('block2.bn.bias');
    weights.set('block1.conv.weight', array(32, 12, 3, 3));
    weights.set('block9.conv.weight', array(1));
  });
  expect(() => fitWeights(BACKBONE, found)).toThrow(
    `the weights do not fit residual-cnn:
  missing: block2.bn.bias [48]
  shape of block1.conv.weight: expected [32, 15, 3, 3], found [32, 12, 3, 3]
  unexpected: block9.conv.weight [1]`,
  );
});

// 5 blocks of 5 arrays are missing, and 1 is unexpected: 26, of which 20 are listed.
test('fitWeights() counts what it does not list, and says where batch norm went', () => {
  const found = new Map([['onnx::Conv_497', array(64, 3, 7, 7)]]);
  expect(() => fitWeights(BACKBONE, found)).toThrow('and 6 more\n  Batch norm was merged into convolutions');
});

test('fitWeights() refuses two arrays of one name', () => {
  const found = changed((weights) => weights.set('module.block1.bn.bias', array(32)));
  expect(() => fitWeights(BACKBONE, found)).toThrow(
    'residual-cnn: block1.bn.bias and module.block1.bn.bias are both block1.bn.bias',
  );
});
