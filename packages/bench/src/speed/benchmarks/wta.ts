import {
  createWtaHash,
  fitWtaDetector,
  scoreImages,
  type WtaScores,
  wtaGirish2021,
  wtaOptionsSchema,
} from '@ganscout/wta-ood';
import type { Benchmark, Prepared, Setting } from '../benchmark.js';
import { readFigures } from './answer-file.js';
import { drawMixture, featuresOf } from './mixture.js';

const SOURCES = 12;
const LABELLED = 1000;
const DISCOVERY = 20_000;
const DIMS = 128;
const HASHES = 2048;
const WINDOW = 2;
/** The peer's products in float32 are of whole numbers below 2^24, so only its means are rounded. */
const TOLERANCE = 1e-2;
/** A mean just at a threshold may fall to either side. */
const LEAST_EQUAL = 0.9999;

function prepareWta({ save, folder }: Setting): Prepared<WtaScores> {
  const mixture = { dims: DIMS, separation: 0.8, noise: 0.1, seed: 3 };
  const components = 2 * SOURCES;
  const labelled = drawMixture({ ...mixture, rows: 40_000, components, noise: 0 });
  const { rows, labels } = firstOfEach(labelled.components);
  const knownData = new Float32Array(rows.length * DIMS);
  rows.forEach((row, i) => {
    knownData.set(labelled.data.subarray(row * DIMS, (row + 1) * DIMS), i * DIMS);
  });
  const known = featuresOf(knownData, DIMS);
  const discovery = featuresOf(drawMixture({ ...mixture, rows: DISCOVERY, components }).data, DIMS);
  const options = wtaOptionsSchema.parse({ ...wtaGirish2021, hashCount: HASHES, windowSize: WINDOW });
  const hash = createWtaHash(DIMS, HASHES, WINDOW, 1);
  const answer = `${folder}/answer.f32`;
  return {
    peerInput: {
      known: save('known.npy', { shape: [rows.length, DIMS], data: known.data }),
      labels: save('labels.npy', { shape: [rows.length], data: labels }),
      discovery: save('discovery.npy', { shape: [DISCOVERY, DIMS], data: discovery.data }),
      axes: save('axes.npy', { shape: [HASHES, WINDOW], data: hash.axes }),
      quantile: options.thresholdQuantile,
      answer,
    },
    run: () => scoreImages(fitWtaDetector(known, labels, SOURCES, options, 1, hash), discovery),
    compare: (scores, peer) => compareScores(scores, peer === null ? null : readFigures(answer)),
  };
}

/** The first rows of components 0 … SOURCES - 1; the others stay unknown. */
function firstOfEach(components: Int32Array): { rows: number[]; labels: Int32Array } {
  const counts = new Int32Array(SOURCES);
  const rows: number[] = [];
  components.forEach((component, row) => {
    if (component >= 0 && component < SOURCES && counts[component]!++ < LABELLED) rows.push(row);
  });
  return { rows, labels: Int32Array.from(rows, (row) => components[row]!) };
}

/** @param peer distances (N × S) and then acceptances of the peer. */
function compareScores({ distances, accepts }: WtaScores, peer: Float32Array | null) {
  if (peer === null) return { note: '', holds: true };
  let largest = 0;
  let equal = 0;
  for (let i = 0; i < distances.length; i++) {
    largest = Math.max(largest, Math.abs(distances[i]! - peer[i]!));
    if (accepts[i] === peer[distances.length + i]) equal++;
  }
  const share = equal / distances.length;
  const note = `${(100 * share).toFixed(3)} % equal decisions, mean distances within ${largest.toExponential(1)}`;
  return { note, holds: largest <= TOLERANCE && share >= LEAST_EQUAL };
}

/** Hashing, thresholds and mean distances of the published recipe, with the same permutations. */
export const wtaBenchmark: Benchmark<WtaScores> = {
  name: 'wta',
  title: `WTA-hash detection, ${SOURCES} sources × ${LABELLED}, ${DISCOVERY.toLocaleString('en')} discovery images, H = ${HASHES}, K = ${WINDOW}, D = ${DIMS}`,
  aim: 0.01,
  peer: { name: 'published algorithm, PyTorch', script: 'wta_torch.py' },
  prepare: prepareWta,
};
