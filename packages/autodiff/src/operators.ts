export { expand, reduceMean, reduceSum, unsqueeze } from './operators/broadcast.js';
export {
  type ConvolutionOptions,
  convolution,
  transposedConvolution,
} from './operators/convolution.js';
export {
  add,
  clip,
  div,
  exp,
  greater,
  leakyRelu,
  log,
  mul,
  neg,
  reciprocal,
  relu,
  sigmoid,
  sqrt,
  sub,
  tanh,
  where,
} from './operators/elementwise.js';
export { gemm, linear, matMul, type Transposition } from './operators/linear.js';
export { logSoftmax, oneHot, softmax, softmaxCrossEntropy } from './operators/loss.js';
export { batchNorm, type NormalizedBatch, normalizeBy } from './operators/normalization.js';
export { averagePool, globalAveragePool, maxPool, type PoolingOptions } from './operators/pooling.js';
export { type Interpolation, resize } from './operators/resize.js';
export { concat, pad, reshape, slice, transpose } from './operators/shape.js';
