export { lagProducts } from './lag-products';
export { countCodes } from './code-counts';
export { magnitudes } from './magnitudes';
export { phases } from './phases';
export { colorCodes, quantize, sequenceCodes } from './pattern-codes';
export { residuals, splitColors } from './residuals';
