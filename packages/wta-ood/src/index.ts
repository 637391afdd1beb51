export { crossFitDistances, type FoldedImages } from './cross-fit.js';
export { fitWtaDetector, type WtaDetector } from './detector.js';
export { type WtaOptions, wtaGirish2021, wtaOptionsSchema } from './options.js';
export { attributeByArgmax, scoreImages, sourcePValue, type WtaScores } from './scores.js';
export { createWtaHash, type WtaHash, wtaCodes } from './wta-hash.js';
