/**
 * exp, log and their kin in float32: every operation below is one float32 operation, rounded once, and there are no
 * branches: where a range needs another formula both are computed and one is selected. A kernel with four float32 lanes
 * that has add, sub, mul, div, min, max, shifts and bit selection reproduces every bit by following the lines in order.
 *
 * `min` and `max` here are those of WebAssembly's f32x4.min and f32x4.max: NaN when either operand is NaN. A sum or product
 * of more than two operands is evaluated as its parentheses say. Polynomials run from the highest coefficient down,
 * sum = sum * x + c, the product rounded before the addition. Errors in units in the last place, as the tests hold them over
 * the whole range: exp 1.1, log 1, log1p 1.5, expm1 1.8, tanh 1.3, sigmoid 2.2, softplus 2, erf 1.2.
 *
 * Arguments must be float32 values already.
 */
import {
  erf32Fit, erf32TailFit, exp32Fit, ln2High32, ln2Low32, log2OfE32, log32Fit, roundingShift32, tanh32Fit,
} from './coefficients.ts'

const f = Math.fround
const lane = new Float32Array(1)
const laneBits = new Int32Array(lane.buffer)

function bitsOf(x: number): number {
  lane[0] = x
  return laneBits[0]!
}

function fromBits(bits: number): number {
  laneBits[0] = bits
  return lane[0]!
}

function horner32(fit: readonly number[], x: number): number {
  let sum = fit[fit.length - 1]!
  for (let n = fit.length - 2; n >= 0; n--) sum = f(f(sum * x) + fit[n]!)
  return sum
}

/** The nearest whole number, ties to even, for |x| < 2^22: (x + 1.5 * 2^23) - 1.5 * 2^23. */
function nearest32(x: number): number {
  return f(f(x + roundingShift32) - roundingShift32)
}

/** 2^k as its exponent's bits, for a whole k in -126..127. */
function powerOfTwo32(k: number): number {
  return fromBits((k + 127) << 23)
}

/** For k whole: r = (x - k ln2High) - k ln2Low, then r + (r r) q(r): e^r - 1. */
function reducedExpm132(x: number, k: number): number {
  const r = f(f(x - f(k * ln2High32)) - f(k * ln2Low32))
  return f(r + f(f(r * r) * horner32(exp32Fit, r)))
}

/**
 * e^x: x is held to [-104, 89], beyond which the result is 0 or Infinity by rounding; k = nearest(x log2(e)); the result is
 * ((1 + (e^r - 1)) 2^(k >> 1)) 2^(k - (k >> 1)), so that only the last product rounds a subnormal. `k` as an integer is 0
 * for NaN, as i32x4.trunc_sat_f32x4_s has it.
 */
export function exp32(x: number): number {
  const held = Math.min(Math.max(x, -104), 89)
  const k = nearest32(f(held * log2OfE32))
  const y = f(1 + reducedExpm132(held, k))
  const first = (k | 0) >> 1
  return f(f(y * powerOfTwo32(first)) * powerOfTwo32((k | 0) - first))
}

/**
 * e^x - 1: x held to [-18, 89]; with h = 2^(k >> 1) and g = 2^(k - (k >> 1)), the result is
 * (((1 - (1 / h) / g) + (e^r - 1)) h) g, the reciprocals made from exponent bits. Where k is 0, the sum is e^r - 1 itself;
 * zeros keep their sign by selecting x where x is 0.
 */
export function expm1_32(x: number): number {
  const held = Math.min(Math.max(x, -18), 89)
  const k = nearest32(f(held * log2OfE32))
  const y = reducedExpm132(held, k)
  const first = (k | 0) >> 1
  const second = (k | 0) - first
  const base = f(1 - f(powerOfTwo32(-first) * powerOfTwo32(-second)))
  const grown = f(f(f(base + y) * powerOfTwo32(first)) * powerOfTwo32(second))
  return x === 0 ? x : grown
}

/**
 * The natural logarithm. Subnormal x is first multiplied by 2^23. x = 2^k m with m in [sqrt(1/2), sqrt(2)) by bits: add
 * 0x3f800000 - 0x3f3504f3, take the exponent less 127, keep 23 bits and add 0x3f3504f3. With g = m - 1, s = g / (2 + g),
 * z = s s: log = k ln2High + (g - (s (g - z p(z)) - k ln2Low)). Selected last: -Infinity for 0, NaN below, x for Infinity and NaN.
 */
export function log32(x: number): number {
  const subnormal = x < 1.1754943508222875e-38
  const shifted = (bitsOf(subnormal ? f(x * 8388608) : x) + (0x3f800000 - 0x3f3504f3)) | 0
  const k = (shifted >> 23) - 127 - (subnormal ? 23 : 0)
  const g = f(fromBits((shifted & 0x7fffff) + 0x3f3504f3) - 1)
  const s = f(g / f(2 + g))
  const z = f(s * s)
  const bent = f(s * f(g - f(z * horner32(log32Fit, z))))
  const y = f(f(k * ln2High32) + f(g - f(bent - f(k * ln2Low32))))
  const positive = x > 0 && x < Infinity ? y : x
  return x === 0 ? -Infinity : x < 0 ? NaN : positive
}

/**
 * log(1 + x): with u = 1 + x and lost = x - (u - 1) where x < 1, else 1 - (u - x): log(u) + lost / u. Selected last: x where
 * x is 0, Infinity or NaN, -Infinity at -1, NaN below.
 */
export function log1p_32(x: number): number {
  const u = f(1 + x)
  const lost = x < 1 ? f(x - f(u - 1)) : f(1 - f(u - x))
  const y = f(log32(u) + f(lost / u))
  const proper = x > -1 && x < Infinity ? y : x
  return x === 0 ? x : x === -1 ? -Infinity : x < -1 ? NaN : proper
}

/**
 * The hyperbolic tangent, with a = |x|: below 0.625, x + x (z p(z)), z = x x; else 1 - 2 / (e^(min(a, 10) 2) + 1) with the
 * sign of x. Both are computed. NaN passes through either; tanh32(-0) is 0.
 */
export function tanh32(x: number): number {
  const a = Math.abs(x)
  const z = f(x * x)
  const near = f(x + f(x * f(z * horner32(tanh32Fit, z))))
  const held = Math.min(a, 10)
  const far = f(1 - f(2 / f(exp32(f(held + held)) + 1)))
  return a < 0.625 ? near : x < 0 ? -far : far
}

/** 1 / (1 + e^-x): with e = e^(-|x|), (x < 0 ? e : 1) / (1 + e). */
export function sigmoid32(x: number): number {
  const e = exp32(-Math.abs(x))
  return f((x < 0 ? e : 1) / f(1 + e))
}

/** log(1 + e^x): max(x, 0) + log1p(e^(-|x|)). */
export function softplus32(x: number): number {
  return f(Math.max(x, 0) + log1p_32(exp32(-Math.abs(x))))
}

/**
 * The error function, with a = |x|: up to 1, x + x p(x x); above, 1 - e^(-t(b)) with b = min(a, 4), with the sign of x.
 * Both are computed. NaN passes through either.
 */
export function erf32(x: number): number {
  const a = Math.abs(x)
  const near = f(x + f(x * horner32(erf32Fit, f(x * x))))
  const far = f(1 - exp32(-horner32(erf32TailFit, Math.min(a, 4))))
  return a < 1 ? near : x < 0 ? -far : far
}
