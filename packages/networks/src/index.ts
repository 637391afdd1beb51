export type { Backbone, BackboneOutputs } from './backbone.js';
export {
  type Classifier,
  type ClassifierFacts,
  encodeClassifier,
  openClassifier,
  planOf,
} from './classifier-model.js';
export {
  BACKBONE_NAMES,
  type BackboneName,
  type BackboneOptions,
  createBackbone,
} from './create-backbone.js';
export { createGradCam, type ExplainableNetwork, type GradCam, type GradCamOptions } from './grad-cam.js';
export { describeMap, type MapFigures, normalizeMap } from './grad-cam-figures.js';
export { type ImageBatchSize, networkOfOnnx, networkOfPlan } from './grad-cam-network.js';
export {
  enlargeMap,
  type HeatMap,
  joinTileMaps,
  layCoveringTiles,
  type Tile,
  type TileMap,
} from './grad-cam-tiles.js';
export { embeddingHead, type HeadOutputs, linearHead } from './head.js';
export { poolPatches } from './judge-image.js';
export type { BatchSource, LabelledPatches, PatchPixels } from './labelled-patches.js';
export { Layers, type LayersOptions, type MapLayout } from './layers.js';
export { type NetworkCost, networkCost } from './network-cost.js';
export { createPatchScorer, encodeNetwork, type ModelOptions, type PatchScorer } from './network-model.js';
export { buildNetwork, checkPlan, type HeadName, type NetworkPlan } from './network-plan.js';
export {
  createPatchEmbedder,
  EMBEDDER_LAYERS,
  type EmbedderLayer,
  type EmbedderPlan,
  encodeEmbedder,
  type LayerRows,
  type PatchEmbedder,
} from './patch-embedder.js';
export {
  type BatchReport,
  type Checkpoint,
  type EpochReport,
  type NetworkTraining,
  type NetworkTrainingOptions,
  type TrainedNetwork,
  type TrainingHooks,
  trainNetwork,
} from './train-network.js';
export { trainedFrom } from './trained-layers.js';
export { finishedEpochs } from './training-checkpoint.js';
export {
  createTrainingGraph,
  type StepFigures,
  type TrainingGraph,
  type TrainingGraphOptions,
} from './training-graph.js';
export type { EpochFigures } from './training-history.js';
export { decodeWeights, WEIGHT_FORMATS, type WeightFormat } from './weight-file.js';
export { type FitOptions, fitWeights } from './weight-fitting.js';
export type { Weights, WeightTensor } from './weights.js';
