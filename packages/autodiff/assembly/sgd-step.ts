/**
 * One step of gradient descent with momentum on `count` parameters, in float32 without fused operations, in one pass.
 *
 * With g the gradient times gradientScale plus weightDecay times the parameter: M ← momentum · M + g, and
 * p ← p - rate · M, or p ← p - rate · (g + momentum · M) if `isNesterov` is not 0.
 *
 * @param parameters count, float32, a multiple of 4; updated, as are the sums. @param gradients count.
 */
export function sgdStep(
  parameters: usize,
  gradients: usize,
  gradientSums: usize,
  count: i32,
  gradientScale: f32,
  momentum: f32,
  weightDecay: f32,
  rate: f32,
  isNesterov: i32,
): void {
  const bytes = (<usize>count) << 2;
  const factors = f32x4.splat(gradientScale);
  const momenta = f32x4.splat(momentum);
  const decay = f32x4.splat(weightDecay);
  const rates = f32x4.splat(rate);
  for (let at: usize = 0; at < bytes; at += 16) {
    const parameter = v128.load(parameters + at);
    let slope = f32x4.mul(v128.load(gradients + at), factors);
    if (weightDecay !== 0) slope = f32x4.add(slope, f32x4.mul(parameter, decay));
    const sum = f32x4.add(f32x4.mul(v128.load(gradientSums + at), momenta), slope);
    const direction = isNesterov ? f32x4.add(slope, f32x4.mul(sum, momenta)) : sum;
    v128.store(gradientSums + at, sum);
    v128.store(parameters + at, f32x4.sub(parameter, f32x4.mul(direction, rates)));
  }
}
