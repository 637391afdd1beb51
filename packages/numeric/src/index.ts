export { type BalancedEpoch, type BalancedEpochOptions, balancedEpoch } from './balanced-epoch.js';
export { binomialTail } from './binomial-tail.js';
export { inverseCholeskyFactor } from './cholesky.js';
export { meanByLabel, type NearestCentroids, nearestCentroids, squaredDistance } from './distances.js';
export { type GroupSplit, type SplitShares, splitByGroup } from './group-split.js';
export { quantile } from './quantile.js';
export { createRandom, permutation, type Random } from './random.js';
export { fitStandardization, type Standardization, standardize } from './standardization.js';
