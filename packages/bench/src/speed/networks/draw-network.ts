import { writeFileSync } from 'node:fs';
import { encodeSafetensors } from '@ganscout/data-model';
import { buildNetwork, Layers, type Weights } from '@ganscout/networks';
import { createRandom } from '@ganscout/numeric';
import type { Setting } from '../benchmark.js';
import { type NetworkCase, type NetworkInput, planOfCase } from './network-case.js';

const CLASSES = 10;
/** Different batches, taken in turn. */
const BATCHES = 4;
const SEED = 5;
/** Scale of the batch norm before the sum of a residual block. */
const LAST_OF_BRANCH = /\.bn3\.weight$/;

/** Draws weights, images and labels, and writes them where both sides read them. */
export function prepareNetworkInput(
  kind: NetworkInput['kind'],
  networkCase: NetworkCase,
  { folder, threads, save }: Setting,
): NetworkInput {
  const { batchSize, patchSize } = networkCase;
  const { images, labels } = drawImages(BATCHES * batchSize, patchSize);
  const drawn = drawWeights(networkCase);
  const weights = `${folder}/weights.safetensors`;
  writeFileSync(weights, encodeSafetensors(kind === 'train' ? withoutBranches(drawn) : drawn));
  const shape = [BATCHES, batchSize, 3, patchSize, patchSize];
  return {
    ...networkCase,
    kind,
    weights,
    images: save('images.npy', { shape, data: images }),
    labels: save('labels.npy', { shape: [BATCHES, batchSize], data: labels }),
    classCount: CLASSES,
    momentum: 0.9,
    comparedSteps: 20,
    timedSteps: kind === 'train' ? 10 : 5,
    threads,
  };
}

function drawWeights(networkCase: NetworkCase): Weights {
  const { patchSize } = networkCase;
  const layers = new Layers(networkCase.backbone, { seed: SEED });
  const images = layers.graph.input('images', [1, 3, patchSize, patchSize]);
  buildNetwork(layers, images, planOfCase(networkCase, CLASSES));
  return layers.arrays.weights;
}

/** The residual branches of ResNet start at zero, as with torchvision's `zero_init_residual`. */
function withoutBranches(weights: Weights): Weights {
  return new Map(
    [...weights].map(([name, { shape, data }]) => [
      name,
      { shape, data: LAST_OF_BRANCH.test(name) ? new Float32Array(data.length) : data },
    ]),
  );
}

/** A wave and a color for each class, under noise: something that a few steps can learn. */
function drawImages(count: number, size: number): { images: Uint8Array; labels: Int32Array } {
  const random = createRandom(SEED, 'bench/networks');
  const waves = Array.from({ length: CLASSES * 3 }, () => ({
    level: 96 + 64 * random.uniform(),
    frequencies: [random.integer(9) - 4, random.integer(9) - 4] as const,
  }));
  const labels = Int32Array.from({ length: count }, () => random.integer(CLASSES));
  const images = new Uint8Array(count * 3 * size * size);
  for (let plane = 0; plane < 3 * count; plane++) {
    const wave = waves[3 * labels[Math.floor(plane / 3)]! + (plane % 3)]!;
    const phase = 2 * Math.PI * random.uniform();
    for (let i = 0; i < size * size; i++) {
      const [x, y] = [(i % size) / size, Math.floor(i / size) / size];
      const angle = phase + 2 * Math.PI * (wave.frequencies[0] * x + wave.frequencies[1] * y);
      images[plane * size * size + i] = wave.level + 24 * Math.cos(angle) + 64 * random.uniform();
    }
  }
  return { images, labels };
}
