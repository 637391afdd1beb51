import type { Study } from './study-folder.js';

/** Whether the source that is there already has labelled images, or was discovered. */
export const ESTABLISHED_KINDS = ['known', 'discovered'] as const;
export type EstablishedKind = (typeof ESTABLISHED_KINDS)[number];

/** Two generators that differ in their seed only. */
export interface SiblingPair {
  /** The one of which the case holds many images. */
  readonly established: string;
  /** The one of which a few come. */
  readonly newcomer: string;
}

/** A name that ends with the seed. */
const SEEDED = /^(.+)-\d+$/;

/**
 * Finds pairs of a known and an unknown source whose names are the same up to the number at their end.
 *
 * @param kind of the established one: the known source of a pair, or the unknown one.
 */
export function findSiblings({ discovery, known }: Study, kind: EstablishedKind): SiblingPair[] {
  const unknown = [...new Set(discovery.map(({ source }) => source))]
    .filter((source) => !known.includes(source))
    .sort();
  return known.flatMap((labelled) => {
    const stem = SEEDED.exec(labelled)?.[1];
    const own = unknown.filter((source) => stem !== undefined && SEEDED.exec(source)?.[1] === stem);
    return own.map((other) =>
      kind === 'known'
        ? { established: labelled, newcomer: other }
        : { established: other, newcomer: labelled },
    );
  });
}
