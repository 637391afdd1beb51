import { createRandom, permutation } from '@ganscout/numeric';

/**
 * Assigns each labelled image to one of `foldCount` folds, so that it can be scored by what was fitted without it.
 *
 * Whole groups go to one fold, since images of one group show the same content, and every source is spread over the
 * folds as evenly as its groups allow. A source of a single group is spread by image, else it would be missing from
 * what is fitted for its own fold.
 *
 * @param labels N, each in [0, sourceCount). @param groups N, any integers.
 * @param seed integer in [0, 2^53).
 * @returns N, each in [0, foldCount).
 * @throws {TypeError} if groups are not N long. @throws {RangeError} if foldCount is not an integer of at least 2.
 */
export function assignFolds(
  labels: Int32Array,
  groups: Int32Array,
  foldCount: number,
  seed: number,
): Int32Array {
  if (groups.length !== labels.length) {
    throw new TypeError(`assignFolds: groups must hold ${labels.length} values, got ${groups.length}`);
  }
  if (!Number.isInteger(foldCount) || foldCount < 2) {
    throw new RangeError(`assignFolds: foldCount must be an integer of at least 2, got ${foldCount}`);
  }
  const folds = new Int32Array(labels.length);
  const sources = new Map<number, number[]>();
  for (const [row, label] of labels.entries()) {
    const rows = sources.get(label);
    if (rows === undefined) sources.set(label, [row]);
    else rows.push(row);
  }
  for (const [label, rows] of [...sources].sort(([a], [b]) => a - b)) {
    const unitOfGroup = new Map<number, number>();
    for (const row of rows) if (!unitOfGroup.has(groups[row])) unitOfGroup.set(groups[row], unitOfGroup.size);
    const byGroup = unitOfGroup.size > 1;
    const order = permutation(createRandom(seed, `folds/${label}`), byGroup ? unitOfGroup.size : rows.length);
    rows.forEach((row, i) => {
      const unit = byGroup ? (unitOfGroup.get(groups[row]) as number) : i;
      folds[row] = order[unit] % foldCount;
    });
  }
  return folds;
}
