export { addColumnProducts } from './column-products';
export { kernelBlock, kernelValues } from './kernel-values';
export { leverages } from './leverages';
export { supportVectorMachine } from './support-vector-machine';
