import { describe, expect, it } from 'vitest';
import { findSource } from '../src/find-source.js';

/** Rows 0 to 3 are of the source; label 0 is known, 1 and 2 are discovered. */
const find = (...labels: number[]) =>
  findSource({ labels: Int32Array.from(labels), knownCount: 1, clusterCount: 3 }, (row) => row < 4);

describe('findSource()', () => {
  it('finds a source in a cluster that holds half of it and is half of it', () => {
    expect(find(1, 1, 2, -1, 1, 1)).toEqual({ isFound: true, held: 0.5, purity: 0.5 });
  });

  it('does not find one that is scattered, in a crowd, or named as known', () => {
    expect(find(1, 2, -1, -1)).toEqual({ isFound: false, held: 0.25, purity: 1 });
    expect(find(1, 1, 1, 1, 1, 1, 1, 1, 1)).toEqual({ isFound: false, held: 1, purity: 4 / 9 });
    expect(find(0, 0, 0, 0)).toEqual({ isFound: false, held: 0, purity: null });
  });

  it('is null for a source without images', () => {
    expect(findSource({ labels: Int32Array.of(0), knownCount: 1, clusterCount: 1 }, () => false)).toBeNull();
  });
});
