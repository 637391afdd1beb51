import type { ImageId } from '@ganscout/data-model';
import type { ImageConstraints } from '@ganscout/pipeline';
import type { StandingConstraint } from './constraint.js';

/**
 * Chooses what rounds are to obey of what people said: where they parted images first and linked them later, the link holds.
 *
 * A link takes back an earlier parting if it holds at least half of the images of either side. Where images were linked
 * first and parted later, both are passed on: of the two, rounds obey the parting.
 *
 * @param constraints in the order in which they were said.
 *
 * Cost: O(images of all constraints · links).
 */
export function obeyedConstraints(constraints: readonly StandingConstraint[]): ImageConstraints {
  const links = constraints.flatMap((constraint) =>
    constraint.kind === 'must-link' ? [{ ...constraint, images: new Set(constraint.images) }] : [],
  );
  const isTakenBack = (left: readonly ImageId[], right: readonly ImageId[], said: number) =>
    links.some(({ images, operation }) => {
      return operation > said && holdsHalf(images, left) && holdsHalf(images, right);
    });
  return {
    mustLink: links.map(({ images }) => [...images]),
    cannotLink: constraints.flatMap((constraint) => {
      if (constraint.kind !== 'cannot-link') return [];
      const { left, right, operation } = constraint;
      return isTakenBack(left, right, operation) ? [] : [{ left, right }];
    }),
  };
}

function holdsHalf(images: ReadonlySet<ImageId>, side: readonly ImageId[]): boolean {
  return 2 * side.filter((id) => images.has(id)).length >= side.length;
}
