import { type CaseState, isOpened } from '../case-state.js';
import { isLiving } from './registry.js';

/** How many there are of what in a case. */
export interface CaseCounts {
  readonly images: number;
  readonly ofKnown: number;
  readonly ofDiscovered: number;
  readonly waiting: number;
  /** Active and retired ones. */
  readonly knownSources: number;
  readonly discoveredSources: number;
  /** 0 for a run that was never opened as a case. */
  readonly entries: number;
}

/** Images of each source by its number; those that wait at 0. Labelled images of the known set are not counted. */
export function sizesOf(labels: Int32Array, sourceCount: number): Int32Array {
  const sizes = new Int32Array(sourceCount + 1);
  for (const label of labels) sizes[label]! += 1;
  return sizes;
}

/** Counts what a case holds. */
export function countCase(state: CaseState): CaseCounts {
  const { registry, labels, entries } = state;
  const sizes = sizesOf(labels, registry.sources.length);
  const count = (kind: string) => {
    const own = registry.sources.filter((source) => source.kind === kind);
    return {
      sources: own.filter(isLiving).length,
      images: own.reduce((sum, { number }) => sum + (sizes[number] as number), 0),
    };
  };
  const [known, discovered] = [count('known'), count('discovered')];
  return {
    images: labels.length,
    ofKnown: known.images,
    ofDiscovered: discovered.images,
    waiting: sizes[0] as number,
    knownSources: known.sources,
    discoveredSources: discovered.sources,
    entries: isOpened(state) ? entries.length : 0,
  };
}
