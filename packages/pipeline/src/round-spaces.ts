import { discoveredRows } from '@ganscout/data-model';
import type { ContentBasis, EmbeddingModel, WithinSources } from '@ganscout/extractor';
import { digestOf, digestOfLists } from '@ganscout/storage';
import type { SpaceName, StageOptions } from './config/schema.js';
import { threadCount } from './inputs.js';
import type { LabelState } from './label-state.js';
import { basisRound, usedLayers, whiteningRound } from './round-stages.js';
import type { RoundContext } from './rounds.js';
import { type OfferedSpace, type Spaces, standardizeByKnown } from './spaces.js';
import { stageSeed } from './stage-runner.js';
import { readLayer, readModel, trainStage } from './stages/train.js';
import { type Crops, readBasis, readWhitenedRows, whitenStage } from './stages/whiten.js';
import type { StoredRows } from './stored-rows.js';

/** A network with the digest of the stage that trained it. */
export interface TrainedNetwork {
  readonly model: EmbeddingModel;
  readonly digest: string;
}

/** What whitening starts from, with the digest of the stage that fitted it. */
export interface FittedBasis {
  readonly basis: ContentBasis;
  readonly digest: string;
}

/** Rows that may be whitened, and what content is learned from. */
export interface Content {
  readonly rows: StoredRows;
  /** Null where there is nothing to learn it from. */
  readonly crops: Crops | null;
  /** Digest of what made the rows. */
  readonly digest: string;
}

/**
 * Offers the content-whitened space, fitted in this round or an earlier one, if a stage or the network works in it.
 *
 * @param basis of an earlier round, to be used again if its options are the same.
 */
export async function offerWhitened(
  { input, runner }: RoundContext,
  { rows, crops, digest }: Content,
  spaces: Spaces,
  labels: LabelState,
  basis: FittedBasis | null,
  options: StageOptions,
  round: number,
): Promise<{ spaces: Spaces; basis: FittedBasis | null }> {
  const { config } = input;
  if (whiteningRound(config.rounds, round) !== round) return { spaces, basis };
  if (crops === null) {
    throw new RangeError(
      'the space "whitened" needs crops of images, or a known source with two images to stand in for them',
    );
  }
  const { cropSample: _, compressedSample: __, ...fitting } = options.extractor.whitening;
  const present = basisRound(config.rounds, round) === round ? null : basis;
  const within = withinClusters(rows, labels, fitting.clusterWeight);
  const seed = stageSeed(config.run.seed, 'whiten', round);
  const clusters = within === null ? '' : digestOfLists([within.rows, within.labels]);
  const inputs = { features: digest, seed: String(seed), basis: present?.digest ?? '', clusters };
  const key = { round, stage: 'whiten', options: fitting, inputs } as const;
  const whitened = await runner.run(
    key,
    (writer) => whitenStage({ rows, crops, basis: present?.basis ?? null, within }, fitting, seed, writer),
    (output) => ({
      rows: readWhitenedRows(output, rows),
      basis: present ?? { basis: readBasis(output), digest: output.digest },
    }),
  );
  const offered = { name: 'whitened', rows: whitened.result.rows, digest: whitened.digest } as const;
  return { spaces: spaces.with([offered]), basis: whitened.result.basis };
}

/** The images of the clusters found so far, as rows of both sets together; null if they are to play no part. */
function withinClusters(
  { knownIds }: StoredRows,
  { assignment }: LabelState,
  weight: number,
): WithinSources | null {
  const found = discoveredRows(assignment);
  if (weight === 0 || found.length === 0) return null;
  return {
    rows: found.map((row) => knownIds.length + row),
    labels: found.map((row) => assignment.labels[row] as number),
    weight,
  };
}

/** Trains the network if a stage works in one of its layers, and offers those layers. */
export async function offerLayers(
  { input, runner, listener, signal }: RoundContext,
  spaces: Spaces,
  labels: LabelState,
  previous: TrainedNetwork | null,
  options: StageOptions,
  round: number,
): Promise<{ spaces: Spaces; network: TrainedNetwork | null }> {
  const layers = usedLayers(options);
  if (layers.length === 0) return { spaces, network: previous };
  const { space, ...embedding } = options.extractor.embedding;
  const rows = spaces.rows(space);
  const { config, knownLabels } = input;
  const seed = stageSeed(config.run.seed, 'train', round);
  const key = {
    round,
    stage: 'train',
    options: { ...options.extractor.embedding, layers },
    inputs: {
      features: spaces.digest(space),
      labels: digestOf(new Uint8Array(labels.assignment.labels.buffer)),
      known: input.knownDigest,
      previous: previous?.digest ?? '',
      seed: String(seed),
    },
  } as const;
  const onProgress = (done: number) =>
    listener({ type: 'progress', stage: 'train', done, total: embedding.epochs, unit: 'epochs' });
  const trained = await runner.run(
    key,
    (writer) =>
      trainStage(
        { rows, knownLabels, state: labels, previous: previous?.model ?? null, layers, round },
        embedding,
        seed,
        writer,
        { threads: threadCount(config.run.threads), signal, onProgress },
      ),
    (output) => ({
      model: readModel(output),
      layers: layers.map((layer) => ({ layer, rows: readLayer(output, rows, layer, round) })),
    }),
  );
  const { digest, result } = trained;
  const offered = result.layers.map(({ layer, rows: layerRows }): OfferedSpace => {
    return {
      name: layer as SpaceName,
      rows: layer === 'logits' ? layerRows : standardizeByKnown(layerRows),
      digest,
    };
  });
  return { spaces: spaces.with(offered), network: { model: result.model, digest } };
}
