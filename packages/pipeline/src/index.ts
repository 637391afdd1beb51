export type { ClassifierFigures, SourceFigures } from './classifier/classifier-figures.js';
export { FIGURE_NAMES } from './classifier/classifier-figures.js';
export type { ClassifierSummary } from './classifier/classifier-summary.js';
export {
  type Classification,
  type ClassifiedImage,
  classifyImages,
  readClassifier,
} from './classifier/classify-images.js';
export {
  type ClassifierTraining,
  type TrainingOutcome,
  trainClassifier,
} from './classifier/train-classifier.js';
export type { TrainingSettings } from './classifier/train-from-checkpoint.js';
export type { TrainingEvent, TrainingListener } from './classifier/training-events.js';
export {
  AUGMENTATION_NAMES,
  CLASSIFIER_DEFAULTS,
  type ClassifierOptions,
  type ComputingOptions,
  checkClassifierOptions,
  OPTIMIZER_NAMES,
  SCHEDULE_NAMES,
} from './classifier/training-options.js';
export { ConfigError, type ConfigProblem } from './config/config-error.js';
export { type LoadedConfig, loadConfig, parseConfig } from './config/load.js';
export { formatConfig, type ResolvedConfig, resolveConfig } from './config/resolve.js';
export { configJsonSchema } from './config/schema.js';
export { type DescribedImages, describeImages } from './described-images.js';
export { type Evaluation, evaluateRun } from './evaluate-run.js';
export { recordOf } from './event-log.js';
export type { InputCounts, Listener, RunEvent } from './events.js';
export {
  type ExplainedImage,
  type ExplainedSource,
  explainNetwork,
  type NetworkExplanation,
  type NetworkExplanationSettings,
} from './explanation/explain-network.js';
export {
  type ExplainedSpectrum,
  explainSources,
  type SourceExplanation,
  type SourceExplanationSettings,
} from './explanation/explain-sources.js';
export type { ForeignModel, ForeignNormalization } from './explanation/explained-model.js';
export { type Identification, identifyImages, type NearSource } from './identify.js';
export type { LabelState } from './label-state.js';
export { discoverInMemory, type MemoryDiscovery } from './memory-discovery.js';
export { needsCompressedCopies } from './round-stages.js';
export { freeBytes, type Run, RunExistsError, readRun } from './run-directory.js';
export { planRun, type RunOutcome, type RunSettings, runDiscovery } from './run-discovery.js';
export { RunLockedError } from './run-lock.js';
export type { AssignmentRow, Figures, RunSummary, SourceRow, StageSummary } from './run-summary.js';
export { STAGE_NAMES, StageError, type StageName } from './stage-name.js';
export type { PlannedStage } from './stage-runner.js';
