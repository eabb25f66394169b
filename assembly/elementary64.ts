/**
 * exp, log and their kin in float64: src/numeric/elementary.ts line by line, in the same order of operations. Coefficients are
 * read from memory, where the host puts the lists of src/numeric/coefficients.ts one after the other.
 */
import { COEFFICIENTS } from './plan'

// Addresses of the lists, each of so many f64.
// @ts-ignore: decorator
@inline const CONSTANTS: usize = COEFFICIENTS // ln2High, ln2Low, log2OfE
// @ts-ignore: decorator
@inline const EXP: usize = CONSTANTS + 3 * 8 // 12
// @ts-ignore: decorator
@inline const LOG: usize = EXP + 12 * 8 // 10
// @ts-ignore: decorator
@inline const ERF: usize = LOG + 10 * 8 // 13
// @ts-ignore: decorator
@inline const ERF_TAYLOR: usize = ERF + 13 * 8 // 11 rows of 19
// @ts-ignore: decorator
@inline export const COEFFICIENTS_32: usize = ERF_TAYLOR + 11 * 19 * 8

// @ts-ignore: decorator
@inline
function powerOfTwo(k: i32): f64 {
  return reinterpret<f64>((<u64>(k + 1023)) << 52)
}

function horner(list: usize, count: i32, x: f64): f64 {
  let sum: f64 = 0
  for (let at = list + (<usize>count << 3) - 8; at >= list; at -= 8) sum = sum * x + load<f64>(at)
  return sum
}

function scaled(value: f64, k: i32): f64 {
  if (k > 1023) return value * powerOfTwo(1023) * powerOfTwo(k - 1023)
  if (k < -1000) return value * powerOfTwo(k + 200) * powerOfTwo(-200)
  return value * powerOfTwo(k)
}

function reducedExpm1(x: f64, k: f64): f64 {
  const high = x - k * load<f64>(CONSTANTS)
  const low = k * load<f64>(CONSTANTS, 8)
  const r = high - low
  const lost = high - r - low
  return r + (r * r * horner(EXP, 12, r) + lost)
}

export function exp64(x: f64): f64 {
  if (!(x < 710)) return x == x ? Infinity : x
  if (x < -746) return 0
  const k = floor<f64>(x * load<f64>(CONSTANTS, 16) + 0.5)
  return scaled(1 + reducedExpm1(x, k), <i32>k)
}

function expm1_64(x: f64): f64 {
  if (!(x < 710)) return x == x ? Infinity : x
  if (x < -40) return -1
  const whole = floor<f64>(x * load<f64>(CONSTANTS, 16) + 0.5)
  const y = reducedExpm1(x, whole)
  const k = <i32>whole
  if (k == 0) return x == 0 ? x : y
  if (k < 0) return powerOfTwo(k) * y + (powerOfTwo(k) - 1)
  if (k > 60) return scaled(1 + y, k)
  return powerOfTwo(k) * (1 - powerOfTwo(-k) + y)
}

function logOfSum(x: f64, correction: f64): f64 {
  const subnormal = x < 2.2250738585072014e-308
  const bits = reinterpret<u64>(subnormal ? x * 18014398509481984 : x)
  const shifted = <u32>(bits >> 32) + (0x3ff00000 - 0x3fe6a09e)
  const k = <f64>(<i32>(shifted >> 20) - 1023 - (subnormal ? 54 : 0))
  const m = reinterpret<f64>((<u64>((shifted & 0xfffff) + 0x3fe6a09e) << 32) | (bits & 0xffffffff))
  const f = m - 1
  const sum = m + 1
  const s = f / sum
  const remainder = divisionRemainder(f, s, sum) - s * (m - (sum - 1))
  const sLow = remainder / sum
  const z = s * s
  const tail = 2 * (sLow + s * z * horner(LOG, 10, z)) + correction / x + k * load<f64>(CONSTANTS, 8)
  const head = k * load<f64>(CONSTANTS)
  const high = head + 2 * s
  return high + (2 * s - (high - head) + tail)
}

function divisionRemainder(f: f64, s: f64, d: f64): f64 {
  const sHead = headOf(s)
  const dHead = headOf(d)
  const sTail = s - sHead
  const dTail = d - dHead
  return f - sHead * dHead - sHead * dTail - sTail * dHead - sTail * dTail
}

// @ts-ignore: decorator
@inline
function headOf(x: f64): f64 {
  const spread = x * 134217729
  return spread - (spread - x)
}

export function log64(x: f64): f64 {
  if (!(x > 0)) return x == 0 ? -Infinity : NaN
  return x == Infinity ? x : logOfSum(x, 0)
}

function log1p_64(x: f64): f64 {
  if (!(x > -1)) return x == -1 ? -Infinity : NaN
  if (x == Infinity || abs<f64>(x) < 1e-16) return x
  const sum = 1 + x
  return logOfSum(sum, abs<f64>(x) < 1 ? x - (sum - 1) : 1 - (sum - x))
}

export function tanh64(x: f64): f64 {
  const size = abs<f64>(x)
  if (size > 20) return x > 0 ? 1 : -1
  if (size < 1e-9) return x
  const e = expm1_64(-2 * size)
  const y = -e / (2 + e)
  return x < 0 ? -y : y
}

export function sigmoid64(x: f64): f64 {
  const e = exp64(-abs<f64>(x))
  return (x < 0 ? e : 1) / (1 + e)
}

export function softplus64(x: f64): f64 {
  const tail = log1p_64(exp64(-abs<f64>(x)))
  return x > 0 ? x + tail : tail
}

export function erf64(x: f64): f64 {
  const size = abs<f64>(x)
  if (size < 0.5) return x * horner(ERF, 13, x * x)
  if (!(size < 6)) return x == x ? (x > 0 ? 1 : -1) : x
  const row = <i32>floor<f64>(size * 2) - 1
  const t = size - (0.75 + <f64>row / 2)
  const first = ERF_TAYLOR + <usize>(row * 19) * 8
  let sum: f64 = 0
  for (let at = first + 18 * 8; at > first; at -= 8) sum = sum * t + load<f64>(at)
  const y = sum * t + load<f64>(first)
  return x < 0 ? -y : y
}
