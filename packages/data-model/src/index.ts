export {
  type Assignment,
  compactLabels,
  createAssignment,
  discoveredRows,
  rowsByLabel,
  rowsWhere,
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
  joinValues,
  selectRows,
} from './feature-set.js';
export { decodeBfloat16, decodeFloat16 } from './half-precision.js';
export { decodeNpy, encodeNpy, encodeNpyHeader, encodeNpyParts, type NpyArray, readNpy } from './npy.js';
export {
  decodeSafetensors,
  encodeSafetensors,
  type SafeTensor,
  type SafetensorsFile,
} from './safetensors.js';
