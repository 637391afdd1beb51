import { readFileSync } from 'node:fs';
import { createGraph, operators } from '@ganscout/autodiff';
import { expect, test } from 'vitest';
import {
  type BackboneName,
  createBackbone,
  createGradCam,
  type ExplainableNetwork,
  fitWeights,
  type Normalization,
  networkOfOnnx,
  networkOfPlan,
  type Weights,
} from '../src/index.js';
import { formulaArray, formulaImages } from './formula-weights.js';

/** What `test/reference/grad-cam/make_maps.py` wrote. */
interface Golden {
  readonly size: number;
  readonly arrays: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
  readonly cases: readonly {
    readonly network: BackboneName;
    readonly layer: string;
    readonly classes: readonly number[];
    readonly maps: readonly (readonly (readonly number[])[])[];
    readonly logits: readonly (readonly number[])[];
  }[];
  readonly small: Omit<Golden['cases'][number], 'network' | 'layer'> & { readonly size: number };
}

const FOLDER = new URL('../../../test/reference/grad-cam/', import.meta.url);
const GOLDEN: Golden = JSON.parse(readFileSync(new URL('maps.json', FOLDER), 'utf8'));
const SIZES = { batch: 2, imageSize: [GOLDEN.size, GOLDEN.size] as const };

/** Pixels that a backbone with this normalization takes for the golden images. */
function formulaPixels({ mean, deviation }: Normalization): Float32Array {
  const plane = GOLDEN.size ** 2;
  return formulaImages(2, GOLDEN.size).data.map((value, i) => {
    const color = Math.floor(i / plane) % 3;
    return 255 * (value * deviation[color]! + mean[color]!);
  });
}

const IMAGES = formulaPixels(createBackbone('resnet18').normalization);

const known = new Map<BackboneName, Weights>();

function formulaWeights(name: BackboneName): Weights {
  const weights = known.get(name) ?? computeWeights(name);
  known.set(name, weights);
  return weights;
}

function computeWeights(name: BackboneName): Weights {
  const arrays = Object.entries(GOLDEN.arrays[name]!);
  const found = new Map(arrays.map(([published, shape]) => [published, formulaArray(published, shape)]));
  return fitWeights(createBackbone(name), found, { keepHead: true });
}

function formulaNetwork(name: BackboneName): ExplainableNetwork {
  const plan = {
    backbone: createBackbone(name),
    head: 'plain',
    classCount: 5,
    patchSize: GOLDEN.size,
  } as const;
  return networkOfPlan(plan, formulaWeights(name), SIZES.batch);
}

/** Each difference is at most 1e-4 of the largest value: float32 against float64, through up to fifty layers. */
function expectClose(found: Float32Array, expected: readonly number[]): void {
  const largest = Math.max(...expected.map(Math.abs));
  expect(found.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(Math.abs(found[i]! - value), `[${i}] of ${value}`).toBeLessThan(1e-4 * largest);
  });
}

/**
 * Three maps of 2 × 2, which are the image itself, and two sources whose logits are weighted sums of all twelve values.
 *
 * Source 0: weights 1 at each place of map 0 (mean 1), 4 at one place of map 1 (mean 1), -2 at each of map 2.
 * Source 1: weights -4 at one place of map 0 (mean -1), none of map 1, 2 at each of map 2.
 */
function handNetwork(): ExplainableNetwork {
  const graph = createGraph();
  const images = graph.input('images', [1, 3, 2, 2]);
  const weights = graph.constant(
    Float32Array.from(
      [
        [1, 1, 1, 1, 0, 4, 0, 0, -2, -2, -2, -2],
        [0, 0, 0, -4, 0, 0, 0, 0, 2, 2, 2, 2],
      ].flat(),
    ),
    [2, 12],
  );
  const logits = operators.matMul(operators.reshape(images, [1, 12]), operators.transpose(weights));
  return { images, logits, maps: new Map([['image', images]]) };
}

const HAND_IMAGE = Float32Array.from([...[1, 2, 3, 4], ...[1, 0, 0, 1], ...[0, 1, 2, 3]]);

