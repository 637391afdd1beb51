export { FIGURES, type FigureName, type FigureValues, meetsAim } from './aims.js';
export { type DataSet, readDataSet } from './data-set.js';
export {
  type CaseReport,
  type EvaluationContext,
  type EvaluationRequest,
  evaluateDataSet,
  type SplitReport,
} from './evaluate-data-set.js';
export { formatMarkdown } from './markdown.js';
export type { Report } from './report.js';
export { planSplit, type SplitOptions, type SplitPlan } from './splits.js';
