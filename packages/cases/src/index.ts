export { type AddOutcome, addImages, type CaseContext, discardAdd, resumeAdd } from './adding/add-images.js';
export { type AddSummary, summarizeAdd } from './adding/add-summary.js';
export { type AddRequest, DEFAULT_DISCOVER_FROM, RETRAIN_CHOICES } from './adding/pending-add.js';
export { type WatchRequest, watchCase } from './adding/watch-case.js';
export { type CaseState, readCase } from './case-state.js';
export { OperationError } from './operations/source-operations-checks.js';
export {
  changeSources,
  type SourceChange,
  type SourceRequest,
} from './operations/source-operations-request.js';
export { type CaseComparison, compareCases } from './reading/diff-cases.js';
export { type CaseExport, exportCase } from './reading/export-case.js';
export type { ExportFormat } from './reading/export-case-cells.js';
export type { HistoryLine } from './reading/history.js';
export { explainImage, type ImageStory } from './reading/why.js';
export {
  type ListedSource,
  listSources,
  readHistory,
  type SourceDetails,
  type SourceListing,
  showSource,
} from './registry/registry-listing.js';
export type { Drift } from './retraining/drift.js';
export { type Verification, verifyCase } from './verification/verify-case.js';