test('Grad-CAM weighs maps by the mean slope of the logit and keeps what is positive', async () => {
  const gradCam = await createGradCam(handNetwork());
  // 1 · A0 + 1 · A1 - 2 · A2 = 2, 0, -1, -1; -1 · A0 + 2 · A2 = -1, 0, 1, 2.
  expect([...(await gradCam.maps(HAND_IMAGE, [0]))]).toEqual([2, 0, 0, 0]);
  expect([...(await gradCam.maps(HAND_IMAGE, [1]))]).toEqual([0, 0, 1, 2]);
  // 10 + 4 · 0 - 12; -16 + 12.
  expect([...(await gradCam.logits(HAND_IMAGE))]).toEqual([-2, -4]);
  expect(gradCam).toMatchObject({
    layer: 'image',
    batch: 1,
    imageSize: [2, 2],
    mapSize: [2, 2],
    sourceCount: 2,
  });
  await gradCam.release();
});

test.each(
  GOLDEN.cases.map((golden) => [`${golden.network} ${golden.layer}`, golden] as const),
)('Grad-CAM of %s equals PyTorch', async (_name, { network, layer, classes, maps, logits }) => {
  const gradCam = await createGradCam(formulaNetwork(network), { layer });
  expectClose(await gradCam.logits(IMAGES), logits.flat());
  expectClose(await gradCam.maps(IMAGES, classes), maps.flat(2));
  await gradCam.release();
});

test('Grad-CAM of a network read from its ONNX file is that of the network', async () => {
  const golden = GOLDEN.cases[0]!;
  const { logits } = formulaNetwork(golden.network);
  logits.graph.output('probabilities', operators.softmax(logits));
  const network = networkOfOnnx(logits.graph.encode(), SIZES);
  const gradCam = await createGradCam(network);
  expect(gradCam.mapSize).toEqual([3, 3]);
  expectClose(await gradCam.logits(IMAGES), golden.logits.flat());
  expectClose(await gradCam.maps(IMAGES, golden.classes), golden.maps.flat(2));
  await gradCam.release();
});

test('Grad-CAM of a classifier that PyTorch exported equals PyTorch', async () => {
  const { size, classes, maps, logits } = GOLDEN.small;
  const network = networkOfOnnx(readFileSync(new URL('small.onnx', FOLDER)), {
    batch: 2,
    imageSize: [size, size],
  });
  const gradCam = await createGradCam(network);
  const images = formulaImages(2, size).data;
  expect(gradCam).toMatchObject({ mapSize: [4, 4], sourceCount: 3 });
  expectClose(await gradCam.logits(images), logits.flat());
  expectClose(await gradCam.maps(images, classes), maps.flat(2));
  await gradCam.release();
});

test('Grad-CAM explains fewer images than a batch and more, each as it would alone', async () => {
  const { classes, maps } = GOLDEN.cases[0]!;
  const gradCam = await createGradCam(formulaNetwork('resnet18'));
  const second = IMAGES.slice(IMAGES.length / 2);
  expectClose(await gradCam.maps(second, [classes[1]!]), maps[1]!.flat());
  expect((await gradCam.logits(second)).length).toBe(5);
  const three = new Float32Array(second.length + IMAGES.length);
  three.set(second);
  three.set(IMAGES, second.length);
  const found = await gradCam.maps(three, [classes[1]!, ...classes]);
  expectClose(found, [maps[1]!, ...maps].flat(2));
  await gradCam.release();
});

test('Grad-CAM refuses layers, sources and images that are not there', async () => {
  await expect(createGradCam(handNetwork(), { layer: 'conv9' })).rejects.toThrow(
    'Grad-CAM: layer must be one of image, got conv9',
  );
  const gradCam = await createGradCam(handNetwork());
  await expect(gradCam.maps(HAND_IMAGE, [2])).rejects.toThrow('a source must be an integer in [0, 2), got 2');
  await expect(gradCam.maps(HAND_IMAGE, [])).rejects.toThrow('each of 1 images must have a source, got 0');
  await expect(gradCam.logits(HAND_IMAGE.slice(1))).rejects.toThrow(
    'images must be one or more of 3 × 2 × 2 values, got 11 values',
  );
  await gradCam.release();
});

test('networkOfOnnx() refuses a model without images or without a row of logits', () => {
  const graph = createGraph();
  const x = graph.input('x', [1, 4, 8, 8]);
  graph.output('y', operators.globalAveragePool(x));
  const sizes = { batch: 1, imageSize: [8, 8] as const };
  expect(() => networkOfOnnx(graph.encode(), sizes)).toThrow(
    'the model must take images N × 3 × H × W alone, found x [1, 4, 8, 8]',
  );
  const other = createGraph();
  other.output('y', operators.relu(other.input('x', [1, 3, 8, 8])));
  expect(() => networkOfOnnx(other.encode(), sizes)).toThrow(
    'must give an output N × C, found y [1, 3, 8, 8]',
  );
});
