import { createTrainer, operators, type Tensor } from '@ganscout/autodiff';
import { createRandom } from '@ganscout/numeric';
import { expect, test } from 'vitest';
import {
  buildNetwork,
  createGradCam,
  describeMap,
  joinTileMaps,
  Layers,
  type NetworkPlan,
  networkOfPlan,
  type Weights,
} from '../src/index.js';
import { CUE, plantedImages, SIDE } from './planted-cue.js';
import { SMALL_NETWORK } from './small-network.js';

const BATCH = 32;
const STEPS = 150;
const HELD_OUT = 416;
const RANDOM_SEEDS = [2, 3, 4];
const PLAN: NetworkPlan = { backbone: SMALL_NETWORK, head: 'plain', classCount: 2, patchSize: SIDE };

/** Trains on images that are drawn anew for each step. */
async function train(): Promise<Weights> {
  const layers = new Layers('small', { seed: 1, isTrained: () => true });
  const images = layers.graph.input('images', [BATCH, 3, SIDE, SIDE]);
  const labels = layers.graph.input('labels', [BATCH], 'int64');
  const loss = operators.softmaxCrossEntropy(buildNetwork(layers, images, PLAN).logits, labels);
  const trainer = await createTrainer(loss, Object.fromEntries(layers.arrays.parameters), {
    buffers: Object.fromEntries(layers.arrays.averages),
  });
  const random = createRandom(1, 'test/planted-training');
  for (let step = 0; step < STEPS; step++) {
    const batch = plantedImages(BATCH, random);
    const feeds: Record<string, Tensor> = {
      images: { type: 'float32', dims: [BATCH, 3, SIDE, SIDE], data: batch.data },
      labels: { type: 'int64', dims: [BATCH], data: batch.labels },
    };
    await trainer.step(feeds, 0.005);
  }
  const arrays = { ...trainer.parameters(), ...trainer.buffers() };
  await trainer.release();
  return new Map(
    Object.entries(arrays).map(([name, data]) => [name, { shape: shapeOf(layers, name), data }]),
  );
}

function shapeOf(layers: Layers, name: string): readonly number[] {
  return layers.arrays.weights.get(name)!.shape;
}

/** Every array anew, as a network starts. */
function randomized(seed: number): Weights {
  const layers = new Layers('small', { seed });
  buildNetwork(layers, layers.graph.input('images', [1, 3, SIDE, SIDE]), PLAN);
  return layers.arrays.weights;
}

/** Share of held-out images with the patch that are named right, and whose map has its peak on it. */
async function measure(weights: Weights) {
  const gradCam = await createGradCam(networkOfPlan(PLAN, weights, BATCH));
  const random = createRandom(1, 'test/planted-held-out');
  const cell = SIDE / gradCam.mapSize[0];
  let [named, hit, count] = [0, 0, 0];
  for (let done = 0; done < HELD_OUT; done += BATCH) {
    const { data, places } = plantedImages(BATCH, random);
    const logits = await gradCam.logits(data);
    const maps = await gradCam.maps(data, new Int32Array(BATCH).fill(1));
    const size = maps.length / BATCH;
    for (let i = 1; i < BATCH; i += 2) {
      const tile = { x: 0, y: 0, data: maps.subarray(i * size, (i + 1) * size) };
      const { peak } = describeMap(
        joinTileMaps([tile], gradCam.mapSize, { width: SIDE, height: SIDE, side: SIDE }),
      );
      const { x, y } = places[i]!;
      const isOn = (at: number, start: number) => at >= start - cell && at < start + CUE + cell;
      if (logits[i * 2 + 1]! > logits[i * 2]!) named++;
      if (peak !== null && isOn(peak.x, x) && isOn(peak.y, y)) hit++;
      count++;
    }
  }
  await gradCam.release();
  return { named: named / count, hit: hit / count };
}

// A patch of 8 pixels grown by one cell of 4 on each side covers 16 × 16 of 64 × 64 pixels, less where it meets a border: 6.0 %.
test('Grad-CAM of a trained network peaks on a planted patch, that of a randomized one does not', async () => {
  const trained = await measure(await train());
  const hits: number[] = [];
  for (const seed of RANDOM_SEEDS) hits.push((await measure(randomized(seed))).hit);
  const chance = hits.reduce((sum, hit) => sum + hit, 0) / hits.length;
  expect(trained.named).toBeGreaterThanOrEqual(0.95);
  expect(trained.hit).toBeGreaterThanOrEqual(0.95);
  expect(chance).toBeLessThan(0.2);
});
