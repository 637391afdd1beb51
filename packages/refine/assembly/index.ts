export { addColumnProducts } from './column-products';
export { kernelValues } from './kernel-values';
export { leverages } from './leverages';
export { squaredDistances } from './squared-distances';
