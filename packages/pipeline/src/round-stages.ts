import type { EmbeddingLayer } from '@ganscout/extractor';
import type { SpaceName, StageOptions } from './config/schema.js';
import type { StageName } from './stage-name.js';

/** The spaces in which the stages of a round work. */
export function usedSpaces({ ood, kmeans, merge, refine }: StageOptions): Set<SpaceName> {
  const names = [ood, kmeans, merge, refine].flatMap(({ space }) => space);
  return new Set(ood.attribution === 'argmax' ? [...names, 'logits'] : names);
}

/** The layers of the network in which the stages of a round work; without any the network is not trained. */
export function usedLayers(options: StageOptions): (SpaceName & EmbeddingLayer)[] {
  return [...usedSpaces(options)].filter(isLayer);
}

/**
 * The round in which the whitening that a round works with is fitted, or null if the round does without.
 *
 * With a weight for what varies within clusters that is the round itself, else {@link basisRound}.
 */
export function whiteningRound(rounds: readonly StageOptions[], round: number): number | null {
  const fitted = basisRound(rounds, round);
  const { clusterWeight } = (rounds[round - 1] as StageOptions).extractor.whitening;
  return fitted !== null && clusterWeight > 0 ? round : fitted;
}

/**
 * The round in which the basis of a round's whitening is fitted, or null if the round does without.
 *
 * The basis sees no label, so it is fitted where it is first needed, and again only where its options are others.
 */
export function basisRound(rounds: readonly StageOptions[], round: number): number | null {
  let fitted = 0;
  let fittedOptions = '';
  for (const [i, options] of rounds.slice(0, round).entries()) {
    const whitening = JSON.stringify(options.extractor.whitening);
    if (!needsWhitening(options) || whitening === fittedOptions) continue;
    fitted = i + 1;
    fittedOptions = whitening;
  }
  return needsWhitening(rounds[round - 1] as StageOptions) ? fitted : null;
}

/** Whether a round evens out what compression changes, for which compressed copies of images must be described. */
export function needsCompressedCopies(rounds: readonly StageOptions[]): boolean {
  return rounds.some(
    (options) => options.extractor.whitening.compressionWeight > 0 && needsWhitening(options),
  );
}

/** The stages of a round in order; `attribute` belongs to the last one. */
export function stagesOfRound(rounds: readonly StageOptions[], round: number): StageName[] {
  return [
    ...(round === 1 ? (['describe'] as const) : []),
    ...(whiteningRound(rounds, round) === round ? (['whiten'] as const) : []),
    ...(usedLayers(rounds[round - 1] as StageOptions).length > 0 ? (['train'] as const) : []),
    'ood',
    'kmeans',
    'merge',
    'refine',
    ...(round === rounds.length ? (['attribute'] as const) : []),
  ];
}

function needsWhitening(options: StageOptions): boolean {
  const trainsOnIt = usedLayers(options).length > 0 && options.extractor.embedding.space.includes('whitened');
  return trainsOnIt || usedSpaces(options).has('whitened');
}

function isLayer(name: SpaceName): name is SpaceName & EmbeddingLayer {
  return name !== 'descriptor' && name !== 'whitened';
}
