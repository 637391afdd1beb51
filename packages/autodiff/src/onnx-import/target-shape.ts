import { elementCount, normalizeAxes } from '../operators/rule.js';

/**
 * The shape a Reshape asks for: 0 keeps the size of the same axis, one -1 is what is left.
 *
 * @param keepsZero whether 0 means a size of 0 (attribute `allowzero`).
 * @throws {RangeError} if the element counts do not agree.
 */
export function targetShape(
  sizes: readonly number[],
  requested: readonly number[],
  keepsZero: boolean,
): number[] {
  const shape = requested.map((size, axis) => (size === 0 && !keepsZero ? (sizes[axis] ?? -2) : size));
  const known = elementCount(shape.filter((size) => size !== -1));
  const count = elementCount(sizes);
  const filled = shape.map((size) => (size === -1 ? count / known : size));
  const isWhole = filled.every((size) => Number.isInteger(size) && size >= 0);
  if (!isWhole || elementCount(filled) !== count) {
    throw new RangeError(
      `expected a new shape of the ${count} elements of [${sizes.join(', ')}], found [${requested.join(', ')}]`,
    );
  }
  return filled;
}

/** The shape without the axes; without any given, without all axes of size 1. */
export function squeezedShape(sizes: readonly number[], axes: readonly number[] | null): number[] {
  if (axes === null) return sizes.filter((size) => size !== 1);
  const removed = new Set(normalizeAxes(axes, sizes.length, 'Squeeze'));
  if ([...removed].some((axis) => sizes[axis] !== 1)) {
    throw new RangeError(
      `expected axes of size 1, found [${axes.join(', ')}] of a shape [${sizes.join(', ')}]`,
    );
  }
  return sizes.filter((_, axis) => !removed.has(axis));
}

/** The shape with axes of size 1. @param axes their places in the result, each once. */
export function unsqueezedShape(sizes: readonly number[], axes: readonly number[]): number[] {
  const rank = sizes.length + axes.length;
  const added = new Set(axes.length > 16 ? [] : normalizeAxes(axes, rank, 'Unsqueeze'));
  if (added.size !== axes.length) {
    throw new RangeError(`expected at most 16 axes, each once, found ${axes.length}`);
  }
  let next = 0;
  return Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : sizes[next++]!));
}

/** The elements a Slice takes of one axis, first to last. */
export interface SliceRange {
  readonly axis: number;
  readonly start: number;
  /** Not 0. */
  readonly step: number;
  readonly count: number;
}

/**
 * What a Slice takes of each of its axes; a negative number counts from the end, one outside is the end.
 *
 * @param bounds of equal length; axes by default the first ones, steps by default 1.
 */
export function sliceRanges(
  sizes: readonly number[],
  bounds: {
    readonly starts: readonly number[];
    readonly ends: readonly number[];
    readonly axes: readonly number[] | null;
    readonly steps: readonly number[] | null;
  },
): SliceRange[] {
  const { starts, ends, steps } = bounds;
  const axes = normalizeAxes(bounds.axes ?? [...starts.keys()], sizes.length, 'Slice');
  const lengths = new Set([starts.length, ends.length, axes.length, steps?.length ?? starts.length]);
  if (lengths.size !== 1 || new Set(axes).size !== axes.length || steps?.includes(0) === true) {
    throw new RangeError('expected a start, an end, an axis (each once) and a step (not 0) of each slice');
  }
  return axes.map((axis, i) => {
    const size = sizes[axis]!;
    const step = steps?.[i] ?? 1;
    // Counting up, bounds lie in [0, size]; counting down, in [-1, size - 1].
    const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
    const bound = (value: number) => Math.min(Math.max(value < 0 ? value + size : value, low), high);
    const start = bound(starts[i]!);
    return { axis, start, step, count: Math.max(0, Math.ceil((bound(ends[i]!) - start) / step)) };
  });
}
