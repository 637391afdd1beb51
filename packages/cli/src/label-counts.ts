import type { LabelState } from '@ganscout/pipeline';

/** How the images of a discovery set are labelled. */
export interface LabelCounts {
  readonly total: number;
  readonly assigned: number;
  readonly assignedToKnown: number;
  readonly assignedToDiscovered: number;
  readonly unassigned: number;
  /** Discovered clusters. */
  readonly clusters: number;
}

/** Counts the labels of a state. */
export function countLabels({ assignment }: Pick<LabelState, 'assignment'>): LabelCounts {
  const { labels, knownCount, clusterCount } = assignment;
  let assignedToKnown = 0;
  let assignedToDiscovered = 0;
  for (const label of labels) {
    if (label >= knownCount) assignedToDiscovered++;
    else if (label >= 0) assignedToKnown++;
  }
  const assigned = assignedToKnown + assignedToDiscovered;
  return {
    total: labels.length,
    assigned,
    assignedToKnown,
    assignedToDiscovered,
    unassigned: labels.length - assigned,
    clusters: clusterCount - knownCount,
  };
}
