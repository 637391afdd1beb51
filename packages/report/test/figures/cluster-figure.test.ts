import { describe, expect, it } from 'vitest';
import { clusterFigure } from '../../src/figures/cluster-figure.js';
import { viewedCase, viewedSource } from '../gather/viewed-case.js';

const SOURCES = [
  viewedSource(1, { kind: 'known', size: 1 }),
  viewedSource(2, { size: 3 }),
  viewedSource(3, { size: 4 }),
  viewedSource(4, { size: 0, state: 'merged' }),
  viewedSource(5, { size: 3 }),
];
const LABELS = Int32Array.of(1, 2, 2, 2, 3, 3, 3, 3, 0, 5, 5, 5);

describe('clusterFigure()', () => {
  it('lists discovered sources with images, the largest first, and of equal ones the earlier', () => {
    const truth = ['a', 'a', 'b', 'b', 'c', 'c', null, 'd', 'c', null, null, null];
    // Of source 3 two of three images with a true source are c; of source 5 nothing is known.
    expect(clusterFigure(viewedCase({ labels: LABELS, truth, sources: SOURCES }))).toStrictEqual([
      { name: 'source-3', size: 4, purity: 2 / 3 },
      { name: 'source-2', size: 3, purity: 2 / 3 },
      { name: 'source-5', size: 3, purity: null },
    ]);
  });

  it('knows no purity without truth', () => {
    const figure = clusterFigure(viewedCase({ labels: LABELS, truth: null, sources: SOURCES }));
    expect(figure.map(({ purity }) => purity)).toStrictEqual([null, null, null]);
  });
});
