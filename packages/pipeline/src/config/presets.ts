import { kmeansGirish2021 } from '@ganscout/kmeans';
import { mergeGirish2021 } from '@ganscout/nn-merge';
import { refineGirish2021 } from '@ganscout/refine';
import { wtaGirish2021 } from '@ganscout/wta-ood';
import { FROZEN } from './backbone-options.js';
import type { PresetName } from './schema.js';
import { isTree, mergeTrees, type Tree } from './tree.js';

/**
 * The published recipe, with every constant of it that has a meaning here.
 *
 * The network's last hidden layer, standardized by the known set, is the space of every stage.
 *
 * Source: S. Girish, S. Suri, S. Rambhatla, A. Shrivastava, "Towards Discovery and Attribution of Open-world GAN
 * Generated Images", ICCV 2021, and its published code.
 * Departs from the source: without a backbone the frozen descriptor stands in for the ImageNet ResNet-50's 2048
 * features, so its image augmentation has no place; self-pairs are left out of the distance quantile; float32 throughout; merging and refining
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

/**
 * What the recipe says of a network that is trained on images.
 *
 * Departs from the source: native crops in place of images resized to 256 pixels, and all of a network learns that does not
 * start from published weights.
 */
const GIRISH_2021_NETWORK: Tree = {
  extractor: {
    backbone: {
      epochs: 50,
      batchSize: 256,
      learningRate: 1e-4,
      schedule: 'constant',
      sampling: 'weighted',
      augmentation: 'paper',
    },
  },
  rounds: { 2: { extractor: { backbone: { epochs: 100 } } } },
};

/**
 * Where a network learns from crops: half as many epochs once it has learned, on more images; and a merge limit nearer to the
 * distances within known sources, which a network that was trained on them drives farther apart than unknown ones.
 */
const TRAINED_NETWORK: Tree = {
  merge: { limitWeight: 0.7 },
  rounds: { 2: { extractor: { backbone: { epochs: 4 } } } },
};

/**
 * The options that a preset sets; everything else has the default of its schema.
 *
 * @param backbone the block `extractor.backbone` as it is written; a network that learns has options of its own.
 */
export function presetTree(name: PresetName, backbone?: unknown): Tree {
  const learns = isTree(backbone) && !('model' in backbone) && backbone.trainFrom !== FROZEN;
  if (name === 'girish2021') return learns ? mergeTrees(GIRISH_2021, GIRISH_2021_NETWORK) : GIRISH_2021;
  return learns ? TRAINED_NETWORK : {};
}
