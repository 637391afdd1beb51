import {
  agglomerate,
  dbscan,
  finch,
  hdbscan,
  kDistanceKnee,
  nearestKnownSource,
  sphericalKmeans,
} from '@ganscout/baselines';
import { createFeatureSet, type FeatureSet } from '@ganscout/data-model';
import { kmeans, kmeansOptionsSchema } from '@ganscout/kmeans';
import { simplifiedSilhouette } from '@ganscout/metrics';

/** What a baseline clusters. */
export interface BaselineInput {
  /** N × D, N from 1. */
  readonly features: FeatureSet;
  /** True number of sources among the images: given to those that ask for it. */
  readonly sourceCount: number;
  readonly seed: number;
}

/** A way to cluster images in one go. */
export interface BaselineDefinition {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  /** N labels from 0, -1 for noise. */
  readonly cluster: (input: BaselineInput) => Int32Array;
}

/** Starts from which the best clustering is kept. */
const RESTARTS = 10;
/** Clusters without a merge, as many as the published recipe begins with. */
const MANY = 500;
/** Images that make a place dense, and the fewest of a cluster: the size below which the default preset dissolves clusters. */
const FEWEST = 10;

/** The clustering baselines; none sees a label, those that are told so the true number of sources. */
export const BASELINES: readonly BaselineDefinition[] = [
  {
    id: 'kmeans-true',
    title: 'k-means, true k',
    note: `told the true number of sources; best of ${RESTARTS} starts`,
    cluster: ({ features, sourceCount, seed }) => byKmeans(features, sourceCount, RESTARTS, seed).labels,
  },
  {
    id: 'kmeans-500',
    title: 'k-means, k = 500, no merge',
    note: 'as many clusters as the published recipe begins with, or as there are images',
    cluster: ({ features, seed }) => byKmeans(features, MANY, 1, seed).labels,
  },
  {
    id: 'spherical',
    title: 'spherical k-means, true k',
    note: `told the true number of sources; best of ${RESTARTS} starts`,
    cluster: ({ features, sourceCount, seed }) =>
      sphericalKmeans(features, {
        clusterCount: Math.min(sourceCount, features.ids.length),
        seed,
        restarts: RESTARTS,
        iterations: 300,
      }),
  },
  {
    id: 'finch',
    title: 'FINCH, by silhouette',
    note: 'the partition with the largest simplified silhouette, which needs no label; cosine',
    cluster: ({ features }) =>
      largestBy(
        finch(features, { metric: 'cosine' }).partitions,
        ({ labels, clusterCount }) =>
          simplifiedSilhouette(features, labels, clusterCount).mean ?? Number.NEGATIVE_INFINITY,
      ).labels,
  },
  {
    id: 'finch-true',
    title: 'FINCH, nearest to the true k',
    note: 'the partition whose number of clusters is nearest to the true number of sources, the finer of two; cosine',
    cluster: ({ features, sourceCount }) =>
      largestBy(
        finch(features, { metric: 'cosine' }).partitions,
        ({ clusterCount }) => -Math.abs(clusterCount - sourceCount),
      ).labels,
  },
  {
    id: 'dbscan',
    title: 'DBSCAN',
    note: `epsilon at the knee of the sorted distances to the ${FEWEST}th neighbor; ${FEWEST} points make a core`,
    cluster: ({ features }) =>
      dbscan(features, { epsilon: kDistanceKnee(features, FEWEST), minimumPoints: FEWEST }),
  },
  {
    id: 'hdbscan',
    title: 'HDBSCAN',
    note: `at least ${FEWEST} images a cluster, ${FEWEST} points; excess of mass`,
    cluster: ({ features }) =>
      hdbscan(features, { minimumClusterSize: FEWEST, minimumPoints: Math.min(FEWEST, features.ids.length) }),
  },
  ...(['ward', 'average'] as const).map((linkage) => ({
    id: `agglomerative-${linkage}`,
    title: `agglomerative (${linkage}) on centroids, true k`,
    note: 'on the centroids of one k-means cluster for each 8 images, as the default preset makes them; told the true number of sources',
    cluster: ({ features, sourceCount, seed }: BaselineInput) => {
      const { labels, centroids, clusterCount } = byKmeans(features, 'auto', 1, seed);
      const ids = Array.from({ length: clusterCount }, (_, i) => `centroid ${i}`);
      const rows = createFeatureSet(ids, features.dims, centroids, features.space);
      const joined = agglomerate(rows, { linkage, clusterCount: Math.min(sourceCount, clusterCount) });
      return labels.map((label) => joined[label] as number);
    },
  })),
];

/** The baseline that clusters nothing and rejects nothing. */
export const NEAREST_KNOWN = {
  id: 'nearest-known',
  title: 'nearest known source only',
  note: 'each image gets the known source whose mean has the largest cosine; nothing is rejected or discovered',
  label: nearestKnownSource,
} as const;

function byKmeans(features: FeatureSet, clusterCount: number | 'auto', restarts: number, seed: number) {
  const count = clusterCount === 'auto' ? clusterCount : Math.min(clusterCount, features.ids.length);
  return kmeans(features, kmeansOptionsSchema.parse({ clusterCount: count, restarts }), seed);
}

/** The value with the largest measure; ties to the first. */
function largestBy<T>(values: readonly T[], measure: (value: T) => number): T {
  const measures = values.map(measure);
  return values[measures.indexOf(Math.max(...measures))] as T;
}
