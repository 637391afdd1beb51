/**
 * Trains one support vector machine, cluster against all others, on a kernel matrix with diagonal 1.
 *
 * The same steps and the same bits as `trainingDecisions` in src. For each row an ascent is kept, minus its sign times its
 * gradient; two masks are added to it: 0 where sign times dual variable can still grow (or shrink), else infinity on the side
 * where it is never chosen.
 *
 * @param matrix count × count, float32; count is a multiple of 4.
 * @param labels count, int32; rows with -1 take no part.
 * @param ascents count, float64, overwritten: the ascents at the end. @param alphas the same: the dual variables.
 * @param growMasks count, float32, overwritten. @param shrinkMasks the same.
 */
export function supportVectorMachine(
  matrix: usize,
  count: i32,
  labels: usize,
  cluster: i32,
  cost: f64,
  tolerance: f64,
  smallestCurvature: f64,
  maxIterations: f64,
  ascents: usize,
  alphas: usize,
  growMasks: usize,
  shrinkMasks: usize,
): void {
  const rowBytes = (<usize>count) << 2;
  for (let i: i32 = 0; i < count; i++) {
    const label = load<i32>(labels + ((<usize>i) << 2));
    store<f64>(ascents + ((<usize>i) << 3), label === cluster ? 1 : -1);
    setDual(i, 0, label === cluster, cost, alphas, growMasks, shrinkMasks);
    if (label === -1) store<f32>(shrinkMasks + ((<usize>i) << 2), Infinity);
  }
  let first = moveAndFind(ascents, growMasks, count, 0, matrix, matrix);
  for (let iteration: f64 = 0; iteration < maxIterations && first !== -1; iteration++) {
    const firstRow = matrix + <usize>first * rowBytes;
    const up = load<f64>(ascents + ((<usize>first) << 3));
    const second = findPartner(ascents, shrinkMasks, count, up, firstRow, tolerance, smallestCurvature);
    if (second === -1) return;
    const secondRow = matrix + <usize>second * rowBytes;
    const product = <f64>load<f32>(firstRow + ((<usize>second) << 2));
    const curvature = max(smallestCurvature, 2 - 2 * product);
    const wanted = (up - load<f64>(ascents + ((<usize>second) << 3))) / curvature;
    const isFirstIn = load<i32>(labels + ((<usize>first) << 2)) === cluster;
    const isSecondIn = load<i32>(labels + ((<usize>second) << 2)) === cluster;
    const firstAlpha = load<f64>(alphas + ((<usize>first) << 3));
    const secondAlpha = load<f64>(alphas + ((<usize>second) << 3));
    const firstRoom = isFirstIn ? cost - firstAlpha : firstAlpha;
    const secondRoom = isSecondIn ? secondAlpha : cost - secondAlpha;
    const step = min(wanted, min(firstRoom, secondRoom));
    const firstEnd: f64 = isFirstIn ? cost : 0;
    const secondEnd: f64 = isSecondIn ? 0 : cost;
    const grown = step === firstRoom ? firstEnd : firstAlpha + (isFirstIn ? step : -step);
    const shrunk = step === secondRoom ? secondEnd : secondAlpha - (isSecondIn ? step : -step);
    setDual(first, grown, isFirstIn, cost, alphas, growMasks, shrinkMasks);
    setDual(second, shrunk, isSecondIn, cost, alphas, growMasks, shrinkMasks);
    first = moveAndFind(ascents, growMasks, count, step, firstRow, secondRow);
  }
}

// @ts-ignore: decorator
@inline
function setDual(
  i: i32,
  alpha: f64,
  isIn: bool,
  cost: f64,
  alphas: usize,
  growMasks: usize,
  shrinkMasks: usize,
): void {
  const canGrow = isIn ? alpha < cost : alpha > 0;
  const canShrink = isIn ? alpha > 0 : alpha < cost;
  store<f64>(alphas + ((<usize>i) << 3), alpha);
  store<f32>(growMasks + ((<usize>i) << 2), canGrow ? 0 : -Infinity);
  store<f32>(shrinkMasks + ((<usize>i) << 2), canShrink ? 0 : Infinity);
}

