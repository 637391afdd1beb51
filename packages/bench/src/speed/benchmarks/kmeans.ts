import { type KMeansOptions, type KMeansResult, kmeans, kmeansOptionsSchema } from '@ganscout/kmeans';
import type { Benchmark, Comparison, PeerResult, Prepared, Setting } from '../benchmark.js';
import { drawMixture, featuresOf } from './mixture.js';

const DIMS = 128;
const MIXTURE = { dims: DIMS, components: 300, separation: 0.4, noise: 0.1, seed: 1 };
/** Iterations of faiss unless told otherwise, and of ours where there is no peer to reach. */
const ITERATIONS = 25;
/** Ours starts as the peer does, from other random rows, and may end a little above it: so many starts are tried. */
const MOST_SEEDS = 3;

/** How far ours has to go to reach the peer. */
interface Plan {
  readonly seed: number;
  readonly maxIterations: number;
}

/** Finds the start and the iterations by which ours has reached an inertia, or the best there is. */
async function planToReach(
  inertia: number,
  run: (plan: Plan) => Promise<KMeansResult> | KMeansResult,
): Promise<Plan> {
  let best: { plan: Plan; inertia: number } | null = null;
  for (let seed = 1; seed <= MOST_SEEDS; seed++) {
    const result = await run({ seed, maxIterations: 300 });
    // Entry 0 is the inertia of the start; an iteration is made in any case.
    const reached = result.inertiaByIteration.findIndex((value, i) => i > 0 && value <= inertia);
    if (reached !== -1) return { seed, maxIterations: reached };
    if (best === null || result.inertia < best.inertia) {
      best = { plan: { seed, maxIterations: result.iterations }, inertia: result.inertia };
    }
  }
  return best!.plan;
}

function compareInertia(
  result: KMeansResult,
  peer: PeerResult | null,
  { seed, maxIterations }: Plan,
): Comparison {
  const own = `inertia ${result.inertia.toPrecision(7)} after ${maxIterations} iterations from seed ${seed}`;
  if (peer === null) return { note: own, holds: true };
  const theirs = Number(peer.inertia);
  const note = `${own}, peer ${theirs.toPrecision(7)} after ${peer.iterations}`;
  return { note, holds: result.inertia <= theirs };
}

function prepareKMeans(
  rows: number,
  clusterCount: number,
  initialization: KMeansOptions['initialization'],
  { save }: Setting,
): Prepared<KMeansResult> {
  const { data } = drawMixture({ ...MIXTURE, rows });
  const features = featuresOf(data, DIMS);
  const options = kmeansOptionsSchema.parse({ clusterCount, tolerance: 0, initialization });
  const runPlan = ({ seed, maxIterations }: Plan) => kmeans(features, { ...options, maxIterations }, seed);
  let plan: Plan = { seed: 1, maxIterations: ITERATIONS };
  return {
    peerInput: {
      rows: save('rows.npy', { shape: [rows, DIMS], data }),
      clusterCount,
      iterations: ITERATIONS,
    },
    async adapt({ inertia }) {
      plan = await planToReach(Number(inertia), runPlan);
    },
    run: () => runPlan(plan),
    compare: (result, peer) => compareInertia(result, peer, plan),
  };
}

const FAISS = { name: 'faiss', script: 'kmeans_faiss.py' };
const SKLEARN = { name: 'scikit-learn', script: 'kmeans_sklearn.py' };

function kmeansBenchmark(
  size: string,
  rows: number,
  k: number,
  peer: Benchmark['peer'],
): Benchmark<KMeansResult> {
  return {
    name: `kmeans-${size}-${peer.name === 'faiss' ? 'faiss' : 'sklearn'}`,
    title: `k-means of ${rows.toLocaleString('en')} × ${DIMS}, k = ${k}, to the peer's inertia`,
    aim: 1,
    peer,
    prepare: (setting) => prepareKMeans(rows, k, peer === FAISS ? 'random' : 'k-means++-greedy', setting),
  };
}

/** Seeding and iterations, with the peer's seeding: random rows for faiss with 25 iterations; greedy k-means++ for scikit-learn, until it converges. */
export const kmeansBenchmarks = [
  kmeansBenchmark('20k', 20_000, 500, FAISS),
  kmeansBenchmark('20k', 20_000, 500, SKLEARN),
  kmeansBenchmark('200k', 200_000, 1000, FAISS),
  kmeansBenchmark('200k', 200_000, 1000, SKLEARN),
];
