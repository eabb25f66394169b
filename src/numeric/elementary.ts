/**
 * exp, log and their kin in float64, each a fixed sequence of + - * / and square roots, so that every engine gives the same
 * bits: Math.exp, Math.log and the others may differ between engines in the last place. Errors, in units in the last place,
 * are what the tests hold: exp 1, log 0.6, log1p 1.2, expm1 2, sin and cos of turns 2, erf 1.5, sigmoid and softplus 2.5,
 * tanh 3. NaN gives NaN; infinities, signed zeros, overflow and gradual underflow are as the functions' limits say.
 */
import { cosSeries, erfSeries, erfTaylor, erfTaylorTerms, expSeries, ln2High, ln2Low, log2OfE, logSeries, sinSeries, twoPi } from './coefficients.ts'

const double = new Float64Array(1)
/** The same eight bytes as two words, low word first: every platform with WebAssembly is little-endian. */
const halves = new Uint32Array(double.buffer)

/** 2^k for a whole k in -1022..1023. */
function powerOfTwo(k: number): number {
  halves[0] = 0
  halves[1] = (k + 1023) << 20
  return double[0]!
}

/** c[0] + x (c[1] + x (c[2] + …)). */
function horner(coefficients: readonly number[], x: number): number {
  let sum = 0
  for (let n = coefficients.length - 1; n >= 0; n--) sum = sum * x + coefficients[n]!
  return sum
}

/** value * 2^k, rounded once; |k| <= 1100 and value near 1. */
function scaled(value: number, k: number): number {
  if (k > 1023) return value * powerOfTwo(1023) * powerOfTwo(k - 1023)
  if (k < -1000) return value * powerOfTwo(k + 200) * powerOfTwo(-200)
  return value * powerOfTwo(k)
}

/** e^r - 1 for x = k log(2) + r: r + (r^2 q(r) + what the rounding of r lost). */
function reducedExpm1(x: number, k: number): number {
  const high = x - k * ln2High
  const low = k * ln2Low
  const r = high - low
  const lost = high - r - low
  return r + (r * r * horner(expSeries, r) + lost)
}

/** e^x. */
export function exp(x: number): number {
  if (!(x < 710)) return x === x ? Infinity : x
  if (x < -746) return 0
  const k = Math.floor(x * log2OfE + 0.5)
  return scaled(1 + reducedExpm1(x, k), k)
}

/** e^x - 1, without losing small x. */
export function expm1(x: number): number {
  if (!(x < 710)) return x === x ? Infinity : x
  if (x < -40) return -1
  const k = Math.floor(x * log2OfE + 0.5)
  const y = reducedExpm1(x, k)
  if (k === 0) return x === 0 ? x : y
  if (k < 0) return powerOfTwo(k) * y + (powerOfTwo(k) - 1)
  if (k > 60) return scaled(1 + y, k)
  return powerOfTwo(k) * (1 - powerOfTwo(-k) + y)
}

/** The logarithm of x + correction, where |correction| is at most half a unit in the last place of x; x positive and finite. */
function logOfSum(x: number, correction: number): number {
  const subnormal = x < 2.2250738585072014e-308
  double[0] = subnormal ? x * 18014398509481984 : x
  // x = 2^k m with m in [sqrt(1/2), sqrt(2)): the high word is shifted so that the exponent steps at sqrt(1/2).
  const shifted = halves[1]! + (0x3ff00000 - 0x3fe6a09e)
  const k = (shifted >>> 20) - 1023 - (subnormal ? 54 : 0)
  halves[1] = (shifted & 0xfffff) + 0x3fe6a09e
  const m = double[0]!
  // log(m) = 2 atanh(s), s = (m - 1) / (m + 1), the quotient carried in two parts.
  const f = m - 1
  const sum = m + 1
  const s = f / sum
  const remainder = divisionRemainder(f, s, sum) - s * (m - (sum - 1))
  const sLow = remainder / sum
  const z = s * s
  const tail = 2 * (sLow + s * z * horner(logSeries, z)) + correction / x + k * ln2Low
  const head = k * ln2High
  const high = head + 2 * s
  return high + (2 * s - (high - head) + tail)
}

/** f - s * d exactly (to the last bit or so), the product by Dekker's halves (1971): s and d are of moderate size. */
function divisionRemainder(f: number, s: number, d: number): number {
  const sHead = headOf(s)
  const dHead = headOf(d)
  const sTail = s - sHead
  const dTail = d - dHead
  return f - sHead * dHead - sHead * dTail - sTail * dHead - sTail * dTail
}

