import type { ImageRecord } from '@ganscout/images';
import { createStudyTruth } from '@ganscout/pipeline';
import { digestOfLists } from '@ganscout/storage';
import type { ScoringTruth } from './outcome.js';
import { groupOf } from './splits.js';

/** What a method works on: labelled images and others, with the truth about these. */
export interface BenchSplit {
  readonly known: readonly ImageRecord[];
  readonly discovery: readonly ImageRecord[];
  /** Ascending; the position is the label. */
  readonly knownSources: readonly string[];
  readonly knownLabels: Int32Array;
  readonly truth: ScoringTruth;
  /** Unknown sources with an image in the discovery set, ascending. */
  readonly unknownSources: readonly string[];
  /** Sources that play no part. */
  readonly leftOut: readonly string[];
  /** SHA-256 over the images, their sources and groups. */
  readonly digest: string;
}

/** Makes a split of the given images. @throws {RangeError} if no discovery image has a source. */
export function createSplit(
  known: readonly ImageRecord[],
  discovery: readonly ImageRecord[],
  leftOut: readonly string[] = [],
): BenchSplit {
  const knownSources = [...new Set(known.map(({ source }) => source as string))].sort();
  const labelOf = new Map(knownSources.map((source, label) => [source, label]));
  const sources = discovery.map(({ source }) => source);
  const groups = discovery.map(groupOf);
  const made = createStudyTruth(knownSources, sources, groups);
  if (made === null) throw new RangeError('createSplit: a discovery image must have a source, none has one');
  const { truth, knownSourceOfLabel } = made;
  const present = new Set(truth.labels);
  return {
    known,
    discovery,
    knownSources,
    knownLabels: Int32Array.from(known, ({ source }) => labelOf.get(source as string) as number),
    truth: { truth, knownSourceOfLabel, groups },
    unknownSources: truth.sources.filter((_, i) => truth.isKnown[i] === 0 && present.has(i)),
    leftOut,
    digest: digestOfLists([
      known.map(({ id }) => id),
      known.map(({ source }) => source as string),
      known.map(groupOf),
      discovery.map(({ id }) => id),
      sources.map((source) => source ?? ''),
      groups,
    ]),
  };
}
