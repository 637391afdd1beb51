export { gradients } from './gradients.js';
export { createGraph, type Graph } from './graph.js';
export { matrixProduct } from './matrix-product.js';
export type { GraphValue } from './operators/rule.js';
export * as operators from './operators.js';
export { reproducibleThreads } from './product-threads.js';
export { createSession, type Session, type SessionOptions, type Tensor } from './session.js';
export { createTrainer, type TrainedParameter, type Trainer, type TrainerOptions } from './trainer.js';
