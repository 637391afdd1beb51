import { adjustedRandIndex, averagePurity, normalizedMutualInformation } from '@ganscout/metrics';
import { createRandom } from '@ganscout/numeric';
import type { Benchmark, Setting } from '../benchmark.js';

interface Figures {
  readonly nmi: number;
  readonly purity: number;
  readonly ari: number;
}

const ROWS = 1_000_000;
const SOURCES = 40;
const CLUSTERS = 120;
const TOLERANCE = 1e-9;

/** Three clusters for each source, three rows in ten in any other one. */
function drawLabels(): { truth: Int32Array; labels: Int32Array } {
  const random = createRandom(1, 'bench/labels');
  const truth = Int32Array.from({ length: ROWS }, () => random.integer(SOURCES));
  const labels = truth.map((source) =>
    random.uniform() < 0.3 ? random.integer(CLUSTERS) : 3 * source + random.integer(3),
  );
  return { truth, labels };
}

/** Three figures of one million labels, each from the labels alone, as a user calls them. */
export const metricsBenchmark: Benchmark<Figures> = {
  name: 'metrics-1m',
  title: 'NMI, average purity and ARI of 1,000,000 labels',
  aim: 0.5,
  peer: { name: 'scikit-learn', script: 'metrics_sklearn.py' },
  prepare({ save }: Setting) {
    const { truth, labels } = drawLabels();
    return {
      peerInput: {
        truth: save('truth.npy', { shape: [ROWS], data: truth }),
        labels: save('labels.npy', { shape: [ROWS], data: labels }),
      },
      run: () => ({
        nmi: normalizedMutualInformation(truth, labels),
        purity: averagePurity(truth, labels),
        ari: adjustedRandIndex(truth, labels),
      }),
      compare(figures, peer) {
        const own = Object.entries(figures);
        const note = own.map(([name, value]) => `${name} ${value.toFixed(4)}`).join(', ');
        const differs = own.some(
          ([name, value]) => Math.abs(value - Number(peer?.[name] ?? value)) > TOLERANCE,
        );
        return { note: differs ? `${note}; the peer's differ` : note, holds: !differs };
      },
    };
  },
};
