/**
 * The guard's own work, apart from the step: float64 sums of |gradient|, |parameters| and second moments, and whether any of
 * their bits say not finite. In the step most of it hides behind the update, which has the same vectors at hand.
 */
export function guard(elements: i32, rounds: i32): f64 {
  const bytes = <usize>((elements + 3) & ~3) << 2
  let low0 = f64x2.splat(0)
  let high0 = low0
  let low1 = low0
  let high1 = low0
  let low2 = low0
  let high2 = low0
  let poison = f32x4.splat(0)
  grow(3 * bytes)
  for (let n: i32 = 0; n < rounds; n++) {
    for (let at = start; at < start + bytes; at += 16) {
      const gradient = v128.load(at)
      const parameters = v128.load(at + bytes)
      const moments = v128.load(at + 2 * bytes)
      low0 = f64x2.add(low0, f64x2.abs(f64x2.promote_low_f32x4(gradient)))
      high0 = f64x2.add(high0, f64x2.abs(f64x2.promote_low_f32x4(upper(gradient))))
      low1 = f64x2.add(low1, f64x2.abs(f64x2.promote_low_f32x4(parameters)))
      high1 = f64x2.add(high1, f64x2.abs(f64x2.promote_low_f32x4(upper(parameters))))
      low2 = f64x2.add(low2, f64x2.abs(f64x2.promote_low_f32x4(moments)))
      high2 = f64x2.add(high2, f64x2.abs(f64x2.promote_low_f32x4(upper(moments))))
      poison = v128.or(poison, v128.or(f32x4.sub(gradient, gradient), v128.or(f32x4.sub(parameters, parameters), f32x4.sub(moments, moments))))
    }
  }
  const sum = f64x2.add(f64x2.add(f64x2.add(low0, high0), f64x2.add(low1, high1)), f64x2.add(low2, high2))
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1) + <f64>f32x4.extract_lane(poison, 0)
}

// @ts-ignore: decorator
@inline
function upper(x: v128): v128 {
  return v128.shuffle<i64>(x, x, 1, 1)
}

const start: usize = 65536

function grow(bytes: usize): void {
  const pages = <i32>((start + bytes + 0xffff) >>> 16)
  if (memory.size() < pages) memory.grow(pages - memory.size())
}
