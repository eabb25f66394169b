/**
 * exp, log and their kin in four float32 lanes: src/numeric/elementary32.ts line by line, in the same order of operations.
 * Coefficients are read from memory, where the host puts the lists of src/numeric/coefficients.ts one after the other.
 */
import { COEFFICIENTS_32 } from './elementary64'

// Addresses of the lists, each of so many f32.
// @ts-ignore: decorator
@inline const CONSTANTS: usize = COEFFICIENTS_32 // ln2High32, ln2Low32, log2OfE32, roundingShift32
// @ts-ignore: decorator
@inline const EXP: usize = CONSTANTS + 4 * 4 // 5
// @ts-ignore: decorator
@inline const LOG: usize = EXP + 5 * 4 // 3
// @ts-ignore: decorator
@inline const TANH: usize = LOG + 3 * 4 // 5
// @ts-ignore: decorator
@inline const ERF: usize = TANH + 5 * 4 // 7
// @ts-ignore: decorator
@inline const ERF_TAIL: usize = ERF + 7 * 4 // 9

// @ts-ignore: decorator
@inline
function constant(x: f32): v128 {
  return f32x4.splat(x)
}

/** sum * x + the coefficient at `at`. */
// @ts-ignore: decorator
@inline
function then(sum: v128, x: v128, at: usize): v128 {
  return f32x4.add(f32x4.mul(sum, x), v128.load32_splat(at))
}

// @ts-ignore: decorator
@inline
function three(list: usize, x: v128): v128 {
  return then(then(v128.load32_splat(list + 8), x, list + 4), x, list)
}

// @ts-ignore: decorator
@inline
function five(list: usize, x: v128): v128 {
  return then(then(then(then(v128.load32_splat(list + 16), x, list + 12), x, list + 8), x, list + 4), x, list)
}

// @ts-ignore: decorator
@inline
function seven(list: usize, x: v128): v128 {
  const upper = then(v128.load32_splat(list + 24), x, list + 20)
  return then(then(then(then(then(upper, x, list + 16), x, list + 12), x, list + 8), x, list + 4), x, list)
}

// @ts-ignore: decorator
@inline
function nine(list: usize, x: v128): v128 {
  const upper = then(then(then(v128.load32_splat(list + 32), x, list + 28), x, list + 24), x, list + 20)
  return then(then(then(then(then(upper, x, list + 16), x, list + 12), x, list + 8), x, list + 4), x, list)
}

/** The smaller of x and a bound that is not zero; NaN in x stays. */
// @ts-ignore: decorator
@inline
function atMost(x: v128, bound: f32): v128 {
  return f32x4.pmin(x, constant(bound))
}

// @ts-ignore: decorator
@inline
function atLeast(x: v128, bound: f32): v128 {
  return f32x4.pmax(x, constant(bound))
}

// @ts-ignore: decorator
@inline
function nearest(x: v128): v128 {
  const shift = v128.load32_splat(CONSTANTS + 12)
  return f32x4.sub(f32x4.add(x, shift), shift)
}

// @ts-ignore: decorator
@inline
function powerOfTwo(k: v128): v128 {
  return i32x4.shl(i32x4.add(k, i32x4.splat(127)), 23)
}

// @ts-ignore: decorator
@inline
function reducedExpm1(x: v128, k: v128): v128 {
  const head = f32x4.sub(x, f32x4.mul(k, v128.load32_splat(CONSTANTS)))
  const r = f32x4.sub(head, f32x4.mul(k, v128.load32_splat(CONSTANTS + 4)))
  return f32x4.add(r, f32x4.mul(f32x4.mul(r, r), five(EXP, r)))
}

export function exp32(x: v128): v128 {
  const held = atMost(atLeast(x, -104), 89)
  const k = nearest(f32x4.mul(held, v128.load32_splat(CONSTANTS + 8)))
  const y = f32x4.add(constant(1), reducedExpm1(held, k))
  const whole = i32x4.trunc_sat_f32x4_s(k)
  const first = i32x4.shr_s(whole, 1)
  return f32x4.mul(f32x4.mul(y, powerOfTwo(first)), powerOfTwo(i32x4.sub(whole, first)))
}

