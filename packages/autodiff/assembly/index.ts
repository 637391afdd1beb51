export { adamStep } from './adam-step';
export { sgdStep } from './sgd-step';
export { squareSum } from './square-sum';
