import {
  concatenateRows,
  decodeNpy,
  discoveredRows,
  encodeNpy,
  type FeatureSet,
  selectRows,
} from '@ganscout/data-model';
import {
  decodeEmbedding,
  type EmbeddingLayer,
  type EmbeddingModel,
  type EmbeddingOptions,
  embed,
  encodeEmbedding,
  trainEmbedding,
} from '@ganscout/extractor';
import { fitStandardization } from '@ganscout/numeric';
import type { LabelState } from '../label-state.js';
import type { SpaceRows } from '../spaces.js';
import type { StageOutput, StageWriter } from '../stage-store.js';

/** What a training starts from. */
export interface TrainingInput {
  readonly rows: SpaceRows;
  readonly knownLabels: Int32Array;
  readonly state: LabelState;
  /** The network of the round before. */
  readonly previous: EmbeddingModel | null;
  /** Layers that other stages work in. */
  readonly layers: readonly EmbeddingLayer[];
  readonly round: number;
}

/** Trains the network on the known set and the discovered images, and reads the layers out for all images. */
export async function trainStage(
  { rows, knownLabels, state, previous, layers, round }: TrainingInput,
  options: EmbeddingOptions,
  seed: number,
  writer: StageWriter,
  context: { threads: number; signal: AbortSignal; onProgress: (epoch: number) => void },
): Promise<void> {
  const { labels, clusterCount } = state.assignment;
  const discovered = discoveredRows(state.assignment);
  const trainingRows = concatenateRows(rows.known, selectRows(rows.discovery, discovered));
  const trainingLabels = Int32Array.from([...knownLabels, ...discovered.map((row) => labels[row] as number)]);
  const model = await trainEmbedding(trainingRows, trainingLabels, clusterCount, options, {
    seed,
    round,
    threads: context.threads,
    signal: context.signal,
    standardization: fitStandardization(rows.known.data, rows.known.dims),
    onEpoch: ({ epoch }) => context.onProgress(epoch),
    ...(previous === null ? {} : { previous }),
  });
  for (const [name, bytes] of encodeEmbedding(model)) writer.write(name, bytes);
  for (const layer of layers) {
    for (const [name, features] of Object.entries(rows)) {
      const { dims, data } = await embed(model, features, layer);
      writer.write(`${name}-${layer}.npy`, encodeNpy({ shape: [features.ids.length, dims], data }));
    }
  }
}

/** Reads the network of {@link trainStage}. */
export function readModel(output: StageOutput): EmbeddingModel {
  return decodeEmbedding(new Map(output.files.map((name) => [name, output.read(name)])));
}

/** Reads one layer of {@link trainStage} for both sets. */
export function readLayer(
  output: StageOutput,
  { known, discovery }: SpaceRows,
  layer: EmbeddingLayer,
  round: number,
): SpaceRows {
  const read = (name: string, { ids }: FeatureSet): FeatureSet => {
    const { shape, data } = decodeNpy(output.read(`${name}-${layer}.npy`));
    const space = { extractor: 'network', layer, round, transform: '' };
    return { ids, dims: shape[1] as number, data: data as Float32Array, space };
  };
  return { known: read('known', known), discovery: read('discovery', discovery) };
}
