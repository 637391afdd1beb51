export { type Catalog, type GeneratorEntry, type Novelty, type RealDataSet, readCatalog } from './catalog.js';
export { renderDeadLeaves } from './dead-leaves.js';
export { renderLandscape } from './landscape.js';
export { DEFAULT_DEMO_COUNTS, type DemoCounts, type PlannedSource, planDemo } from './plan.js';
export { sampleGenerator } from './sample.js';
export { type Demo, type DemoProgress, type WriteDemoOptions, writeDemo } from './write-demo.js';
