export { type AgglomerativeOptions, agglomerate, type Linkage } from './agglomerate.js';
export { type DbscanOptions, dbscan } from './dbscan.js';
export { type FinchOptions, type FinchPartition, finch } from './finch.js';
export { type HdbscanOptions, hdbscan } from './hdbscan.js';
export { kDistanceKnee } from './k-distance-knee.js';
export { nearestKnownSource } from './nearest-known-source.js';
export { type SphericalKmeansOptions, sphericalKmeans } from './spherical-kmeans.js';
