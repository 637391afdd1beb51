export { FIGURES, type FigureName, type FigureValues, meetsAim } from './aims.js';
export {
  type CaseReport,
  type EvaluationContext,
  type EvaluationRequest,
  evaluateDataSet,
  type SplitReport,
} from './evaluate-data-set.js';
export { formatMarkdown } from './markdown.js';
export type { Report } from './report.js';
