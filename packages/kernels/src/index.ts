export { type KernelPool, kernelPool, setKernelThreads } from './kernel-pool.js';
export { packPanels, panelStride } from './panels.js';
export { rowProducts } from './row-products.js';
