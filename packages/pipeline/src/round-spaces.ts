import type { EmbeddingLayer, EmbeddingModel } from '@ganscout/extractor';
import type { SpaceName, StageOptions } from './config/schema.js';
import { digestOf } from './durable-files.js';
import type { LabelState } from './label-state.js';
import type { RoundContext } from './rounds.js';
import { type OfferedSpace, type Spaces, standardizeByKnown } from './spaces.js';
import { stageSeed } from './stage-runner.js';
import { readLayer, readModel, trainStage } from './stages/train.js';
import { readWhitenedRows, whitenStage } from './stages/whiten.js';

/** A network with the digest of the stage that trained it. */
export interface TrainedNetwork {
  readonly model: EmbeddingModel;
  readonly digest: string;
}

/**
 * Offers the content-whitened space if a stage or the network works in it.
 *
 * Whitening sees no label, so it is done once, in the first round, and again only if its options change.
 */
export async function offerWhitened(
  { input, runner }: RoundContext,
  spaces: Spaces,
  options: StageOptions,
  round: number,
): Promise<Spaces> {
  const { config, crops, rows, digest } = input;
  const { whitening, embedding } = options.extractor;
  const isWanted = usedSpaces(options).has('whitened') || embedding.space.includes('whitened');
  const before = config.rounds[round - 2]?.extractor.whitening;
  const isDone = spaces.has('whitened') && JSON.stringify(before) === JSON.stringify(whitening);
  if (!isWanted || isDone) return spaces;
  if (crops === null) {
    throw new RangeError(
      'the space "whitened" needs crops of images, or a known source with two images to stand in for them',
    );
  }
  const { cropSample: _, ...fitting } = whitening;
  const key = { round, stage: 'whiten', options: fitting, inputs: { features: digest } } as const;
  const seed = stageSeed(config.run.seed, 'whiten', round);
  const whitened = await runner.run(
    key,
    (writer) => whitenStage(rows, crops, fitting, seed, writer),
    (output) => readWhitenedRows(output, rows),
  );
  return spaces.with([{ name: 'whitened', rows: whitened.result, digest: whitened.digest }]);
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
  const layers = [...usedSpaces(options)].filter(isLayer);
  if (layers.length === 0) return { spaces, network: previous };
  const { space, ...embedding } = options.extractor.embedding;
  const rows = spaces.rows(space);
  const { config, knownLabels } = input;
  const key = {
    round,
    stage: 'train',
    options: { ...options.extractor.embedding, layers },
    inputs: {
      features: spaces.digest(space),
      labels: digestOf(new Uint8Array(labels.assignment.labels.buffer)),
      previous: previous?.digest ?? '',
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
        stageSeed(config.run.seed, 'train', round),
        writer,
        { signal, onProgress },
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

/** The spaces in which the stages of a round work. */
export function usedSpaces({ ood, kmeans, merge, refine }: StageOptions): Set<SpaceName> {
  const names = [ood, kmeans, merge, refine].flatMap(({ space }) => space);
  return new Set(ood.attribution === 'argmax' ? [...names, 'logits'] : names);
}

function isLayer(name: SpaceName): name is SpaceName & EmbeddingLayer {
  return name !== 'descriptor' && name !== 'whitened';
}
