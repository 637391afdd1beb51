export { type ClusterSummary, summarizeClusters } from './cluster-summary.js';
export { loadHnswSearch } from './hnsw-search.js';
export { limitFromKnown } from './known-limit.js';
export { type MergeIteration, type MergeResult, mergeClusters } from './merge-clusters.js';
export type { GraphSearch, NearestNeighborGraph, OffsetPoints } from './nearest-neighbor-graph.js';
export { type MergeOptions, mergeGirish2021, mergeOptionsSchema } from './options.js';
