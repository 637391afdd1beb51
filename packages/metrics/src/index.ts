export { type BootstrapOptions, bootstrapInterval, bootstrapIntervals, type Interval } from './bootstrap.js';
export { accuracy, balancedAccuracy, classifierAuroc, confusionMatrix } from './classification.js';
export { type ClusterCohesion, clusterCohesion } from './cohesion.js';
export { type ContingencyTable, contingencyTable } from './contingency.js';
export { auroc, averagePrecision, ccrAtFpr, fprAtTpr, oscr } from './detection.js';
export type { DiscoveryPart, DiscoveryRates } from './discovery-rates.js';
export {
  type DiscoveryFigures,
  discoveryScorer,
  type EvaluationOptions,
  evaluateDiscovery,
} from './evaluation.js';
export type { GroundTruth } from './ground-truth.js';
export { matchingAccuracy, optimalAssignment } from './matching.js';
export { nearestCentroidLabels } from './nearest-centroid-labels.js';
export { nearestNeighbors } from './nearest-neighbors.js';
export { type NeighborShareOptions, neighborShare } from './neighbor-share.js';
export { adjustedRandIndex, averagePurity, normalizedMutualInformation } from './partition.js';
export { type CurveOptions, oscrCurve, type RateCurve, rocCurve } from './rate-curves.js';
export { sampleRows } from './sample-rows.js';
export { type Silhouette, sampledSilhouette, simplifiedSilhouette } from './silhouette.js';
export { spearmanCorrelation } from './spearman.js';
export { type JaccardStability, jaccardStability } from './stability.js';
