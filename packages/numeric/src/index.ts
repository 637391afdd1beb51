export { inverseCholeskyFactor } from './cholesky.js';
export { meanByLabel, type NearestCentroids, nearestCentroids, squaredDistance } from './distances.js';
export { quantile } from './quantile.js';
export { createRandom, permutation, type Random } from './random.js';
export { fitStandardization, type Standardization, standardize } from './standardization.js';
