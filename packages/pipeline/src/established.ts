import { rowsWhere, selectRows } from '@ganscout/data-model';
import type { DetectionOptions, StageOptions } from './config/schema.js';
import { chooseExemplars, type Exemplars, selectExemplars } from './exemplars.js';
import { joinSpaces, type SpaceFeatures } from './space-features.js';
import { stageSeed } from './stage-runner.js';
import { poolVerdicts } from './stages/pool-verdicts.js';
import {
  applySourceTest,
  crossFitReference,
  fitSourceTest,
  type Reference,
  type SourceScores,
  type SourceTest,
} from './stages/source-test.js';

/** Exemplars of a source that vouch for images like them, at the most: more would only take time. */
const VOUCHING_PER_SOURCE = 64;

/** Established sources, and what tests images for them. */
export interface EstablishedModel {
  readonly established: Exemplars;
  /** S. */
  readonly sourceCount: number;
  readonly test: SourceTest;
  readonly options: StageOptions;
}

/** What is said of N images that were not there when the sources were established. */
export interface RowAttribution {
  /** N, label of the source, or -1. */
  readonly source: Int32Array;
  /** Of each image alone. */
  readonly scores: SourceScores;
  /** N, 1 where images like it decided otherwise than its own score. */
  readonly pooled: Uint8Array;
}

/**
 * Gives images to the established sources that accept them; with `ood.pooling`, images like each other decide together, and the
 * exemplars of all established sources vouch for theirs.
 *
 * @param features N images in the spaces of the run.
 * @param seed of the run; the results do not depend on the number of threads.
 *
 * Cost: O(N · S · H) for the hash, O(N · S · D) for the distances, and k-means of the images and the exemplars.
 */
export function attributeRows(
  { established, sourceCount, test, options: { ood } }: EstablishedModel,
  features: SpaceFeatures,
  seed: number,
): RowAttribution {
  const rows = joinSpaces(features, ood.space);
  const scores = applySourceTest(test, rows);
  if (ood.pooling === 'none' || rows.ids.length === 0) {
    return { source: scores.source, scores, pooled: new Uint8Array(rows.ids.length) };
  }
  const vouching = chooseExemplars(established.ids, established.labels, VOUCHING_PER_SOURCE);
  const known = selectRows(joinSpaces(established.features, ood.space), vouching);
  const tested = Int32Array.from(rows.ids.keys());
  const { falseRejectRate, poolingIterations: iterations } = ood;
  const limits = { knownCount: sourceCount, falseRejectRate, iterations };
  const pools = stageSeed(seed, 'ood', 0);
  const source = poolVerdicts({ known, discovery: rows }, tested, scores, scores.source, limits, pools);
  return {
    source,
    scores,
    pooled: Uint8Array.from(source, (label, i) => (label === scores.source[i] ? 0 : 1)),
  };
}

/**
 * Fits the test for established sources on their exemplars.
 *
 * @param reference how strange labelled images look; null to find it out from the labelled exemplars.
 */
export function fitExemplarTest(
  exemplars: Exemplars,
  sourceCount: number,
  reference: Reference | null,
  { ood }: StageOptions,
  seed: number,
): SourceTest {
  const features = joinSpaces(exemplars.features, ood.space);
  const { labels } = exemplars;
  const given = ood.scores.includes('mahalanobis')
    ? (reference ?? referenceOfLabelled(exemplars, sourceCount, ood, seed))
    : null;
  return fitSourceTest({ features, labels, sourceCount }, given, ood, seed);
}

/** The labelled images among the exemplars. */
export function labelledExemplars(exemplars: Exemplars): Exemplars {
  const { labels, labelled } = exemplars;
  return selectExemplars(
    exemplars,
    rowsWhere(labels, (_, row) => labelled[row] === 1),
  );
}

/** How strange labelled exemplars look when each is scored by what was fitted without it. */
function referenceOfLabelled(
  exemplars: Exemplars,
  sourceCount: number,
  ood: DetectionOptions,
  seed: number,
): Reference {
  const { features, labels, groups } = labelledExemplars(exemplars);
  return crossFitReference(
    { features: joinSpaces(features, ood.space), labels, sourceCount },
    groups,
    ood,
    seed,
  );
}
