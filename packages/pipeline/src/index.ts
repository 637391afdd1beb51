export { byDigest } from './by-digest.js';
export {
  type CheckedSource,
  checkUpdate,
  type UpdateCheck,
} from './check-update.js';
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
export { configJsonSchema, type SpaceName, type StageOptions } from './config/schema.js';
export { type DescribedImages, describeImages, openDescribedImages } from './described-images.js';
export { discoverAmong, type FoundAmong } from './discover-among.js';
export {
  attributeRows,
  type EstablishedModel,
  fitExemplarTest,
  type RowAttribution,
} from './established.js';
export { type Evaluation, evaluateRun } from './evaluate-run.js';
export { recordOf } from './event-log.js';
export type { InputCounts, Listener, RunEvent } from './events.js';
export {
  chooseExemplars,
  EXEMPLARS_PER_SOURCE,
  type Exemplars,
  type RowBuffer,
  readBuffer,
  readExemplars,
  selectExemplars,
  writeBuffer,
  writeExemplars,
} from './exemplars.js';
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
export { countInputs, type Dump, gatherDump, threadCount } from './inputs.js';
export { type LabelState, REASONS } from './label-state.js';
export { discoverInMemory, type MemoryDiscovery } from './memory-discovery.js';
export { formatInputs, readInputs } from './outputs.js';
export { readFeatures, tableBeside } from './read-features.js';
export {
  type ImageConstraints,
  type Rediscovery,
  type RediscoveryInput,
  rediscover,
} from './rediscover.js';
export { needsCompressedCopies, trainsBackbone } from './round-stages.js';
export {
  freeBytes,
  holdsRun,
  RUN_FILES,
  type Run,
  RunExistsError,
  readRun,
} from './run-directory.js';
export { planRun, type RunOutcome, type RunSettings, runDiscovery } from './run-discovery.js';
export { type NewRowSettings, type NewRows, openRunModel, type RunModel } from './run-model.js';
export type { AssignmentRow, Figures, RunSummary, SourceRow, StageSummary } from './run-summary.js';
export { readSourceTest, writeSourceTest } from './source-test-files.js';
export { type Apartness, measureApartness } from './sources-apart.js';
export {
  joinSpaces,
  mapSpaces,
  type SpaceFeatures,
} from './space-features.js';
export { STAGE_NAMES, StageError, type StageName } from './stage-name.js';
export type { PlannedStage } from './stage-runner.js';
export { sampleIds } from './stages/describe.js';
export type { SourceScores, SourceTest } from './stages/source-test.js';
export { strangersAmong, type TestedRows } from './strangers-among.js';
