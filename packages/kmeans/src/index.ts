export { type KMeansResult, kmeans, kmeansFrom } from './kmeans.js';
export {
  automaticClusterCount,
  type KMeansOptions,
  kmeansGirish2021,
  kmeansOptionsSchema,
} from './options.js';