export function log32(x: v128): v128 {
  const subnormal = f32x4.lt(x, constant(1.1754943508222875e-38))
  const grown = v128.bitselect(f32x4.mul(x, constant(8388608)), x, subnormal)
  const shifted = i32x4.add(grown, i32x4.splat(0x3f800000 - 0x3f3504f3))
  const exponent = i32x4.sub(i32x4.shr_s(shifted, 23), i32x4.splat(127))
  const k = f32x4.convert_i32x4_s(i32x4.sub(exponent, v128.and(subnormal, i32x4.splat(23))))
  const g = f32x4.sub(i32x4.add(v128.and(shifted, i32x4.splat(0x7fffff)), i32x4.splat(0x3f3504f3)), constant(1))
  const s = f32x4.div(g, f32x4.add(constant(2), g))
  const z = f32x4.mul(s, s)
  const bent = f32x4.mul(s, f32x4.sub(g, f32x4.mul(z, three(LOG, z))))
  const inner = f32x4.sub(g, f32x4.sub(bent, f32x4.mul(k, v128.load32_splat(CONSTANTS + 4))))
  const y = f32x4.add(f32x4.mul(k, v128.load32_splat(CONSTANTS)), inner)
  const zero = constant(0)
  const proper = v128.and(f32x4.gt(x, zero), f32x4.lt(x, constant(Infinity)))
  const positive = v128.bitselect(y, x, proper)
  const signed = v128.bitselect(constant(NaN), positive, f32x4.lt(x, zero))
  return v128.bitselect(constant(-Infinity), signed, f32x4.eq(x, zero))
}

export function log1p_32(x: v128): v128 {
  const one = constant(1)
  const u = f32x4.add(one, x)
  const small = f32x4.sub(x, f32x4.sub(u, one))
  const large = f32x4.sub(one, f32x4.sub(u, x))
  const lost = v128.bitselect(small, large, f32x4.lt(x, one))
  const y = f32x4.add(log32(u), f32x4.div(lost, u))
  const minusOne = constant(-1)
  const proper = v128.bitselect(y, x, v128.and(f32x4.gt(x, minusOne), f32x4.lt(x, constant(Infinity))))
  const below = v128.bitselect(constant(NaN), proper, f32x4.lt(x, minusOne))
  const edge = v128.bitselect(constant(-Infinity), below, f32x4.eq(x, minusOne))
  return v128.bitselect(x, edge, f32x4.eq(x, constant(0)))
}

export function tanh32(x: v128): v128 {
  const a = f32x4.abs(x)
  const z = f32x4.mul(x, x)
  const near = f32x4.add(x, f32x4.mul(x, f32x4.mul(z, five(TANH, z))))
  const held = atMost(a, 10)
  const one = constant(1)
  const far = f32x4.sub(one, f32x4.div(constant(2), f32x4.add(exp32(f32x4.add(held, held)), one)))
  return v128.bitselect(near, withSignOf(far, x), f32x4.lt(a, constant(0.625)))
}

/** y, negated where x < 0. */
// @ts-ignore: decorator
@inline
function withSignOf(y: v128, x: v128): v128 {
  return v128.bitselect(f32x4.neg(y), y, f32x4.lt(x, constant(0)))
}

export function sigmoid32(x: v128): v128 {
  const e = exp32(f32x4.neg(f32x4.abs(x)))
  const one = constant(1)
  return f32x4.div(v128.bitselect(e, one, f32x4.lt(x, constant(0))), f32x4.add(one, e))
}

export function softplus32(x: v128): v128 {
  // The sum with a logarithm of at least log 2 or a positive x hides the sign of a zero.
  const positive = f32x4.pmax(x, constant(0))
  return f32x4.add(positive, log1p_32(exp32(f32x4.neg(f32x4.abs(x)))))
}

export function erf32(x: v128): v128 {
  const a = f32x4.abs(x)
  const near = f32x4.add(x, f32x4.mul(x, seven(ERF, f32x4.mul(x, x))))
  const far = f32x4.sub(constant(1), exp32(f32x4.neg(nine(ERF_TAIL, atMost(a, 4)))))
  return v128.bitselect(near, withSignOf(far, x), f32x4.lt(a, constant(1)))
}
