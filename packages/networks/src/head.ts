import type { GraphValue } from '@ganscout/autodiff';
import type { Layers } from './layers.js';

/** What a head makes of features. */
export interface HeadOutputs {
  /** The layers before the embedding, in order, each N × its size, after ReLU and before dropout. */
  readonly hidden: readonly GraphValue[];
  /** N × D: the features that a discovery rests on. */
  readonly embedding: GraphValue;
  /** N × C. */
  readonly logits: GraphValue;
}

const HIDDEN_SIZES = [512, 512, 128];
const DROPOUT = 0.5;

/**
 * The paper's head: linear layers of 512, 512 and 128, each with ReLU and dropout 0.5, then a linear layer to the classes.
 * Arrays are `head.0.weight`, `head.0.bias` to `head.3.bias`; the embedding is that of 128 before its dropout.
 *
 * @param features N × D.
 *
 * Source: S. Girish et al., "Towards Discovery and Attribution of Open-World GAN Generated Images", ICCV 2021.
 */
export function embeddingHead(layers: Layers, features: GraphValue, classCount: number): HeadOutputs {
  checkClassCount(classCount);
  let x = features;
  const all = HIDDEN_SIZES.map((size, i) => {
    const layer = layers.relu(layers.linear(x, `head.${i}`, size));
    x = layers.dropout(layer, `head.${i}`, DROPOUT);
    return layer;
  });
  const logits = layers.linear(x, `head.${HIDDEN_SIZES.length}`, classCount);
  return { hidden: all.slice(0, -1), embedding: all.at(-1)!, logits };
}

/**
 * One linear layer on the features, `head.0.weight` and `head.0.bias`; the embedding is the features.
 *
 * @param features N × D. @param dropout share of features that are dropped in training, in [0, 1); by default 0.
 */
export function linearHead(
  layers: Layers,
  features: GraphValue,
  classCount: number,
  dropout = 0,
): HeadOutputs {
  checkClassCount(classCount);
  const x = layers.dropout(features, 'head.0', dropout);
  return { hidden: [], embedding: features, logits: layers.linear(x, 'head.0', classCount) };
}

function checkClassCount(classCount: number): void {
  if (Number.isInteger(classCount) && classCount >= 1) return;
  throw new RangeError(`head: classCount must be a positive integer, got ${classCount}`);
}
