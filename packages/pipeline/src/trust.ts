import { type Assignment, concatenateRows, type FeatureSet, UNASSIGNED } from '@ganscout/data-model';
import {
  clusterCohesion,
  jaccardStability,
  nearestCentroidLabels,
  neighborShare,
  simplifiedSilhouette,
} from '@ganscout/metrics';
import { createRandom, meanByLabel } from '@ganscout/numeric';
import type { ResolvedConfig } from './config/resolve.js';
import type { StageOptions } from './config/schema.js';
import type { RoundsResult } from './rounds.js';
import type { SpaceRows } from './spaces.js';

/** How far a source of the discovery set can be trusted, without knowing the truth; null where not defined. */
export interface SourceTrust {
  /**
   * Product of the three figures that follow, in [0, 1]. It orders discovered sources and is no probability; like the
   * three it is null for a known source.
   */
  readonly trust: number | null;
  /**
   * Mean share of the 15 nearest other images of its images, labelled and discovery images alike, that belong to it, in
   * [0, 1]; null where there is no other image. On samples of large sets, as `neighborShare` of metrics says.
   */
  readonly neighborShare: number | null;
  /** Largest Jaccard index of its images with a cluster that the first round found, in [0, 1]; 1 after one round. */
  readonly persistence: number | null;
  /** Share of its images whose p-value of being of a known source is at most the false reject rate, in [0, 1]. */
  readonly rejectedShare: number | null;
  /** Mean simplified silhouette of its images, in [-1, 1]. */
  readonly cohesion: number | null;
  /**
   * Mean Jaccard index with itself when images go to the nearest centroid of a random half, in [0, 1]; over the halves
   * that hold one of its images.
   */
  readonly stability: number | null;
  /** Label of the source whose centroid is nearest, or -1. */
  readonly nearest: number;
  /** Distance to that centroid over the source's own root-mean-square radius. */
  readonly separation: number | null;
}

/** What trust is measured on; N images of the discovery set. */
export interface TrustInput {
  /** Both sets in the space of the clusters. */
  readonly rows: SpaceRows;
  readonly assignment: Assignment;
  /** As the first round left it. */
  readonly afterFirstRound: Assignment;
  /** N, conformal, of being of a known source. */
  readonly knownPValue: Float32Array;
  readonly falseRejectRate: number;
}

const RESAMPLES = 10;

/** Measures the sources that the rounds ended with, by the options and in the space of the last round. */
export function trustAfterRounds(config: ResolvedConfig, rounds: RoundsResult): SourceTrust[] {
  const { spaces, labels, lastRound, afterFirstRound, knownPValue } = rounds;
  const { kmeans, ood } = config.rounds[lastRound - 1] as StageOptions;
  const rows = spaces.rows(kmeans.space);
  const { falseRejectRate } = ood;
  const { assignment } = labels;
  return measureTrust({ rows, assignment, afterFirstRound, knownPValue, falseRejectRate }, config.run.seed);
}

/**
 * Measures every source of an assignment, known and discovered, on the images of the discovery set that have it.
 *
 * @returns one entry a label.
 *
 * Cost: O(resamples · N · k · D), and that of `neighborShare`, which is linear in N too.
 */
export function measureTrust(input: TrustInput, seed: number): SourceTrust[] {
  const { rows, assignment } = input;
  const { labels, knownCount, clusterCount } = assignment;
  const { discovery } = rows;
  const silhouette = simplifiedSilhouette(discovery, labels, clusterCount);
  const stability = measureStability(discovery, assignment, seed);
  const discovered = trustDiscovered(input, seed);
  return clusterCohesion(discovery, labels, clusterCount).map(
    ({ label, size, spread, nearest, separation }) => {
      const cohesion = silhouette.byCluster[label] as number;
      return {
        ...(discovered[label - knownCount] ?? UNTRUSTED),
        cohesion: size < 2 || Number.isNaN(cohesion) ? null : cohesion,
        stability: size < 4 || Number.isNaN(stability[label]) ? null : (stability[label] as number),
        nearest,
        separation: separation === null || spread === null || spread === 0 ? null : separation / spread,
      };
    },
  );
}

