import { type MergeResult, mergeClusters, mergeGirish2021, mergeOptionsSchema } from '@ganscout/nn-merge';
import type { Benchmark, Prepared, Setting } from '../benchmark.js';
import { drawMixture } from './mixture.js';

const DIMS = 128;

function prepareMerge(count: number, { save }: Setting): Prepared<MergeResult> {
  const components = Math.ceil(count / 8);
  const { data } = drawMixture({ rows: count, dims: DIMS, components, separation: 0.6, noise: 0, seed: 2 });
  const clusters = {
    centroids: data,
    dims: DIMS,
    sizes: new Int32Array(count).fill(10),
    spreads: new Float64Array(count).fill(1),
  };
  const options = mergeOptionsSchema.parse(mergeGirish2021);
  return {
    peerInput: { centroids: save('centroids.npy', { shape: [count, DIMS], data }) },
    run: () => mergeClusters(clusters, options),
    compare({ clusterCount }, peer) {
      const own = `${clusterCount} clusters left, exact`;
      if (peer === null) return { note: own, holds: true };
      const note = `${own}; peer ${peer.clusters}${peer.recall === undefined ? '' : `, ${peer.recall} of its neighbors right`}`;
      return { note, holds: peer.recall !== undefined || Number(peer.clusters) === clusterCount };
    },
  };
}

/** Mutual nearest centroids joined, once and without a limit, as in the published recipe. */
export const mergeBenchmarks: readonly Benchmark<MergeResult>[] = [
  {
    name: 'merge-500',
    title: `1-NN merge of 500 centroids × ${DIMS}`,
    aim: 1,
    peer: { name: 'scikit-learn, scipy', script: 'merge_sklearn.py' },
    repetitions: 20,
    prepare: (setting) => prepareMerge(500, setting),
  },
  {
    name: 'merge-50k',
    title: `1-NN merge of 50,000 centroids × ${DIMS}`,
    aim: 1,
    peer: { name: 'hnswlib, scipy', script: 'merge_hnswlib.py' },
    prepare: (setting) => prepareMerge(50_000, setting),
  },
];