/** Lowers each ascent by step · (firstRow - secondRow), and finds the largest one that can grow: the lowest row, or -1. */
function moveAndFind(
  ascents: usize,
  growMasks: usize,
  count: i32,
  step: f64,
  firstRow: usize,
  secondRow: usize,
): i32 {
  const steps = f64x2.splat(step);
  let largest = f64x2.splat(-Infinity);
  let found = f64x2.splat(-1);
  let place = f64x2(0, 1);
  for (let i: usize = 0; i < <usize>count; i += 2) {
    const at = ascents + (i << 3);
    const slope = f64x2.sub(wide(firstRow + (i << 2)), wide(secondRow + (i << 2)));
    const ascent = f64x2.sub(v128.load(at), f64x2.mul(steps, slope));
    v128.store(at, ascent);
    const value = f64x2.add(ascent, wide(growMasks + (i << 2)));
    const isLarger = f64x2.gt(value, largest);
    largest = v128.bitselect(value, largest, isLarger);
    found = v128.bitselect(place, found, isLarger);
    place = f64x2.add(place, f64x2.splat(2));
  }
  return lowestOfLargest(largest, found);
}

/** The row that with the first lowers the dual objective most, or -1 if nothing violates optimality by the tolerance. */
function findPartner(
  ascents: usize,
  shrinkMasks: usize,
  count: i32,
  up: f64,
  firstRow: usize,
  tolerance: f64,
  smallestCurvature: f64,
): i32 {
  const ups = f64x2.splat(up);
  const zero = f64x2.splat(0);
  let smallest = f64x2.splat(Infinity);
  let largest = zero;
  let found = f64x2.splat(-1);
  let place = f64x2(0, 1);
  for (let i: usize = 0; i < <usize>count; i += 2) {
    const value = f64x2.add(v128.load(ascents + (i << 3)), wide(shrinkMasks + (i << 2)));
    smallest = f64x2.min(smallest, value);
    const difference = f64x2.sub(ups, value);
    const isViolating = f64x2.gt(difference, zero);
    if (v128.any_true(isViolating)) {
      const double = f64x2.mul(f64x2.splat(2), wide(firstRow + (i << 2)));
      const curvature = f64x2.max(f64x2.splat(smallestCurvature), f64x2.sub(f64x2.splat(2), double));
      const gain = f64x2.div(f64x2.mul(difference, difference), curvature);
      const isBetter = v128.and(isViolating, f64x2.gt(gain, largest));
      largest = v128.bitselect(gain, largest, isBetter);
      found = v128.bitselect(place, found, isBetter);
    }
    place = f64x2.add(place, f64x2.splat(2));
  }
  const least = min(f64x2.extract_lane(smallest, 0), f64x2.extract_lane(smallest, 1));
  return up - least < tolerance ? -1 : lowestOfLargest(largest, found);
}

/** Of the best of the even and of the odd rows the larger, of equal ones the lower row. */
// @ts-ignore: decorator
@inline
function lowestOfLargest(values: v128, places: v128): i32 {
  const even = f64x2.extract_lane(values, 0);
  const odd = f64x2.extract_lane(values, 1);
  const evenPlace = <i32>f64x2.extract_lane(places, 0);
  const oddPlace = <i32>f64x2.extract_lane(places, 1);
  if (evenPlace === -1) return oddPlace;
  if (oddPlace === -1) return evenPlace;
  if (even === odd) return min(evenPlace, oddPlace);
  return even > odd ? evenPlace : oddPlace;
}

/** Two values of float32 as float64. */
// @ts-ignore: decorator
@inline
function wide(at: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(at));
}
