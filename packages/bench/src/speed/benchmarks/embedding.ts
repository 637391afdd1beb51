import { type EmbeddingEpoch, embeddingOptionsSchema, trainEmbedding } from '@ganscout/extractor';
import { createRandom } from '@ganscout/numeric';
import type { Benchmark, Prepared, Setting } from '../benchmark.js';
import { featuresOf } from './mixture.js';

const ROWS = 10_000;
const DIMS = 1512;
const SOURCES = 20;
/** The first epoch has the start of the network in it; the time is the mean of the others. */
const EPOCHS = 3;
/** Losses after a few epochs may differ so much by the random start and the dropout alone. */
const LOSS_FACTOR = 1.5;

/** Ends of the epochs, in seconds, and their losses. */
interface Training {
  readonly ends: readonly number[];
  readonly losses: readonly number[];
}

/** Rows in which a source shows in a tenth of the features. */
function drawRows(): { data: Float32Array; labels: Int32Array } {
  const random = createRandom(5, 'bench/embedding');
  const means = Float32Array.from({ length: SOURCES * DIMS }, () =>
    random.uniform() < 0.1 ? random.normal() : 0,
  );
  const labels = Int32Array.from({ length: ROWS }, () => random.integer(SOURCES));
  const data = new Float32Array(ROWS * DIMS);
  for (let i = 0; i < data.length; i++) {
    data[i] = means[labels[Math.floor(i / DIMS)]! * DIMS + (i % DIMS)]! + 2 * random.normal();
  }
  return { data, labels };
}

function prepareEmbedding({ threads, save }: Setting): Prepared<Training> {
  const { data, labels } = drawRows();
  const features = featuresOf(data, DIMS);
  const options = embeddingOptionsSchema.parse({ epochs: EPOCHS });
  return {
    peerInput: {
      rows: save('rows.npy', { shape: [ROWS, DIMS], data }),
      labels: save('labels.npy', { shape: [ROWS], data: labels }),
      hiddenSizes: options.hiddenSizes,
      dropout: options.dropout,
      learningRate: options.learningRate,
      batchSize: options.batchSize,
      epochs: EPOCHS,
    },
    async run() {
      const ends: number[] = [];
      const losses: number[] = [];
      const onEpoch = ({ loss }: EmbeddingEpoch) => {
        ends.push(performance.now() / 1000);
        losses.push(loss);
      };
      await trainEmbedding(features, labels, SOURCES, options, { seed: 1, threads, onEpoch });
      return { ends, losses };
    },
    seconds: ({ ends }) => (ends.at(-1)! - ends[0]!) / (EPOCHS - 1),
    compare({ losses }, peer) {
      const last = losses.at(-1)!;
      if (peer === null) return { note: `loss ${last.toFixed(3)} after ${EPOCHS} epochs`, holds: true };
      const theirs = Number(peer.loss);
      const note = `loss ${last.toFixed(3)} after ${EPOCHS} epochs, peer ${theirs.toFixed(3)}`;
      return { note, holds: last <= LOSS_FACTOR * theirs };
    },
  };
}

/** One epoch of the network of the default preset: hidden layers of 512, 512 and 128, dropout, Adam, batches of 256. */
export const embeddingBenchmark: Benchmark<Training> = {
  name: 'embedding-epoch',
  title: `one epoch of embedding training on ${ROWS.toLocaleString('en')} × ${DIMS.toLocaleString('en')}`,
  aim: 1,
  peer: { name: 'PyTorch', script: 'embedding_torch.py' },
  prepare: prepareEmbedding,
};
