/** What a figure of a comparison is. */
export interface FigureDefinition {
  /** Heading of its column. */
  readonly title: string;
  /** Which values are better: the larger, the smaller, or those nearer to 1. */
  readonly better: 'larger' | 'smaller' | 'nearer to 1';
  /** Whether it needs a method that names images of known sources. */
  readonly needsKnown: boolean;
  /** Whether it is a mean over images, so that images can be drawn anew. */
  readonly isDrawn: boolean;
}

const larger = { better: 'larger', needsKnown: false, isDrawn: true } as const;

/** The figures of a comparison; those of @ganscout/metrics have its names. */
export const FIGURES = {
  discoveredAveragePurity: { title: 'purity, discovered', ...larger },
  discoveredNmi: { title: 'NMI, discovered', ...larger },
  discoveredAri: { title: 'ARI, discovered', ...larger },
  unknownNmi: { title: 'NMI, unknown', ...larger },
  unknownAri: { title: 'ARI, unknown', ...larger },
  accuracyUnknown: { title: 'matching, unknown', ...larger },
  accuracyAll: { title: 'matching, all', ...larger },
  knownRejectedRate: { title: 'known rejected', better: 'smaller', needsKnown: true, isDrawn: true },
  unknownAcceptedRate: { title: 'unknown accepted', better: 'smaller', needsKnown: true, isDrawn: true },
  clustersPerUnknownSource: {
    title: 'clusters per unknown source',
    better: 'nearer to 1',
    needsKnown: true,
    isDrawn: false,
  },
  wholeAveragePurity: { title: 'purity, whole', ...larger },
  wholeNmi: { title: 'NMI, whole', ...larger },
  wholeAri: { title: 'ARI, whole', ...larger },
  completedAveragePurity: { title: 'purity, completed', ...larger },
  completedNmi: { title: 'NMI, completed', ...larger },
  completedAri: { title: 'ARI, completed', ...larger },
  accuracyCompleted: { title: 'matching, completed', ...larger },
} as const satisfies Readonly<Record<string, FigureDefinition>>;

export type FigureName = keyof typeof FIGURES;
export const FIGURE_NAMES = Object.keys(FIGURES) as readonly FigureName[];

/** Values of the figures; null where a figure is not defined. */
export type FigureValues = Readonly<Record<FigureName, number | null>>;

/** The columns of the two tables of a section. */
export const FIGURE_TABLES: readonly { readonly title: string; readonly names: readonly FigureName[] }[] = [
  {
    title: 'Unknown sources',
    names: [
      'discoveredAveragePurity',
      'unknownNmi',
      'unknownAri',
      'accuracyUnknown',
      'accuracyAll',
      'knownRejectedRate',
      'unknownAcceptedRate',
      'clustersPerUnknownSource',
    ],
  },
  {
    title: 'Discovered images, the whole discovery set, and the completed labels',
    names: [
      'discoveredNmi',
      'discoveredAri',
      'wholeAveragePurity',
      'wholeNmi',
      'wholeAri',
      'completedAveragePurity',
      'completedNmi',
      'completedAri',
      'accuracyCompleted',
    ],
  },
];

/** What the figures mean, a sentence each. */
export const FIGURE_NOTES: readonly string[] = [
  'Purity: share of the images that are of the largest source of their cluster. It grows with the number of clusters, so read it beside that number.',
  'NMI is over the arithmetic mean of the entropies. Matching: share of images right under the best one-to-one matching of labels to sources.',
  'Discovered: images in discovered clusters. Unknown: all images of unknown sources, the unassigned ones as one more cluster; for matching they are wrong. Whole: the whole discovery set, the unassigned as one more cluster. Completed: the same after each unassigned image went to the nearest cluster.',
  'Known rejected: images of known sources that got no known source. Unknown accepted: images of unknown sources that got a known one. Clusters per unknown source: above 1 there are fragments, below 1 mixtures; 1 is best.',
  'A repeated image agrees with itself: where clusters are tiny, as those of k-means with k = 500, intervals of purity, NMI, ARI and matching lie a little too high.',
];

/** How good a value is; larger is better. */
export function worth(name: FigureName, value: number): number {
  const { better }: FigureDefinition = FIGURES[name];
  if (better === 'larger') return value;
  return better === 'smaller' ? -value : -Math.abs(value - 1);
}
