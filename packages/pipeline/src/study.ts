import type { ImageId } from '@ganscout/data-model';
import { type ImageRecord, InputError } from '@ganscout/images';
import { digestOf, digestOfLists } from '@ganscout/storage';

/** The images that a run works on, in row order; broken, small and repeated ones are left out. */
export interface Study {
  /** Names of the known sources, ascending; the position is the label. */
  readonly knownSources: readonly string[];
  readonly known: {
    readonly records: readonly ImageRecord[];
    readonly labels: Int32Array;
    /** Number of each image's group: images of one group show the same content. */
    readonly groups: Int32Array;
  };
  readonly discovery: {
    readonly records: readonly ImageRecord[];
  };
  /** SHA-256 over the ids of all images in order. */
  readonly imagesDigest: string;
  /** SHA-256 over the known sources' names and the labels and groups of their images. */
  readonly knownDigest: string;
  /** SHA-256 over both: two studies of one digest are the same. */
  readonly digest: string;
}

/**
 * Chooses what is studied: records of status ok, in the known set those with a source.
 *
 * @throws {InputError} if nothing remains of a set.
 */
export function createStudy(known: readonly ImageRecord[], discovery: readonly ImageRecord[]): Study {
  const labelled = known.filter(({ status, source }) => status === 'ok' && source !== null);
  const unlabelled = discovery.filter(({ status }) => status === 'ok');
  if (labelled.length === 0)
    throw new InputError('the known set has no image that can be used and has a source');
  if (unlabelled.length === 0) throw new InputError('the discovery set has no image that can be used');
  const knownSources = [...new Set(labelled.map(({ source }) => source as string))].sort();
  const labelOf = new Map(knownSources.map((source, label) => [source, label]));
  const labels = Int32Array.from(labelled, ({ source }) => labelOf.get(source as string) as number);
  const groups = numberGroups(labelled);
  const imagesDigest = digestOfLists([idsOf(labelled), idsOf(unlabelled)]);
  const knownDigest = digestOfLists([knownSources, labels, groups]);
  return {
    knownSources,
    known: { records: labelled, labels, groups },
    discovery: { records: unlabelled },
    imagesDigest,
    knownDigest,
    digest: digestOf(imagesDigest + knownDigest),
  };
}

/** A number for each group of records, in the order in which they come; records without one are groups of their own. */
export function numberGroups(records: readonly ImageRecord[]): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(records, ({ group, id }) => {
    const key = group === null ? `image ${id}` : `group ${group}`;
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
}

/** Ids of records, in their order. */
export function idsOf(records: readonly ImageRecord[]): ImageId[] {
  return records.map(({ id }) => id);
}

/** Known sources with fewer labelled images than a calibrated test needs. */
export function scarceSources({ knownSources, known }: Study, atLeast: number): string[] {
  const counts = new Int32Array(knownSources.length);
  for (const label of known.labels) counts[label]! += 1;
  return knownSources.filter((_, label) => (counts[label] as number) < atLeast);
}