type DiscoveredTrust = Pick<SourceTrust, 'trust' | 'neighborShare' | 'persistence' | 'rejectedShare'>;

/** What is said of a known source, and of one without an image. */
const UNTRUSTED: DiscoveredTrust = {
  trust: null,
  neighborShare: null,
  persistence: null,
  rejectedShare: null,
};

/** The figures that only discovered sources have, in the order of their labels. */
function trustDiscovered(input: TrustInput, seed: number): DiscoveredTrust[] {
  const { rows, assignment, afterFirstRound } = input;
  const count = assignment.clusterCount - assignment.knownCount;
  const own = discoveredLabels(assignment);
  const all = new Int32Array(rows.known.ids.length + own.length).fill(UNASSIGNED);
  all.set(own, rows.known.ids.length);
  const shares = neighborShare(concatenateRows(rows.known, rows.discovery), all, count, { seed });
  const found = jaccardStability(own, discoveredLabels(afterFirstRound));
  const persistences = new Map([...found.labels].map((label, i) => [label, found.jaccard[i] as number]));
  const rejected = rejectedShares(input, own, count);
  return Array.from(shares, (share, label) => {
    const persistence = persistences.get(label);
    if (persistence === undefined) return UNTRUSTED;
    const rejectedShare = rejected[label] as number;
    if (Number.isNaN(share)) return { trust: null, neighborShare: null, persistence, rejectedShare };
    return { trust: share * persistence * rejectedShare, neighborShare: share, persistence, rejectedShare };
  });
}

/** Labels of discovered sources from 0 on; -1 for images of known sources and unassigned ones. */
function discoveredLabels({ labels, knownCount }: Assignment): Int32Array {
  return labels.map((label) => (label < knownCount ? UNASSIGNED : label - knownCount));
}

/** Share of the images of each label that are rejected; NaN for a label without an image. */
function rejectedShares(
  { knownPValue, falseRejectRate }: TrustInput,
  labels: Int32Array,
  count: number,
): Float64Array {
  const sizes = new Float64Array(count);
  const rejected = new Float64Array(count);
  // The p-values are in float32, so the rate has to be: else one that equals it could lie above.
  const limit = Math.fround(falseRejectRate);
  labels.forEach((label, row) => {
    if (label === UNASSIGNED) return;
    sizes[label]! += 1;
    if ((knownPValue[row] as number) <= limit) rejected[label]! += 1;
  });
  return rejected.map((images, label) => images / (sizes[label] as number));
}

/** Mean Jaccard index of each label with itself over random halves whose centroids attribute all images again. */
function measureStability(
  { data, dims }: FeatureSet,
  { labels, clusterCount }: Assignment,
  seed: number,
): Float64Array {
  const random = createRandom(seed, 'trust/stability');
  const sums = new Float64Array(clusterCount);
  const halves = new Float64Array(clusterCount);
  for (let sample = 0; sample < RESAMPLES; sample++) {
    const half = labels.map((label) => (random.uniform() < 0.5 ? label : -1));
    const present = [...new Set(half)].filter((label) => label >= 0).sort((a, b) => a - b);
    if (present.length === 0) continue;
    for (const label of present) halves[label]! += 1;
    const all = meanByLabel(data, half, dims, clusterCount);
    const centroids = new Float32Array(present.length * dims);
    present.forEach(
      (label, i) => void centroids.set(all.subarray(label * dims, (label + 1) * dims), i * dims),
    );
    const nearest = nearestCentroidLabels(data, centroids, dims);
    const again = labels.map((label, row) => (label < 0 ? -1 : (present[nearest[row] as number] as number)));
    const agreement = jaccardStability(labels, again);
    agreement.labels.forEach((label, i) => {
      if (agreement.matches[i] === label) sums[label]! += agreement.jaccard[i] as number;
    });
  }
  return sums.map((sum, label) => sum / (halves[label] as number));
}
