export { ATTRIBUTES, type Attribute, readAttributes } from './attribute-splits.js';
export { type BenchSettings, PROTOCOLS, type ProtocolName } from './bench-settings.js';
export { type Cut, cutRecords, type DataSet, readDataSet } from './data-set.js';
export { groupDrawer } from './draw-groups.js';
export { findSource } from './find-source.js';
export { formatMarkdown } from './markdown-report.js';
export { formatMarkdownTable } from './markdown-table.js';
export type { BenchEvent } from './outlook.js';
export { PERTURBATIONS, type Perturbation, perturbDataSet } from './perturb.js';
export { type BenchResults, RESULT_FILES } from './results.js';
export { runBench } from './run-bench.js';
export {
  discoveryRows,
  labelledRows,
  planSplit,
  type SplitOptions,
  type SplitPlan,
  shuffled,
} from './splits.js';
export { meanOf, summarizeValues, type ValueSummary } from './summarize-values.js';
