import {
  type CheckCandidates,
  chooseExemplars,
  EXEMPLARS_PER_SOURCE,
  type Exemplars,
  openUpdateCheck,
} from '@ganscout/pipeline';
import type { Arrivals, IntakeOptions, SourceModel } from './intake.js';
import { joinExemplars, selectSpaceRows } from './row-sets.js';

/** A cluster of waiting images and what was decided of it. */
export interface Candidate {
  /** Number of the source it became; null if it was refused. */
  readonly number: number | null;
  /** Its rows among the arrivals. */
  readonly rows: Int32Array;
  /** What the check found, in words. */
  readonly reason: string;
}

/**
 * Admits candidates one after the other, the largest first, each beside those admitted before it.
 *
 * One that would take images from a source that is there, as images held back show, is refused: its images go on waiting.
 *
 * @param members rows of each candidate.
 */
export function admitCandidates(
  model: SourceModel,
  arrivals: Arrivals,
  members: readonly Int32Array[],
  { stages, nextNumber }: Pick<IntakeOptions, 'stages' | 'nextNumber'>,
  seed: number,
): { readonly candidates: readonly Candidate[]; readonly model: SourceModel } {
  const reference = model.test.fused?.reference ?? null;
  const open = ({ exemplars, sources }: SourceModel) =>
    openUpdateCheck({ exemplars, sourceCount: sources.length, reference }, stages, seed);
  let current = model;
  let check: CheckCandidates | null = null;
  let number = nextNumber;
  const candidates = members.map((rows): Candidate => {
    const features = selectSpaceRows(arrivals.features, rows);
    check ??= open(current);
    const { accepted, reason } = check({ features, labels: new Int32Array(rows.length) });
    if (!accepted) return { number: null, rows, reason };
    const exemplars = exemplarsOfRows(arrivals, rows, current.sources.length, nextGroup(current.exemplars));
    check = null;
    current = {
      ...current,
      sources: [...current.sources, number],
      exemplars: joinExemplars(current.exemplars, exemplars),
    };
    return { number: number++, rows, reason };
  });
  return { candidates, model: current };
}

/** Exemplars of one source among rows of the arrivals. @param group number from which on groups are free. @param most of them. */
export function exemplarsOfRows(
  { ids, features }: Arrivals,
  rows: Int32Array,
  label: number,
  group: number,
  most: number = EXEMPLARS_PER_SOURCE,
): Exemplars {
  const own = Array.from(rows, (row) => ids[row] as string);
  const chosen = chooseExemplars(own, new Int32Array(own.length), most);
  return {
    ids: Array.from(chosen, (i) => own[i] as string),
    labels: new Int32Array(chosen.length).fill(label),
    groups: chosen.map((_, i) => group + i),
    labelled: new Uint8Array(chosen.length),
    features: selectSpaceRows(
      features,
      chosen.map((i) => rows[i] as number),
    ),
  };
}

/** The first number of a group that no exemplar has. */
export function nextGroup({ groups }: Exemplars): number {
  return groups.reduce((largest, group) => Math.max(largest, group), -1) + 1;
}