/** The upper 26 bits of x. */
function headOf(x: number): number {
  const spread = x * 134217729
  return spread - (spread - x)
}

/** The natural logarithm: -Infinity at 0, NaN below. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN
  return x === Infinity ? x : logOfSum(x, 0)
}

/** log(1 + x), without losing small x: -Infinity at -1, NaN below. */
export function log1p(x: number): number {
  if (!(x > -1)) return x === -1 ? -Infinity : NaN
  if (x === Infinity || Math.abs(x) < 1e-16) return x
  const sum = 1 + x
  // What 1 + x lost, the larger operand first.
  return logOfSum(sum, Math.abs(x) < 1 ? x - (sum - 1) : 1 - (sum - x))
}

/** The hyperbolic tangent, from e^(-2|x|) - 1. */
export function tanh(x: number): number {
  const size = Math.abs(x)
  if (size > 20) return x > 0 ? 1 : -1
  if (size < 1e-9) return x
  const e = expm1(-2 * size)
  const y = -e / (2 + e)
  return x < 0 ? -y : y
}

/** 1 / (1 + e^-x), from e^-|x| so that nothing overflows. */
export function sigmoid(x: number): number {
  const e = exp(-Math.abs(x))
  return (x < 0 ? e : 1) / (1 + e)
}

/** log(1 + e^x) = max(x, 0) + log1p(e^-|x|). */
export function softplus(x: number): number {
  const tail = log1p(exp(-Math.abs(x)))
  return x > 0 ? x + tail : tail
}

/** The error function: a power series below 1/2, Taylor series about the middle of each half-unit up to 6, then 1. */
export function erf(x: number): number {
  const size = Math.abs(x)
  if (size < 0.5) return x * horner(erfSeries, x * x)
  if (!(size < 6)) return x === x ? (x > 0 ? 1 : -1) : x
  const row = Math.floor(size * 2) - 1
  const t = size - (0.75 + row / 2)
  const first = row * erfTaylorTerms
  let sum = 0
  for (let n = first + erfTaylorTerms - 1; n > first; n--) sum = sum * t + erfTaylor[n]!
  const y = sum * t + erfTaylor[first]!
  return x < 0 ? -y : y
}

/** sin(2 pi u): the turn is reduced exactly before pi is met, so half and quarter turns are exact. NaN where u is not finite. */
export function sinTurns(u: number): number {
  const quarter = Math.floor(u * 4 + 0.5)
  return quarterTurn(u - quarter / 4, quarter)
}

/** cos(2 pi u). */
export function cosTurns(u: number): number {
  const quarter = Math.floor(u * 4 + 0.5)
  return quarterTurn(u - quarter / 4, quarter + 1)
}

/** sin(2 pi v + quarter pi / 2) for |v| <= 1/8. */
function quarterTurn(v: number, quarter: number): number {
  const t = v * twoPi
  const z = t * t
  const position = quarter - 4 * Math.floor(quarter / 4)
  const y = position % 2 === 0 ? t + t * (z * horner(sinSeries, z)) : 1 + z * horner(cosSeries, z)
  return position >= 2 ? 0 - y : y
}

/**
 * x^n for a whole n, by squaring from the lowest bit of |n| up; a negative n divides 1 by that. The order of the products
 * is fixed: this is how beta^t is had.
 */
export function integerPower(x: number, n: number): number {
  let product = 1
  let square = x
  for (let rest = Math.abs(n); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) product *= square
    square *= square
  }
  return n < 0 ? 1 / product : product
}

/**
 * x^y as e^(y log x): the relative error grows with |y log x|, about that many units of 2^-53. x below 0 needs a whole y.
 * x^0 is 1, NaN included; 1^y is NaN for an infinite y, as in JavaScript.
 */
export function power(x: number, y: number): number {
  if (y === 0) return 1
  if (x > 0 || x !== x) return exp(y * log(x))
  const odd = Math.abs(y) % 2 === 1
  if (x === 0) return y > 0 ? (odd ? x : 0) : y < 0 ? (odd ? 1 / x : Infinity) : NaN
  if (x === -Infinity) return y > 0 ? (odd ? x : Infinity) : y < 0 ? (odd ? -0 : 0) : NaN
  if (Math.floor(y) !== y || Math.abs(y) === Infinity) return Math.abs(y) === Infinity ? power(-x, y) : NaN
  const size = exp(y * log(-x))
  return odd ? -size : size
}
