/** A discovery with a configuration: a preset, or one of its stages left out. */
export interface ConfiguredMethod {
  readonly id: string;
  readonly title: string;
  /** What it is, and how a stage was left out where no option does so: a sentence. */
  readonly note: string;
  /** Added to the configuration's own settings. */
  readonly settings: readonly string[];
}

/** What all other methods are compared with. */
export const REFERENCE: ConfiguredMethod = {
  id: 'default',
  title: 'preset default',
  note: 'the configuration as it is, on the preset default',
  settings: ['preset=default'],
};

/** Presets side by side, the reference first. */
export const PRESETS: readonly ConfiguredMethod[] = [
  REFERENCE,
  {
    id: 'girish2021',
    title: 'preset girish2021',
    note: 'the published recipe with its constants: 500 clusters, those of at most 100 images dissolved',
    settings: ['preset=girish2021'],
  },
  {
    id: 'girish2021-scaled',
    title: 'preset girish2021, its sizes scaled',
    note: 'the same with the sizes of the default preset, since the published ones are made for tens of thousands of images: one cluster for each 8 images, those of fewer than 10 dissolved',
    settings: ['preset=girish2021', 'kmeans.clusterCount=auto', 'refine.minimumSize=10'],
  },
];

/** The default preset, each time with one stage or part of one left out. */
export const ABLATIONS: readonly ConfiguredMethod[] = [
  {
    id: 'without-whitening',
    title: 'without whitening',
    note: 'content is not evened out: with whitening.shrinkage 1 and clusterWeight 0 the 40 leading principal components are left, clipped and of unit length as before',
    settings: ['extractor.whitening.shrinkage=1', 'extractor.whitening.clusterWeight=0'],
  },
  {
    id: 'without-test',
    title: 'without the out-of-distribution test',
    note: 'no known source accepts an image (the hash alone, at the least distance of two labelled images, without pooling), so that all images are clustered; images of known sources form clusters too and count as rejected',
    settings: ['ood.scores=[wta]', 'ood.calibration=pairwise', 'ood.thresholdQuantile=0', 'ood.pooling=none'],
  },
  {
    id: 'without-mahalanobis',
    title: 'test by the hash alone',
    note: 'without the Mahalanobis distance',
    settings: ['ood.scores=[wta]'],
  },
  {
    id: 'without-pooling',
    title: 'without pooling of verdicts',
    note: 'each image is tested alone',
    settings: ['ood.pooling=none'],
  },
  {
    id: 'without-merge',
    title: 'without merging',
    note: 'no link is short enough (merge.limitFactor 1e-12); refining dissolves clusters of fewer than 10 images as before, which most fragments are',
    settings: ['merge.limitFactor=1e-12'],
  },
  {
    id: 'without-merge-small-kept',
    title: 'without merging, small clusters kept',
    note: 'the same with refine.minimumSize 1',
    settings: ['merge.limitFactor=1e-12', 'refine.minimumSize=1'],
  },
  {
    id: 'without-refine',
    title: 'without refining',
    note: 'one support vector machine a cluster that has learned every image by heart (gamma and cost 1e6), so that none is released, and no size at which clusters dissolve',
    settings: [
      'refine.solver=svm',
      'refine.gamma=1000000',
      'refine.cost=1000000',
      'refine.minimumSize=1',
      'refine.minimumShare=0',
    ],
  },
  {
    id: 'one-round',
    title: 'one round',
    note: 'nothing is learned from the clusters found, and no image is tested again',
    settings: ['run.rounds=1'],
  },
].map((ablation) => ({ ...ablation, settings: [...REFERENCE.settings, ...ablation.settings] }));
