/** A figure of the evaluation. */
export interface FigureDefinition {
  readonly title: string;
  /** Range that is aimed at, both ends included; absent where nothing is. */
  readonly aim?: { readonly least?: number; readonly most?: number };
  /** Whether it is a mean over images, so that images can be drawn anew for its interval. */
  readonly hasInterval: boolean;
}

/**
 * The figures of the evaluation, in the order of its table.
 *
 * Aims are those the project set itself for means over splits of its data set of published generators; they are no
 * property of the method and say nothing about other data sets.
 */
export const FIGURES = {
  accuracyClosedSet: {
    title: 'images of known sources: right source, if none were rejected',
    aim: { least: 0.97 },
    hasInterval: true,
  },
  accuracyAccepted: { title: 'the same, of the accepted ones', hasInterval: true },
  accuracyKnown: { title: 'the same, rejected ones counted as wrong', hasInterval: true },
  knownRejectedRate: { title: 'known images rejected', aim: { most: 0.05 }, hasInterval: true },
  unknownAcceptedRate: { title: 'unknown images accepted as known', aim: { most: 0.12 }, hasInterval: true },
  unknownAcceptedAtKnownRejected5: {
    title: 'the same, at the threshold that rejects 5 % of the known',
    aim: { most: 0.12 },
    hasInterval: true,
  },
  auroc: { title: 'AUROC, known against unknown', aim: { least: 0.97 }, hasInterval: true },
  oscr: { title: 'OSCR', hasInterval: true },
  discoveredAveragePurity: {
    title: 'average purity of discovered clusters, known images in them included',
    aim: { least: 0.92 },
    hasInterval: true,
  },
  unknownNmi: { title: 'NMI on all unknown images', aim: { least: 0.88 }, hasInterval: true },
  accuracyUnknown: {
    title: 'accuracy by optimal matching on all unknown images',
    aim: { least: 0.82 },
    hasInterval: true,
  },
  clustersPerUnknownSource: {
    title: 'discovered clusters per unknown source',
    aim: { least: 0.8, most: 1.5 },
    hasInterval: false,
  },
  rareFound: { title: 'rare sources found', aim: { least: 0.6 }, hasInterval: false },
} as const satisfies Readonly<Record<string, FigureDefinition>>;

export type FigureName = keyof typeof FIGURES;
export const FIGURE_NAMES = Object.keys(FIGURES) as readonly FigureName[];

/** Values of the figures; null where a figure is not defined. */
export type FigureValues = Readonly<Record<FigureName, number | null>>;

/** Whether a value reaches its aim; null where there is no value or no aim. */
export function meetsAim(name: FigureName, value: number | null): boolean | null {
  const { aim }: FigureDefinition = FIGURES[name];
  if (aim === undefined || value === null) return null;
  return value >= (aim.least ?? Number.NEGATIVE_INFINITY) && value <= (aim.most ?? Number.POSITIVE_INFINITY);
}

/** The aim as text, e.g. `≥ 0.97`, or `` if there is none. */
export function formatAim(name: FigureName): string {
  const { aim }: FigureDefinition = FIGURES[name];
  if (aim === undefined) return '';
  const { least, most } = aim;
  if (least !== undefined && most !== undefined) return `${least}–${most}`;
  return least === undefined ? `≤ ${most}` : `≥ ${least}`;
}
