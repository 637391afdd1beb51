/**
 * What a program asks of this package as a whole. Each is loaded when it is first called: a command needs one of them, and most of
 * the modules, the networks' among them, serve that one alone.
 */

/** Loads a function when it is first called. */
function loaded<Arguments extends unknown[], Result>(
  load: () => Promise<(...values: Arguments) => Promise<Result>>,
): (...values: Arguments) => Promise<Result> {
  return async (...values) => (await load())(...values);
}

/** See `classifier/classify-images.ts`. */
export const classifyImages = loaded(
  async () => (await import('./classifier/classify-images.js')).classifyImages,
);
/** See `classifier/train-classifier.ts`. */
export const trainClassifier = loaded(
  async () => (await import('./classifier/train-classifier.js')).trainClassifier,
);
/** See `evaluate-run.ts`. */
export const evaluateRun = loaded(async () => (await import('./evaluate-run.js')).evaluateRun);
/** See `explanation/explain-network.ts`. */
export const explainNetwork = loaded(
  async () => (await import('./explanation/explain-network.js')).explainNetwork,
);
/** See `explanation/explain-sources.ts`. */
export const explainSources = loaded(
  async () => (await import('./explanation/explain-sources.js')).explainSources,
);
/** See `identify.ts`. */
export const identifyImages = loaded(async () => (await import('./identify.js')).identifyImages);
/** See `memory-discovery.ts`. */
export const discoverInMemory = loaded(async () => (await import('./memory-discovery.js')).discoverInMemory);
/** See `rediscover.ts`. */
export const rediscover = loaded(async () => (await import('./rediscover.js')).rediscover);
/** See `run-discovery.ts`. */
export const planRun = loaded(async () => (await import('./run-discovery.js')).planRun);
/** See `run-discovery.ts`. */
export const runDiscovery = loaded(async () => (await import('./run-discovery.js')).runDiscovery);
