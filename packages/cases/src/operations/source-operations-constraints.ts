import type { ImageId } from '@ganscout/data-model';
import type { Constraint, StandingConstraint } from './constraint.js';

/** What an operation does to the constraints that stand: those of some entries fall, what is left of them is said anew. */
export interface LiftedConstraints {
  /** Entries whose constraints fall. */
  readonly lifts: readonly number[];
  readonly kept: readonly Constraint[];
}

/** The part of a constraint that an operation leaves; the constraint itself if it takes nothing away. */
type Remainder = (constraint: Constraint) => readonly Constraint[];

/** A constraint that speaks of one set of images. */
type ImagesConstraint = Extract<Constraint, { readonly images: readonly ImageId[] }>;

/** Takes back what kept images apart that now belong together. */
export function liftForMerge(
  standing: readonly StandingConstraint[],
  merged: ReadonlySet<ImageId>,
): LiftedConstraints {
  return liftBy(standing, (constraint) => {
    if (constraint.kind !== 'cannot-link') return [constraint];
    const { left, right } = constraint;
    const [leftIn, leftOut] = partition(left, merged);
    const [rightIn, rightOut] = partition(right, merged);
    if (leftIn.length === 0 || rightIn.length === 0) return [constraint];
    return [...apart(leftOut, right), ...apart(leftIn, rightOut)];
  });
}

/** Takes back what linked images that now belong apart, and the known source of those that leave. */
export function liftForSplit(
  standing: readonly StandingConstraint[],
  leaving: ReadonlySet<ImageId>,
  staying: ReadonlySet<ImageId>,
): LiftedConstraints {
  return liftBy(standing, (constraint) => {
    if (constraint.kind === 'known') return withoutImages(constraint, leaving);
    if (constraint.kind !== 'must-link') return [constraint];
    const [out, rest] = partition(constraint.images, leaving);
    if (out.length === 0 || !rest.some((id) => staying.has(id))) return [constraint];
    return [...together(out), ...together(rest)];
  });
}

/** Takes back what some kinds of constraints say of some images; what is kept apart stays apart. */
export function liftImages(
  standing: readonly StandingConstraint[],
  images: ReadonlySet<ImageId>,
  kinds: readonly ImagesConstraint['kind'][],
): LiftedConstraints {
  return liftBy(standing, (constraint) =>
    constraint.kind !== 'cannot-link' && kinds.includes(constraint.kind)
      ? withoutImages(constraint, images)
      : [constraint],
  );
}

/** All constraints of an entry fall if one of them must, since they fall by entry; the others are said anew. */
function liftBy(standing: readonly StandingConstraint[], remainderOf: Remainder): LiftedConstraints {
  const plain = standing.map(({ operation, ...constraint }) => ({
    operation,
    constraint: constraint as Constraint,
  }));
  const isTouched = ({ constraint }: { constraint: Constraint }) => {
    const [first, ...others] = remainderOf(constraint);
    return first !== constraint || others.length > 0;
  };
  const lifts = [...new Set(plain.filter(isTouched).map(({ operation }) => operation))];
  const fallen = plain.filter(({ operation }) => lifts.includes(operation));
  return { lifts, kept: fallen.flatMap(({ constraint }) => remainderOf(constraint)) };
}

function withoutImages(constraint: ImagesConstraint, taken: ReadonlySet<ImageId>): readonly Constraint[] {
  const [gone, images] = partition(constraint.images, taken);
  if (gone.length === 0) return [constraint];
  if (constraint.kind === 'must-link') return together(images);
  return images.length === 0 ? [] : [{ ...constraint, images }];
}

/** That images belong together, if there are two at least. */
export function together(images: readonly ImageId[]): Constraint[] {
  return images.length < 2 ? [] : [{ kind: 'must-link', images }];
}

/** That images of two sets belong apart, if neither is empty. */
export function apart(left: readonly ImageId[], right: readonly ImageId[]): Constraint[] {
  return left.length === 0 || right.length === 0 ? [] : [{ kind: 'cannot-link', left, right }];
}

function partition(images: readonly ImageId[], taken: ReadonlySet<ImageId>): [ImageId[], ImageId[]] {
  const inside: ImageId[] = [];
  const outside: ImageId[] = [];
  for (const id of images) (taken.has(id) ? inside : outside).push(id);
  return [inside, outside];
}
