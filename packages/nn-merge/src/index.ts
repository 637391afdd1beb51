export { type ClusterSummary, summarizeClusters } from './cluster-summary.js';
export { limitFromKnown } from './known-limit.js';
export { type MergeIteration, type MergeResult, mergeClusters } from './merge-clusters.js';
export { type MergeOptions, mergeGirish2021, mergeOptionsSchema } from './options.js';
