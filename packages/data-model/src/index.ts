export {
  type Assignment,
  compactLabels,
  createAssignment,
  discoveredRows,
  UNASSIGNED,
  unassignedRows,
} from './assignment.js';
export {
  concatenateRows,
  createFeatureSet,
  describeSpace,
  type FeatureSet,
  type FeatureSpace,
  type ImageId,
  isSameSpace,
  joinColumns,
  selectRows,
} from './feature-set.js';
export { decodeNpy, encodeNpy, encodeNpyHeader, type NpyArray } from './npy.js';
