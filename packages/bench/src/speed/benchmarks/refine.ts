import { createRandom } from '@ganscout/numeric';
import { type RefineResult, refineClusters, refineOptionsSchema } from '@ganscout/refine';
import type { Benchmark, Prepared, Setting } from '../benchmark.js';
import { readFigures } from './answer-file.js';
import { drawMixture, featuresOf } from './mixture.js';

const ROWS = 20_000;
const DIMS = 128;
const CLUSTERS = 60;
/** Rows that are put into a cluster at random: what refining is for. */
const MISPLACED = 0.05;
/** What the aim asks for. */
const LEAST_EQUAL = 0.985;

function prepareRefine({ save, folder }: Setting): Prepared<RefineResult> {
  const mixture = { rows: ROWS, dims: DIMS, components: CLUSTERS, separation: 0.6, noise: 0.05, seed: 4 };
  const { data, components } = drawMixture(mixture);
  const random = createRandom(4, 'bench/misplaced');
  const labels = components.map((component) =>
    component === -1 || random.uniform() < MISPLACED ? random.integer(CLUSTERS) : component,
  );
  const features = featuresOf(data, DIMS);
  const options = refineOptionsSchema.parse({});
  const answer = `${folder}/answer.f32`;
  return {
    peerInput: {
      rows: save('rows.npy', { shape: [ROWS, DIMS], data }),
      labels: save('labels.npy', { shape: [ROWS], data: labels }),
      answer,
    },
    run: () => refineClusters(features, labels, CLUSTERS, options, 1),
    compare({ decisions }, peer) {
      if (peer === null) return { note: '', holds: true };
      const theirs = readFigures(answer);
      const equal = decisions.filter((value, i) => value > 0 === theirs[i]! > 0).length / ROWS;
      const kept = decisions.filter((value) => value > 0).length / ROWS;
      const theirKept = theirs.filter((value) => value > 0).length / ROWS;
      const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
      const note = `${percent(equal)} equal decisions; rows kept ${percent(kept)}, peer ${percent(theirKept)}`;
      return { note, holds: equal >= LEAST_EQUAL };
    },
  };
}

/** The default solver: one factorization on landmarks for all clusters, each row judged without itself. */
export const refineBenchmark: Benchmark<RefineResult> = {
  name: 'refine',
  title: `refining ${CLUSTERS} clusters of ${ROWS.toLocaleString('en')} rows × ${DIMS}`,
  aim: 0.1,
  peer: { name: 'scikit-learn SVC', script: 'refine_sklearn.py' },
  prepare: prepareRefine,
};
