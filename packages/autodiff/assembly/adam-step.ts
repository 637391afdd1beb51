/**
 * One step of Adam on `count` parameters, in float32 without fused operations, in one pass.
 *
 * With g the gradient times gradientScale plus weightDecay times the parameter: M ← β1 M + g, V ← β2 V + g²,
 * p ← kept · p - M / (√V · scale + offset).
 *
 * @param parameters count, float32, a multiple of 4; updated, as are the two sums. @param gradients count.
 */
export function adamStep(
  parameters: usize,
  gradients: usize,
  gradientSums: usize,
  squareSums: usize,
  count: i32,
  gradientScale: f32,
  beta1: f32,
  beta2: f32,
  weightDecay: f32,
  kept: f32,
  scale: f32,
  offset: f32,
): void {
  const bytes = (<usize>count) << 2;
  const factors = f32x4.splat(gradientScale);
  const first = f32x4.splat(beta1);
  const second = f32x4.splat(beta2);
  const decay = f32x4.splat(weightDecay);
  const shares = f32x4.splat(kept);
  const scales = f32x4.splat(scale);
  const offsets = f32x4.splat(offset);
  for (let at: usize = 0; at < bytes; at += 16) {
    const parameter = v128.load(parameters + at);
    let slope = f32x4.mul(v128.load(gradients + at), factors);
    if (weightDecay !== 0) slope = f32x4.add(slope, f32x4.mul(parameter, decay));
    const sum = f32x4.add(f32x4.mul(v128.load(gradientSums + at), first), slope);
    const square = f32x4.add(f32x4.mul(v128.load(squareSums + at), second), f32x4.mul(slope, slope));
    const divisor = f32x4.add(f32x4.mul(f32x4.sqrt(square), scales), offsets);
    v128.store(gradientSums + at, sum);
    v128.store(squareSums + at, square);
    v128.store(parameters + at, f32x4.sub(f32x4.mul(parameter, shares), f32x4.div(sum, divisor)));
  }
}
