export { type KMeansResult, kmeans, kmeansFrom } from './kmeans.js';
export { type KMeansEngine, loadMlKMeans } from './ml-kmeans-engine.js';
export {
  automaticClusterCount,
  type KMeansOptions,
  kmeansGirish2021,
  kmeansOptionsSchema,
} from './options.js';
