import { describe, expect, it } from 'vitest';
import { loadHnswSearch, mergeClusters, mergeOptionsSchema } from '../src/index.js';

describe('search "hnsw"', () => {
  it('is the exact search for few clusters where hnswlib-node is installed, and says what to install elsewhere', async () => {
    const space = { points: Float32Array.of(0, 1, 3), dims: 1, offsets: new Float64Array(3) };
    const outcome = await loadHnswSearch().then(
      (search) => [...search(space).nearest],
      (error: Error) => error.message,
    );
    if (typeof outcome === 'string') expect(outcome).toContain('run npm install hnswlib-node@3.0.0');
    else expect(outcome).toEqual([1, 0, 1]);
  });

  it('is what mergeClusters() uses when told so, and needs then', () => {
    const options = mergeOptionsSchema.parse({ search: 'hnsw', limit: 'none', repeat: false });
    const clusters = {
      centroids: Float32Array.of(0, 1, 3),
      dims: 1,
      sizes: Int32Array.of(1, 1, 1),
      spreads: new Float64Array(3),
    };
    // A search that takes 1 and 2 for each other's nearest.
    const search = () => ({ nearest: Int32Array.of(1, 2, 1), distances: Float64Array.of(1, 4, 4) });
    expect([...mergeClusters(clusters, options, 0, search).newLabels]).toEqual([0, 1, 1]);
    expect(() => mergeClusters(clusters, options, 0)).toThrow('see loadHnswSearch');
  });
});
