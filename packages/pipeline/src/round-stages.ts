import type { EmbeddingLayer } from '@ganscout/extractor';
import { isTrained } from './config/backbone-options.js';
import type { SpaceName, StageOptions } from './config/schema.js';
import { STAGE_NAMES, type StageName } from './stage-name.js';

/** The spaces in which the stages of a round work. */
function usedSpaces(options: StageOptions): Set<SpaceName> {
  const names = stageSpaces(options);
  return new Set(options.ood.attribution === 'argmax' ? [...names, 'logits'] : names);
}

/** The spaces that the stages of a round name, ascending. */
export function stageSpaces({ ood, kmeans, merge, refine }: StageOptions): SpaceName[] {
  return [...new Set([ood, kmeans, merge, refine].flatMap(({ space }) => space))].sort();
}

/** Whether a backbone is trained in each round: its features are whitened then, and its layers take the place of the network on descriptors. */
export function trainsBackbone(rounds: readonly StageOptions[]): boolean {
  return isTrained((rounds[0] as StageOptions).extractor.backbone);
}

/** Whether images are described before the rounds: by the descriptor or a frozen backbone. */
export function needsDescriptions(rounds: readonly StageOptions[]): boolean {
  return !trainsBackbone(rounds) || rounds.some((options) => usedSpaces(options).has('descriptor'));
}

/** The stages in the order in which they are done: a backbone is trained before its features are whitened. */
export function stageOrder(rounds: readonly StageOptions[]): readonly StageName[] {
  if (!trainsBackbone(rounds)) return STAGE_NAMES;
  const others = STAGE_NAMES.filter((name) => name !== 'whiten');
  const at = others.indexOf('train') + 1;
  return [...others.slice(0, at), 'whiten', ...others.slice(at)];
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
 * The basis sees no label, so it is fitted where it is first needed, and again only where its options are others. Of a
 * backbone that is trained in each round the features are others too.
 */
export function basisRound(rounds: readonly StageOptions[], round: number): number | null {
  if (trainsBackbone(rounds)) return needsWhitening(rounds[round - 1] as StageOptions) ? round : null;
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
  const options = rounds[round - 1] as StageOptions;
  const left = new Set<StageName>();
  if (round !== 1 || !needsDescriptions(rounds)) left.add('describe');
  if (whiteningRound(rounds, round) !== round) left.add('whiten');
  if (!trainsBackbone(rounds) && usedLayers(options).length === 0) left.add('train');
  if (round !== rounds.length) left.add('attribute');
  return stageOrder(rounds).filter((name) => !left.has(name));
}

function needsWhitening(options: StageOptions): boolean {
  const isMade = !isTrained(options.extractor.backbone) && usedLayers(options).length > 0;
  const trainsOnIt = isMade && options.extractor.embedding.space.includes('whitened');
  return trainsOnIt || usedSpaces(options).has('whitened');
}

/** Whether a space is a layer of the network that a round trains, or of the head of a backbone. */
export function isLayer(name: SpaceName): name is SpaceName & EmbeddingLayer {
  return name !== 'descriptor' && name !== 'backbone' && name !== 'whitened';
}
