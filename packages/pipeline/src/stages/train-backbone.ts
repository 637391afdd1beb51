import type { Device } from '@ganscout/autodiff';
import { decodeNpy, encodeNpy, encodeNpyParts, type FeatureSet, type ImageId } from '@ganscout/data-model';
import { rowsOf } from '@ganscout/extractor';
import { createPatchLoader, type ImageRecord, type PatchLoader } from '@ganscout/images';
import {
  type Backbone,
  type Checkpoint,
  createBackbone,
  createPatchEmbedder,
  decodeWeights,
  EMBEDDER_LAYERS,
  type EmbedderLayer,
  type EpochReport,
  encodeEmbedder,
  finishedEpochs,
  type TrainingHooks,
  trainNetwork,
  type Weights,
} from '@ganscout/networks';
import { embedTiles } from '../backbone/tile-features.js';
import { CROPS_PER_IMAGE } from '../backbone/tile-layout.js';
import { cropBatches, type LabelledRows, lossWeights } from '../backbone/training-crops.js';
import { AUGMENTATIONS, scheduleOf } from '../classifier/training-options.js';
import type { NetworkOptions } from '../config/backbone-options.js';
import type { LabelState } from '../label-state.js';
import type { SpaceRows } from '../spaces.js';
import type { StageOutput, StageWriter } from '../stage-store.js';
import type { Crops } from './whiten.js';

/** What a backbone is trained on, and what is read of it. */
export interface BackboneTraining {
  /** All images, the known ones first. */
  readonly records: readonly ImageRecord[];
  readonly knownLabels: Int32Array;
  readonly state: LabelState;
  /** Where the arrays start: those of the round before, or of a file. */
  readonly weights: Weights;
  /** Images whose crops are kept. */
  readonly cropsOf: ReadonlySet<ImageId>;
}

/** What surrounds the training of a backbone. */
export interface BackboneContext {
  readonly seed: number;
  readonly device: Device;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly onEpoch: (report: EpochReport) => void;
  readonly onProgress: (done: number, total: number, unit: string) => void;
}

const FILES = { weights: 'weights.safetensors', last: 'last.safetensors', history: 'history.json' } as const;

/** Last layer of the head, whose classes change from round to round. */
const LAST_LAYER = 'head.3.';

/**
 * Trains a network on crops of the known and the discovered images, and reads its layers for all images.
 *
 * All layers are kept, so that other stages may choose others without another training.
 *
 * A checkpoint is kept after every epoch: an interrupted stage goes on with the next, to the same bytes.
 */
export async function trainBackboneStage(
  training: BackboneTraining,
  options: NetworkOptions,
  writer: StageWriter,
  context: BackboneContext,
): Promise<void> {
  const { records } = training;
  const { patch, augmentation } = options;
  const loader = createPatchLoader(records, {
    patchSize: patch,
    seed: context.seed,
    augmentation: AUGMENTATIONS[augmentation],
  });
  try {
    const weights = await learn(training, options, loader, writer, context);
    await readOut(training, weights, options, loader, writer, context);
  } finally {
    await loader.close();
  }
  writer.remove(FILES.last);
}

/** The network that the options name. */
export function backboneOf({ name, patch }: NetworkOptions): Backbone {
  return createBackbone(name, name === 'pose' ? { image: patch } : {});
}

async function learn(
  { knownLabels, state, weights, records }: BackboneTraining,
  options: NetworkOptions,
  loader: PatchLoader,
  writer: StageWriter,
  context: BackboneContext,
): Promise<Weights> {
  const rows = labelledRows(knownLabels, state, records.length);
  const training = cropBatches(rows, loader, options, context.seed);
  const { classCount } = rows;
  const plan = {
    backbone: backboneOf(options),
    head: 'paper',
    classCount,
    patchSize: options.patch,
  } as const;
  const start = new Map([...weights].filter(([name]) => !name.startsWith(LAST_LAYER)));
  const checkpoint = readCheckpoint(writer);
  const finished = checkpoint === null ? 0 : finishedEpochs(checkpoint.last);
  const trained = await trainNetwork(
    { plan, weights: start, trainFrom: options.trainFrom, training, heldBack: null },
    {
      ...options,
      ...context,
      optimizer: { kind: 'adam' },
      schedule: scheduleOf(options, options.epochs * training.batchCount),
      labelSmoothing: 0,
      classWeights: lossWeights(rows, options),
      maxGradientNorm: null,
      patience: null,
    },
    trainingHooks(options, training.batchCount, finished, writer, context),
    checkpoint,
  );
  writer.write(FILES.history, `${JSON.stringify(trained.history, null, 2)}\n`);
  return trained.weights;
}

