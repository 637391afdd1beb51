import { setKernelThreads } from '@ganscout/kernels';
import { createRandom, quantile } from '@ganscout/numeric';
import { afterEach, describe, expect, it } from 'vitest';
import { agreementsOf, ownAgreements } from '../src/agreements.js';
import { countCodes } from '../src/code-counts.js';
import { createWtaHash, fitWtaDetector, scoreImages, wtaCodes } from '../src/index.js';
import { countedQuantile, pairwiseQuantile } from '../src/pairwise-quantile.js';
import { packCodes } from '../src/wta-hash.js';
import { options, sampleSources } from './samples.js';

const SOURCES = 6;

/** 600 rows of 9 features, small whole numbers so that ties occur; labels; and codes as `wtaCodes` names them. */
function example(hashCount: number, windowSize: number) {
  const hash = createWtaHash(9, hashCount, windowSize, 4);
  const random = createRandom(5, 'kernels-test');
  const data = Float32Array.from({ length: 600 * 9 }, () => random.integer(7) - 3);
  const labels = Int32Array.from({ length: 600 }, () => Math.max(0, random.integer(12) - 6));
  return { hash, data, labels, packed: packCodes(hash, data, 0, 600), codes: plainCodes(hash, data) };
}

function plainCodes(
  { axes, dims, hashCount, windowSize }: ReturnType<typeof createWtaHash>,
  data: Float32Array,
) {
  return Uint8Array.from({ length: (data.length / dims) * hashCount }, (_, at) => {
    const row = Math.floor(at / hashCount) * dims;
    const h = (at % hashCount) * windowSize;
    const window = [...axes.subarray(h, h + windowSize)].map((axis) => data[row + axis]);
    return window.indexOf(Math.max(...window));
  });
}

describe.each([
  [2048, 2],
  [53, 2],
  [40, 3],
  [21, 7],
])('kernels on %i hashes of windows of %i', (hashCount, windowSize) => {
  const { hash, data, labels, packed, codes } = example(hashCount, windowSize);
  const counts = new Int32Array(SOURCES * hashCount * windowSize);
  for (const [i, label] of labels.entries()) {
    for (let h = 0; h < hashCount; h++) {
      counts[(label * hashCount + h) * windowSize + codes[i * hashCount + h]]++;
    }
  }
  const shares = { hash, sourceCount: SOURCES, counts };
  const agreements = Int32Array.from({ length: 600 * SOURCES }, (_, at) => {
    const [i, s] = [Math.floor(at / SOURCES), at % SOURCES];
    let sum = 0;
    for (let h = 0; h < hashCount; h++) {
      sum += counts[(s * hashCount + h) * windowSize + codes[i * hashCount + h]];
    }
    return sum;
  });

  it('give the codes', () => {
    expect(wtaCodes(hash, data)).toEqual(codes);
  });

  it('count the codes of each source', () => {
    expect(countCodes(hash, packed, labels, SOURCES)).toEqual(counts);
  });

  it('add up agreements', () => {
    expect(agreementsOf(shares, packed)).toEqual(agreements);
    const own = labels.map((label, i) => agreements[i * SOURCES + label]);
    expect(ownAgreements(shares, packed, labels)).toEqual(own);
  });

  it('count distances of pairs, all of them or a sample', () => {
    const rows = [...labels.keys()].filter((i) => labels[i] === 2);
    const distance = (i: number, j: number) => {
      let sum = 0;
      for (let h = 0; h < hashCount; h++)
        sum += Number(codes[i * hashCount + h] !== codes[j * hashCount + h]);
      return sum;
    };
    const all = rows.flatMap((i) => rows.filter((j) => j < i).map((j) => distance(i, j)));
    const random = () => createRandom(3, 'pairs');
    expect(pairwiseQuantile(packed, rows, 0.3, all.length, random())).toBe(quantile(all, 0.3));
    const drawn = random();
    const sampled = Array.from({ length: 700 }, () => {
      const i = drawn.integer(rows.length);
      const other = drawn.integer(rows.length - 1);
      return distance(rows[i], rows[other < i ? other : other + 1]);
    });
    expect(pairwiseQuantile(packed, rows, 0.77, 700, random())).toBe(quantile(sampled, 0.77));
  });
});

describe('countedQuantile()', () => {
  it.each([0, 0.1, 0.5, 0.75, 0.9, 1])('equals quantile() of the values at %f', (probability) => {
    const values = [0, 2, 2, 2, 5, 5, 9];
    const counts = Float64Array.of(1, 0, 3, 0, 0, 2, 0, 0, 0, 1);
    expect(countedQuantile(counts, 7, probability)).toBe(quantile(values, probability));
  });
});

describe('threads', () => {
  afterEach(() => setKernelThreads(1));

  it.each(['leave-one-out', 'pairwise'])('do not change results: %s', (calibration) => {
    const { features, labels } = sampleSources(1, 'known', 5, 120);
    const run = (threads: number) => {
      setKernelThreads(threads);
      const detector = fitWtaDetector(features, labels, 5, options({ calibration, hashCount: 256 }), 3);
      return { detector, scores: scoreImages(detector, features) };
    };
    expect(run(3)).toEqual(run(1));
  });
});
