/** What f32 and f64 lanes need beyond the built-in instructions. */

/** Elements in a vector. */
// @ts-ignore: decorator
@inline
export function width<T>(): i32 {
  return 16 / sizeof<T>()
}

/**
 * a * b + c, rounded after the product and after the sum as the reference does; in the kernels of `--fast` rounded once where
 * the processor has such an instruction. Argument order is the instruction's.
 */
// @ts-ignore: decorator
@inline
export function multiplyAdd<T>(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<T>(a, b, c)
  return v128.add<T>(c, v128.mul<T>(a, b))
}

/** Element-wise x where x > 0, else 0; NaN stays. `z > 0` or f32x4.max with a zero would lose it or cost a fifth of a step. */
// @ts-ignore: decorator
@inline
export function rectify<T>(z: v128): v128 {
  return v128.andnot(z, v128.le<T>(z, v128.splat<T>(<T>0)))
}

/** Four float64 lanes, as two vectors, for the sums that go by the flat index modulo 4: adds |elements| of four floats at `at`. */
// @ts-ignore: decorator
@inline
export function lowOf<T>(at: usize): v128 {
  return sizeof<T>() == 4 ? f64x2.promote_low_f32x4(v128.load64_zero(at)) : v128.load(at)
}

// @ts-ignore: decorator
@inline
export function highOf<T>(at: usize): v128 {
  return sizeof<T>() == 4 ? f64x2.promote_low_f32x4(v128.load64_zero(at, 8)) : v128.load(at, 16)
}

/** (lane 0 + lane 1) + (lane 2 + lane 3) */
// @ts-ignore: decorator
@inline
export function total(low: v128, high: v128): f64 {
  return f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1) + (f64x2.extract_lane(high, 0) + f64x2.extract_lane(high, 1))
}

/** The same at the elements' precision; four lanes of float32 lie in `low` alone. */
// @ts-ignore: decorator
@inline
export function laneTotal<T>(low: v128, high: v128): f64 {
  if (sizeof<T>() == 8) return total(low, high)
  return <f64>(f32x4.extract_lane(low, 0) + f32x4.extract_lane(low, 1) + (f32x4.extract_lane(low, 2) + f32x4.extract_lane(low, 3)))
}

/** Lane 2 of four, which lie in one vector of f32 (`low`) or in two of f64. */
// @ts-ignore: decorator
@inline
export function lane2<T>(low: v128, high: v128): T {
  if (sizeof<T>() == 8) return <T>f64x2.extract_lane(high, 0)
  return <T>f32x4.extract_lane(low, 2)
}

// @ts-ignore: decorator
@inline
export function lane3<T>(low: v128, high: v128): T {
  if (sizeof<T>() == 8) return <T>f64x2.extract_lane(high, 1)
  return <T>f32x4.extract_lane(low, 3)
}

/** A moment, with 0 for what is subnormal. NaN is not below anything. */
// @ts-ignore: decorator
@inline
export function settledMoment<T>(x: v128): v128 {
  const least: f64 = sizeof<T>() == 4 ? 1.1754943508222875e-38 : 2.2250738585072014e-308
  return v128.andnot(x, v128.lt<T>(v128.abs<T>(x), v128.splat<T>(<T>least)))
}

/** A parameter, with 0 for what lies below 2^-63 (float64: 2^-511). */
// @ts-ignore: decorator
@inline
export function settledParameter<T>(x: v128): v128 {
  const least: f64 = sizeof<T>() == 4 ? 1.0842021724855044e-19 : 1.4916681462400413e-154
  return v128.andnot(x, v128.lt<T>(v128.abs<T>(x), v128.splat<T>(<T>least)))
}
