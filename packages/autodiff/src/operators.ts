export { clip, elu, erf, hardSigmoid, leakyRelu, softplus } from './operators/activation.js';
export { expand, reduceMean, reduceSum, unsqueeze } from './operators/broadcast.js';
export { channelMajorConvolution, channelMajorDepthwise } from './operators/channel-major.js';
export {
  type ConvolutionOptions,
  convolution,
  transposedConvolution,
} from './operators/convolution.js';
export {
  abs,
  add,
  cos,
  div,
  exp,
  greater,
  log,
  mul,
  neg,
  pow,
  reciprocal,
  relu,
  sigmoid,
  sin,
  sqrt,
  sub,
  tanh,
  where,
} from './operators/elementwise.js';
export { reduceMax, reduceMin } from './operators/extreme.js';
export { frozenBatchNorm, type StoredStatistics } from './operators/frozen-normalization.js';
export { gemm, linear, matMul, type Transposition } from './operators/linear.js';
export { logSoftmax, oneHot, softmax, softmaxCrossEntropy } from './operators/loss.js';
export {
  batchNorm,
  type NormalizedBatch,
  normalizeBy,
  normalizedPointwise,
  normalizedPointwisePays,
} from './operators/normalization.js';
export { averagePool, globalAveragePool, maxPool, type PoolingOptions } from './operators/pooling.js';
export { type Interpolation, resize } from './operators/resize.js';
export { concat, gather, pad, reshape, reverse, slice, transpose } from './operators/shape.js';
