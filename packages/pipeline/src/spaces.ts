import { type FeatureSet, joinColumns } from '@ganscout/data-model';
import { fitStandardization, standardize } from '@ganscout/numeric';
import type { SpaceName } from './config/schema.js';

/** Rows of both sets in one space. */
export interface SpaceRows {
  readonly known: FeatureSet;
  readonly discovery: FeatureSet;
}

/** A space that is offered: its rows, and the digest of what made them. */
export interface OfferedSpace {
  readonly name: SpaceName;
  readonly rows: SpaceRows;
  readonly digest: string;
}

/** Offers a space whose rows are made when they are first asked for. */
export function offerLazily(name: SpaceName, digest: string, make: () => SpaceRows): OfferedSpace {
  let made: SpaceRows | null = null;
  return {
    name,
    digest,
    get rows() {
      made ??= make();
      return made;
    },
  };
}

/** The spaces that a round offers to its stages. */
export class Spaces {
  readonly #offered: ReadonlyMap<SpaceName, OfferedSpace>;

  constructor(offered: Iterable<OfferedSpace>) {
    this.#offered = new Map([...offered].map((space) => [space.name, space]));
  }

  /** Returns these spaces and more; one of the same name takes the place of the present one. */
  with(more: readonly OfferedSpace[]): Spaces {
    return new Spaces([...this.#offered.values(), ...more]);
  }

  has(name: SpaceName): boolean {
    return this.#offered.has(name);
  }

  /** Returns the named spaces side by side. @throws {RangeError} if one of them is not offered. */
  rows(names: readonly SpaceName[]): SpaceRows {
    const parts = names.map((name) => this.#space(name).rows);
    return {
      known: joinColumns(parts.map(({ known }) => known)),
      discovery: joinColumns(parts.map(({ discovery }) => discovery)),
    };
  }

  /** Digest of what made the named spaces. @throws {RangeError} as {@link rows}. */
  digest(names: readonly SpaceName[]): string {
    return names.map((name) => `${name}:${this.#space(name).digest}`).join('+');
  }

  #space(name: SpaceName): OfferedSpace {
    const space = this.#offered.get(name);
    if (space !== undefined) return space;
    throw new RangeError(`space must be one of ${[...this.#offered.keys()].join(', ')}, got "${name}"`);
  }
}

/** Standardizes both sets by the known set's mean and deviation. */
export function standardizeByKnown({ known, discovery }: SpaceRows): SpaceRows {
  const standardization = fitStandardization(known.data, known.dims);
  const apply = (features: FeatureSet): FeatureSet => ({
    ...features,
    data: standardize(features.data, standardization),
    space: {
      ...features.space,
      transform: [features.space.transform, 'standardized'].filter((step) => step !== '').join(', '),
    },
  });
  return { known: apply(known), discovery: apply(discovery) };
}
