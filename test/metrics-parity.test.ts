import { readFileSync } from 'node:fs';
import { createFeatureSet } from '@ganscout/data-model';
import {
  adjustedRandIndex,
  auroc,
  averagePrecision,
  averagePurity,
  ccrAtFpr,
  fprAtTpr,
  matchingAccuracy,
  normalizedMutualInformation,
  optimalAssignment,
  oscr,
  oscrCurve,
  rocCurve,
  sampledSilhouette,
  spearmanCorrelation,
} from '@ganscout/metrics';
import { describe, expect, it } from 'vitest';

// Both sides compute in float64 from equal inputs, so only the order of a few hundred additions can differ.
const TOLERANCE = 1e-12;

interface Line {
  x: ArrayLike<number>;
  y: ArrayLike<number>;
}

interface Reference {
  partitions: { name: string; truth: number[]; labels: number[]; expected: Record<string, number> }[];
  detection: {
    name: string;
    isOod: number[];
    isCorrect: number[];
    score: number[];
    expected: Record<string, number>;
    roc: Line;
    oscrCurve: Line;
  }[];
  assignments: { rows: number; columns: number; weights: number[]; total: number }[];
  spearman: { x: number[]; y: number[]; expected: number }[];
  silhouettes: {
    dims: number;
    k: number;
    features: number[];
    labels: number[];
    mean: number;
    byCluster: number[];
  }[];
}

const reference: Reference = JSON.parse(
  readFileSync(new URL('./reference/metrics/reference.json', import.meta.url), 'utf8'),
);

function expectClose(actual: number | null, expected: number, what: string): void {
  expect(actual, what).not.toBeNull();
  expect(
    Math.abs((actual as number) - expected),
    `${what}: ${actual} against ${expected}`,
  ).toBeLessThanOrEqual(TOLERANCE);
}

/** Largest distance of a point of the one line from the other, whose rates never fall. */
function largestDistance(points: Line, { x, y }: Line): number {
  return Math.max(
    ...Array.from(points.x, (px, i) => {
      const py = points.y[i]!;
      const distances = Array.from({ length: x.length - 1 }, (_, at) => {
        const [width, height] = [x[at + 1]! - x[at]!, y[at + 1]! - y[at]!];
        const squared = width * width + height * height;
        const along = squared === 0 ? 0 : ((px - x[at]!) * width + (py - y[at]!) * height) / squared;
        const share = Math.min(1, Math.max(0, along));
        return Math.hypot(px - x[at]! - share * width, py - y[at]! - share * height);
      });
      return Math.min(...distances);
    }),
  );
}

describe('metrics equal scikit-learn and scipy', () => {
  it.each(reference.partitions)('partition figures: $name', ({ truth, labels, expected }) => {
    const figures: Record<string, (truth: Int32Array, labels: Int32Array) => number> = {
      averagePurity,
      normalizedMutualInformation,
      adjustedRandIndex,
      matchingAccuracy,
    };
    for (const [name, value] of Object.entries(expected)) {
      expectClose(figures[name]!(Int32Array.from(truth), Int32Array.from(labels)), value, name);
    }
  });

  it.each(reference.detection)('detection figures: $name', ({ isOod, isCorrect, score, expected }) => {
    const isKnown = isOod.map((flag) => 1 - flag);
    const negated = score.map((value) => -value);
    expectClose(auroc(isOod, score), expected.auroc!, 'auroc');
    expectClose(averagePrecision(isOod, score), expected.averagePrecision!, 'averagePrecision');
    expectClose(fprAtTpr(isOod, score), expected.fprAtTpr95!, 'fprAtTpr');
    expectClose(fprAtTpr(isKnown, negated), expected.unknownAcceptedAtKnownRejected5!, 'swapped fprAtTpr');
    expectClose(oscr(isOod, isCorrect, score), expected.oscr!, 'oscr');
    expectClose(ccrAtFpr(isOod, isCorrect, score), expected.ccrAtFpr5!, 'ccrAtFpr');
  });

  it.each(reference.detection)('whole and thinned curves: $name', ({
    isOod,
    isCorrect,
    score,
    expected,
    ...lines
  }) => {
    const whole = { points: Number.POSITIVE_INFINITY, tolerance: 0 };
    for (const [expectedLine, curve, thinned, area] of [
      [lines.roc, rocCurve(isOod, score, whole), rocCurve(isOod, score), expected.auroc!],
      [
        lines.oscrCurve,
        oscrCurve(isOod, isCorrect, score, whole),
        oscrCurve(isOod, isCorrect, score),
        expected.oscr!,
      ],
    ] as const) {
      expectClose(curve.area, area, 'area');
      expectClose(largestDistance(expectedLine, curve), 0, 'expected points off the curve');
      expectClose(largestDistance(curve, expectedLine), 0, 'points off the expected curve');
      expect(largestDistance(expectedLine, thinned)).toBeLessThanOrEqual(1e-3);
      expectClose(thinned.area, area, 'area of the thinned curve');
    }
  });

  it.each(reference.assignments)('best pairing of $rows × $columns', ({ rows, columns, weights, total }) => {
    const columnOf = optimalAssignment(Float64Array.from(weights), rows, columns);
    const paired = [...columnOf.entries()].filter(([, column]) => column !== -1);
    expect(new Set(paired.map(([, column]) => column)).size).toBe(Math.min(rows, columns));
    expect(paired.reduce((sum, [row, column]) => sum + weights[row * columns + column]!, 0)).toBe(total);
  });

  it.each(reference.spearman)('Spearman correlation $expected', ({ x, y, expected }) => {
    expectClose(spearmanCorrelation(x, y), expected, 'spearmanCorrelation');
  });

  it.each(reference.silhouettes)('silhouette of $k clusters', ({
    dims,
    k,
    features,
    labels,
    mean,
    byCluster,
  }) => {
    const space = { extractor: 'made', layer: '', round: 0, transform: '' };
    const ids = labels.map((_, row) => `image-${row}`);
    const set = createFeatureSet(ids, dims, Float32Array.from(features), space);
    const silhouette = sampledSilhouette(set, Int32Array.from(labels), k, { seed: 0 });
    expectClose(silhouette.mean, mean, 'mean');
    for (const [c, value] of byCluster.entries())
      expectClose(silhouette.byCluster[c]!, value, `cluster ${c}`);
  });
});
