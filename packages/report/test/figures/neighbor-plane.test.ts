import { setKernelThreads } from '@ganscout/kernels';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { neighborPlane } from '../../src/figures/neighbor-plane.js';
import { type Plane, principalPlane } from '../../src/figures/principal-plane.js';
import { featuresOf, groupedFeatures } from './grouped-features.js';

// UMAP takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

afterEach(() => setKernelThreads(1));

/** For each row the label of the row nearest to it on the plane. */
function nearestLabels({ x, y }: Plane, labels: Int32Array): number[] {
  return Array.from(labels, (_, row) => {
    const distances = Array.from(labels, (_, other) =>
      other === row
        ? Number.POSITIVE_INFINITY
        : Math.hypot((x[row] as number) - (x[other] as number), (y[row] as number) - (y[other] as number)),
    );
    return labels[distances.indexOf(Math.min(...distances))] as number;
  });
}

describe('neighborPlane()', () => {
  it('parts groups that two directions of largest variance do not', async () => {
    const { features, labels } = groupedFeatures(200, { groups: 8, dims: 8, apart: 12 });
    const { plane: start } = await principalPlane(features, 1);
    const parted = (plane: Plane) =>
      nearestLabels(plane, labels).filter((label, row) => label === labels[row]).length;
    expect(parted(await neighborPlane(features, start, 1))).toBe(200);
    expect(parted(start)).toBeLessThan(190);
  });

  it('gives the same bytes again, with one thread and with two', async () => {
    const { features } = groupedFeatures(120);
    const { plane: start } = await principalPlane(features, 1);
    const before = [features.data.slice(), start.x.slice(), start.y.slice()];
    const first = await neighborPlane(features, start, 5);
    setKernelThreads(2);
    expect(await neighborPlane(features, start, 5)).toStrictEqual(first);
    expect(await neighborPlane(features, start, 6)).not.toStrictEqual(first);
    expect([features.data, start.x, start.y]).toStrictEqual(before);
  });

  it('parts rows that are equal, and takes as few as eight', async () => {
    for (const rows of [8, 40]) {
      const features = featuresOf(new Float32Array(rows * 2).fill(3), 2);
      const { plane: start } = await principalPlane(features, 1);
      const { x, y } = await neighborPlane(features, start, 1);
      expect([...x, ...y].every(Number.isFinite)).toBe(true);
      expect(new Set(x).size).toBe(rows);
    }
  });

  it('ends when it is told to', async () => {
    const { features } = groupedFeatures(60);
    const { plane: start } = await principalPlane(features, 1);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(neighborPlane(features, start, 1, signal)).rejects.toThrow('enough');
  });
});
