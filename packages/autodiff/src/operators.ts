export { expand, reduceMean, reduceSum, unsqueeze } from './operators/broadcast.js';
export {
  add,
  div,
  exp,
  greater,
  log,
  mul,
  neg,
  reciprocal,
  relu,
  sqrt,
  sub,
  where,
} from './operators/elementwise.js';
export { gemm, linear, matMul, type Transposition } from './operators/linear.js';
export { logSoftmax, oneHot, softmax, softmaxCrossEntropy } from './operators/loss.js';
export { concat, pad, reshape, slice, transpose } from './operators/shape.js';
