import type { ComparedSource } from './diff-cases.js';

/** Which sources are the same, by number. */
export interface SourceMatches {
  /** Those with most shared images first. */
  readonly pairs: readonly { readonly left: number; readonly right: number; readonly shared: number }[];
  readonly rightOf: ReadonlyMap<number, number>;
}

/**
 * Matches sources one to one by the images that they share, the pair that shares most first; known sources that are left
 * match by their name. Ties go to the lower numbers.
 *
 * @param shared images that both sides have, with the number of their source on each; 0 waits.
 *
 * Cost: O(images + P log P) for P pairs of sources that share an image.
 */
export function matchByImages(
  shared: readonly { readonly left: number; readonly right: number }[],
  left: ReadonlyMap<number, ComparedSource>,
  right: ReadonlyMap<number, ComparedSource>,
): SourceMatches {
  const counts = new Map<string, { left: number; right: number; shared: number }>();
  for (const image of shared) {
    if (!left.has(image.left) || !right.has(image.right)) continue;
    const key = `${image.left} ${image.right}`;
    const pair = counts.get(key) ?? { left: image.left, right: image.right, shared: 0 };
    pair.shared += 1;
    counts.set(key, pair);
  }
  const sorted = [...counts.values()].sort(
    (a, b) => b.shared - a.shared || a.left - b.left || a.right - b.right,
  );
  const rightOf = new Map<number, number>();
  const taken = new Set<number>();
  const pairs = [...sorted, ...sameNames(left, right)].filter((pair) => {
    if (rightOf.has(pair.left) || taken.has(pair.right)) return false;
    rightOf.set(pair.left, pair.right);
    taken.add(pair.right);
    return true;
  });
  return { pairs, rightOf };
}

function sameNames(left: ReadonlyMap<number, ComparedSource>, right: ReadonlyMap<number, ComparedSource>) {
  const known = [...right].filter(([, { kind }]) => kind === 'known');
  return [...left].flatMap(([number, { name, kind }]) => {
    const same = kind === 'known' ? known.find(([, other]) => other.name === name) : undefined;
    return same === undefined ? [] : [{ left: number, right: same[0], shared: 0 }];
  });
}
