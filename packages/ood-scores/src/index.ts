export { assignFolds } from './cross-fit.js';
export { type CalibratedScore, conformalPValues, fuseScores, normalQuantile } from './fusion.js';
export { fitMahalanobis, type MahalanobisDetector, mahalanobisDistances } from './mahalanobis.js';
export { type FragmentMembers, unknownFragments } from './unknown-fragments.js';
