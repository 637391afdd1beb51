export { type AddOutcome, addImages, type CaseContext, discardAdd, resumeAdd } from './adding/add-images.js';
export { type AddSummary, summarizeAdd } from './adding/add-summary.js';
export { type AddRequest, DEFAULT_DISCOVER_FROM, RETRAIN_CHOICES } from './adding/pending-add.js';
export { type WatchRequest, watchCase } from './adding/watch-case.js';
export { CASE_FILES } from './case-files.js';
export { type CaseState, readCase } from './case-state.js';
export { OperationError } from './operations/source-operations-checks.js';
export {
  changeSources,
  type SourceChange,
  type SourceRequest,
} from './operations/source-operations-request.js';
export type { CaseTable, Cell, ColumnType } from './reading/case-table.js';
export { openCaseView } from './reading/case-view.js';
export { type CaseComparison, compareCases } from './reading/diff-cases.js';
export {
  ASSIGNMENT_COLUMNS,
  assignmentCells,
  assignmentTable,
  historyTable,
  sourceTable,
} from './reading/export-case-tables.js';
export type { HistoryLine } from './reading/history.js';
export { type KnownSourceTest, readKnownSourceTest } from './reading/known-source-test.js';
export type { Provenance } from './reading/provenance.js';
export type {
  CaseView,
  CaseViewSettings,
  CopiedInput,
  UnusableInput,
  ViewedImage,
  ViewedSource,
} from './reading/viewed-case.js';
export { explainImage, type ImageStory } from './reading/why.js';
export { knownNumbers } from './registry/known-numbers.js';
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
