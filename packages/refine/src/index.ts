export { type RefineOptions, refineGirish2021, refineOptionsSchema } from './options.js';
export { type RefinedCluster, type RefineResult, refineClusters } from './refine-clusters.js';
