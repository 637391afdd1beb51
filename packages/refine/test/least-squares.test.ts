import { createRandom } from '@ganscout/numeric';
import { describe, expect, it } from 'vitest';
import { landmarkFeatures } from '../src/landmark-features.js';
import { leaveOneOutDecisions } from '../src/least-squares.js';

/** Solves A x = b by Gauss-Jordan elimination with pivoting. */
function solve(matrix: number[][], b: number[]): number[] {
  const a = matrix.map((row, i) => [...row, b[i]]);
  for (let c = 0; c < a.length; c++) {
    const pivot = a.findIndex(
      (row, r) => r >= c && Math.abs(row[c]) === Math.max(...a.slice(c).map((s) => Math.abs(s[c]))),
    );
    [a[c], a[pivot]] = [a[pivot], a[c]];
    for (let r = 0; r < a.length; r++) {
      if (r === c) continue;
      const factor = a[r][c] / a[c][c];
      a[r] = a[r].map((value, d) => value - factor * a[c][d]);
    }
  }
  return a.map((row, r) => row[a.length] / row[r]);
}

/** Features by definition. */
function plainFeatures(data: Float32Array, dims: number, landmarks: Int32Array, gamma: number): number[][] {
  const row = (i: number) => [...data.subarray(i * dims, (i + 1) * dims)];
  const kernel = (a: number[], b: number[]) =>
    Math.exp(-gamma * a.reduce((sum, value, d) => sum + (value - b[d]) ** 2, 0));
  return Array.from({ length: data.length / dims }, (_, i) => [
    ...Array.from(landmarks, (l) => kernel(row(i), row(l))),
    1,
  ]);
}

/** Fits without row i, for every i and cluster: predictions[i][c]. */
function refitWithoutEachRow(
  phi: number[][],
  labels: Int32Array,
  clusterCount: number,
  landmarks: Int32Array,
  weight: number,
): number[][] {
  const width = phi[0].length;
  const trace = phi.flat().reduce((sum, value) => sum + value * value, 0);
  return phi.map((own, i) => {
    const others = phi.filter((_, j) => j !== i);
    const targets = labels.filter((_, j) => j !== i);
    const normal = Array.from({ length: width }, (_, r) =>
      Array.from({ length: width }, (_, c) => {
        const penalty = r < width - 1 && c < width - 1 ? weight * phi[landmarks[r]][c] : 0;
        const jitter = r === c ? (1e-9 * trace) / width : 0;
        return others.reduce((sum, f) => sum + f[r] * f[c], penalty + jitter);
      }),
    );
    return Array.from({ length: clusterCount }, (_, cluster) => {
      const right = Array.from({ length: width }, (_, r) =>
        others.reduce((sum, f, j) => sum + (targets[j] === cluster ? f[r] : 0), 0),
      );
      return solve(normal, right).reduce((sum, value, r) => sum + value * own[r], 0);
    });
  });
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('leaveOneOutDecisions()', () => {
  it.each([
    ['some rows as landmarks', [1, 4, 5, 11, 17]],
    ['all rows as landmarks', Array.from({ length: 21 }, (_, i) => i)],
    ['two landmarks in the same place', [0, 1, 20]],
  ])('equals refitting without each row: %s', (_, chosen) => {
    const random = createRandom(5, 'test');
    const dims = 5;
    const data = Float32Array.from({ length: 21 * dims }, (_, at) => random.normal() + (at % 15 < 5 ? 1 : 0));
    data.copyWithin(20 * dims, 0, dims);
    const labels = Int32Array.from({ length: 21 }, (_, i) => i % 3);
    const landmarks = Int32Array.from(chosen);
    const features = landmarkFeatures({ data, dims, gamma: 0.2 }, landmarks);
    const decisions = leaveOneOutDecisions(features, labels, 3, 0.7);
    const refit = refitWithoutEachRow(plainFeatures(data, dims, landmarks, 0.2), labels, 3, landmarks, 0.7);
    for (let c = 0; c < 3; c++) {
      const members = refit.filter((_, i) => labels[i] === c).map((row) => row[c]);
      const others = refit.filter((_, i) => labels[i] !== c).map((row) => row[c]);
      const threshold = (mean(members) + mean(others)) / 2;
      labels.forEach((label, i) => {
        // Both solve systems of condition 1e6 or less in float64.
        if (label === c) expect(Math.abs(decisions[i] - (refit[i][c] - threshold))).toBeLessThan(1e-7);
      });
    }
  });

  it('does not depend on how rows fall into blocks', () => {
    const random = createRandom(6, 'test');
    const rows = 300;
    const data = Float32Array.from({ length: rows * 4 }, () => random.normal());
    const labels = Int32Array.from({ length: rows }, (_, i) => i % 4);
    const landmarks = Int32Array.from({ length: 70 }, (_, i) => i * 4);
    const decide = (values: Float32Array, own: Int32Array, at: Int32Array) =>
      leaveOneOutDecisions(landmarkFeatures({ data: values, dims: 4, gamma: 0.1 }, at), own, 4, 1);
    const forward = decide(data, labels, landmarks);
    const backwards = Float32Array.from(
      { length: rows * 4 },
      (_, at) => data[(rows - 1 - (at >> 2)) * 4 + (at & 3)],
    );
    const reversed = decide(
      backwards,
      labels.toReversed(),
      landmarks.map((l) => rows - 1 - l),
    );
    // Sums in another order differ in the last digits only.
    forward.forEach((value, i) => {
      expect(Math.abs(reversed[rows - 1 - i] - value)).toBeLessThan(1e-8);
    });
  });
});