/** Keeps checkpoints and tells of the progress. @param finished epochs that were done before. */
function trainingHooks(
  { epochs, batchSize }: NetworkOptions,
  batchCount: number,
  finished: number,
  writer: StageWriter,
  { now, signal, onEpoch, onProgress }: BackboneContext,
): TrainingHooks {
  const advance = (batches: number) =>
    onProgress(batches * batchSize, epochs * batchCount * batchSize, 'crops');
  // What is done already does not count as speed.
  advance(finished * batchCount);
  return {
    now,
    signal,
    onEpoch,
    onBatch: ({ epoch, batch }) => advance((epoch - 1) * batchCount + batch),
    onCheckpoint({ last, best }) {
      // The weights first: if they are of an epoch after `last`, that epoch is done again and gives the same.
      if (best !== null) writer.write(FILES.weights, best);
      writer.write(FILES.last, last);
    },
  };
}

function labelledRows(knownLabels: Int32Array, { assignment }: LabelState, count: number): LabelledRows {
  const { labels: found, knownCount, clusterCount } = assignment;
  const labels = new Int32Array(count).fill(-1);
  labels.set(knownLabels);
  labels.set(
    found.map((label) => (label >= knownCount ? label : -1)),
    knownLabels.length,
  );
  return { labels, classCount: clusterCount };
}

function readCheckpoint(writer: StageWriter): Checkpoint | null {
  if (!writer.has(FILES.last) || !writer.has(FILES.weights)) return null;
  const last = writer.read(FILES.last);
  return finishedEpochs(last) === 0 ? null : { last, best: writer.read(FILES.weights) };
}

async function readOut(
  { records, knownLabels, state, cropsOf }: BackboneTraining,
  weights: Weights,
  options: NetworkOptions,
  loader: PatchLoader,
  writer: StageWriter,
  { device, signal, onProgress }: BackboneContext,
): Promise<void> {
  const { patch, tiles, threads } = options;
  const plan = { backbone: backboneOf(options), patchSize: patch, classCount: state.assignment.clusterCount };
  const embedder = await createPatchEmbedder(encodeEmbedder(plan, weights), patch, { threads, device });
  try {
    const request = { records, layers: EMBEDDER_LAYERS, cropsOf, side: patch, most: tiles };
    const progress = (done: number) => onProgress(done, records.length, 'images');
    const features = await embedTiles(request, loader, embedder, { signal, onProgress: progress });
    for (const [i, layer] of EMBEDDER_LAYERS.entries()) {
      const { dims, data } = features.layers[i] as (typeof features.layers)[number];
      const split = knownLabels.length * dims;
      const write = (name: string, part: Float32Array) =>
        writer.write(
          `${name}-${layer}.npy`,
          encodeNpyParts({ shape: [part.length / dims, dims], data: part }),
        );
      write('known', data.subarray(0, split));
      write('discovery', data.subarray(split));
    }
    const dims = features.layers[EMBEDDER_LAYERS.indexOf('backbone')]?.dims ?? 0;
    const shape = [dims === 0 ? 0 : features.crops.length / (CROPS_PER_IMAGE * dims), CROPS_PER_IMAGE, dims];
    writer.write('crops.npy', encodeNpy({ shape, data: features.crops }));
  } finally {
    await embedder.release();
  }
}

/** What {@link trainBackboneStage} wrote. */
export interface TrainedBackboneOutput {
  readonly weights: Weights;
  readonly layers: ReadonlyMap<EmbedderLayer, SpaceRows>;
  /** Null if no image is large enough for crops, or none was asked for. */
  readonly crops: Crops | null;
}

/** Reads the network of {@link trainBackboneStage}. */
export function readBackboneWeights(output: Pick<StageOutput, 'read'>): Weights {
  return decodeWeights(output.read(FILES.weights), 'safetensors');
}

/** Reads what {@link trainBackboneStage} wrote. */
export function readTrainedBackbone(
  output: StageOutput,
  ids: { readonly known: readonly ImageId[]; readonly discovery: readonly ImageId[] },
  round: number,
): TrainedBackboneOutput {
  const read = (name: 'known' | 'discovery', layer: EmbedderLayer): FeatureSet => {
    const { shape, data } = decodeNpy(output.read(`${name}-${layer}.npy`));
    const space = { extractor: 'backbone', layer, round, transform: '' };
    return { ids: ids[name], dims: shape[1] as number, data: data as Float32Array, space };
  };
  const rows = EMBEDDER_LAYERS.map((layer) => {
    return [layer, { known: read('known', layer), discovery: read('discovery', layer) }] as const;
  });
  const { shape, data } = decodeNpy(output.read('crops.npy'));
  const source = rowsOf(data as Float32Array, shape[2] as number);
  const crops = { source, perImage: CROPS_PER_IMAGE, compressedPairs: new Float32Array(0) };
  return {
    weights: readBackboneWeights(output),
    layers: new Map(rows),
    crops: data.length === 0 ? null : crops,
  };
}
