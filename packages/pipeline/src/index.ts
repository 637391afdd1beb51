export { byDigest } from './by-digest.js';
export {
  type CheckCandidates,
  type CheckedSource,
  openUpdateCheck,
  type UpdateCheck,
} from './check-update.js';
export type { ClassifierFigures, SourceFigures } from './classifier/classifier-figures.js';
export type { ClassifierSummary } from './classifier/classifier-summary.js';
export type { Classification, ClassifiedImage } from './classifier/classify-images.js';
export type { ClassifierTraining, TrainingOutcome } from './classifier/train-classifier.js';
export type { TrainingSettings } from './classifier/train-from-checkpoint.js';
export type { TrainingEvent, TrainingListener } from './classifier/training-events.js';
export {
  CLASSIFIER_DEFAULTS,
  type ClassifierOptions,
  type ComputingOptions,
  checkClassifierOptions,
} from './classifier/training-options.js';
export { ConfigError, type ConfigProblem } from './config/config-error.js';
export { type LoadedConfig, loadConfig, parseConfig } from './config/load.js';
export { formatConfig, type ResolvedConfig, resolveConfig } from './config/resolve.js';
export { configJsonSchema, type SpaceName, type StageOptions } from './config/schema.js';
export {
  type DescribedImages,
  describeImages,
  joinDescriptions,
  openDescribedImages,
} from './described-images.js';
export { discoverAmong, type FoundAmong } from './discover-among.js';
export {
  classifyImages,
  discoverInMemory,
  evaluateRun,
  explainNetwork,
  explainSources,
  identifyImages,
  planRun,
  rediscover,
  runDiscovery,
  trainClassifier,
} from './entry-points.js';
export {
  attributeRows,
  type EstablishedModel,
  fitExemplarTest,
  type RowAttribution,
} from './established.js';
export type { Evaluation } from './evaluate-run.js';
export {
  createStudyTruth,
  type ScoredExtras,
  type StudyTruth,
  scoreAssignment,
  scoreWithIntervals,
} from './evaluation.js';
export { type RunTimings, readTimings, recordOf, type StageTiming } from './event-log.js';
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
export type {
  ExplainedImage,
  ExplainedSource,
  NetworkExplanation,
  NetworkExplanationSettings,
} from './explanation/explain-network.js';
export type {
  ExplainedSpectrum,
  SourceExplanation,
  SourceExplanationSettings,
} from './explanation/explain-sources.js';
export type { ForeignModel, ForeignNormalization } from './explanation/explained-model.js';
export { drawSpectrum, rangeOfSpectra, type SourceSpectrum } from './explanation/spectrum-pictures.js';
export type { Identification, NearSource } from './identify.js';
export {
  countInputs,
  type Dump,
  gatherDump,
  gatherInputs,
  gatherTruth,
  threadCount,
} from './inputs.js';
export { type LabelState, REASONS } from './label-state.js';
export type { MemoryDiscovery } from './memory-discovery.js';
export type { KeptStages } from './memory-runner.js';
export { formatInputs, readInputs } from './outputs.js';
export { readFeatures, tableBeside } from './read-features.js';
export type { ImageConstraints, Rediscovery, RediscoveryInput } from './rediscover.js';
export { needsCompressedCopies, trainsBackbone } from './round-stages.js';
export {
  holdsRun,
  RUN_FILES,
  type Run,
  RunExistsError,
  readRun,
} from './run-directory.js';
export type { RunOutcome, RunSettings } from './run-discovery.js';
export { type NewRowSettings, type NewRows, openRunModel, type RunModel } from './run-model.js';
export type { AssignmentRow, Figures, RunSummary, SourceRow, StageSummary } from './run-summary.js';
export { describeMachine, softwareVersions } from './software.js';
export { readSourceTest, writeSourceTest } from './source-test-files.js';
export { type Apartness, measureApartness } from './sources-apart.js';
export {
  joinSpaces,
  mapSpaces,
  type SpaceFeatures,
} from './space-features.js';
export type { SpaceRows } from './spaces.js';
export { STAGE_NAMES, StageError, type StageName } from './stage-name.js';
export type { PlannedStage } from './stage-runner.js';
export { completeLabels } from './stages/attribute.js';
export { sampleIds } from './stages/describe.js';
export type { SourceScores, SourceTest } from './stages/source-test.js';
export { strangersAmong, type TestedRows } from './strangers-among.js';
