import { kmeansGirish2021 } from '@ganscout/kmeans';
import { mergeGirish2021 } from '@ganscout/nn-merge';
import { refineGirish2021 } from '@ganscout/refine';
import { wtaGirish2021 } from '@ganscout/wta-ood';
import type { PresetName } from './schema.js';
import type { Tree } from './tree.js';

/**
 * The published recipe, with every constant of it that has a meaning here.
 *
 * The network's last hidden layer, standardized by the known set, is the space of every stage.
 *
 * Source: S. Girish, S. Suri, S. Rambhatla, A. Shrivastava, "Towards Discovery and Attribution of Open-world GAN
 * Generated Images", ICCV 2021, and its published code.
 * Departs from the source: the frozen descriptor stands in for the ImageNet ResNet-50's 2048 features, so its image
 * augmentation has no place; self-pairs are left out of the distance quantile; float32 throughout; merging and refining
 * see the standardized features that k-means sees; k-means converges.
 */
const GIRISH_2021: Tree = {
  extractor: {
    embedding: {
      space: ['descriptor'],
      hiddenSizes: [512, 512, 128],
      dropout: 0.5,
      learningRate: 1e-4,
      batchSize: 256,
      epochs: 50,
      classWeights: 'balanced',
      warmStart: true,
    },
  },
  ood: { space: ['embedding'], scores: ['wta'], images: 'unassigned', pooling: 'none', ...wtaGirish2021 },
  kmeans: { space: ['embedding'], images: 'unassigned', ...kmeansGirish2021 },
  merge: { space: ['embedding'], ...mergeGirish2021 },
  refine: { space: ['embedding'], ...refineGirish2021 },
  rounds: { 2: { extractor: { embedding: { epochs: 100 } } } },
};

/** The options that a preset sets; everything else has the default of its schema. */
export function presetTree(name: PresetName): Tree {
  return name === 'girish2021' ? GIRISH_2021 : {};
}
