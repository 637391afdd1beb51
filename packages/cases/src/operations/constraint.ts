import type { ImageId } from '@ganscout/data-model';

/** What a person said of images; the next rounds obey it. */
export type Constraint =
  | { readonly kind: 'must-link'; readonly images: readonly ImageId[] }
  | { readonly kind: 'cannot-link'; readonly left: readonly ImageId[]; readonly right: readonly ImageId[] }
  /** They are of the known source of this name. */
  | { readonly kind: 'known'; readonly images: readonly ImageId[]; readonly name: string }
  /** They keep their source and take no part in discovery. */
  | { readonly kind: 'set-aside'; readonly images: readonly ImageId[] };

/** A constraint with the entry of the operation that made it. */
export type StandingConstraint = Constraint & { readonly operation: number };
