/**
 * A float64 as the shortest decimal text that reads back as the same number: of several, the nearest. Raffaello Giulietti, "The
 * Schubfach way to render doubles" (2020): within half a step below and above there is at most one multiple of 10^(k+1), and it
 * is taken; else the nearest multiple of 10^k. Written as JavaScript writes numbers.
 */

/** [617] powers of ten from 10^-292 on, 128 bits each, low half first, as src/numeric/decimal.ts computes them. */
// @ts-ignore: decorator
@inline const POWERS: usize = 1024
// @ts-ignore: decorator
@inline const LEAST_POWER: i32 = -292
/** 24 digits, the last ones those that count. */
// @ts-ignore: decorator
@inline const DIGITS: usize = 64

/** floor(log2 10^e) for |e| <= 1233. */
// @ts-ignore: decorator
@inline
function floorLog2OfPower(e: i32): i32 {
  return (e * 1741647) >> 19
}

/** The high 64 bits of a product of 64 by 64 bits. */
// @ts-ignore: decorator
@inline
function highProduct(a: u64, b: u64): u64 {
  const al = a & 0xffffffff
  const ah = a >> 32
  const bl = b & 0xffffffff
  const bh = b >> 32
  const middle = ah * bl + ((al * bl) >> 32)
  return ah * bh + (middle >> 32) + ((al * bh + (middle & 0xffffffff)) >> 32)
}

/** floor(g * c / 2^128), with a last bit of 1 where the quotient is not whole: comparisons with even numbers then stay exact. */
// @ts-ignore: decorator
@inline
function roundToOdd(high: u64, low: u64, c: u64): u64 {
  const carried = highProduct(low, c)
  const rest = high * c + carried
  return (highProduct(high, c) + u64(rest < carried)) | u64(rest > 1)
}

/** Writes x, finite and not 0, to `at`, up to 25 bytes; gives where it ends. Up to 24 bytes behind it are written too. */
export function write(x: f64, at: usize): usize {
  const bits = reinterpret<u64>(x)
  if (<i64>bits < 0) store<u8>(at++, 0x2d) // -
  const fraction = bits & 0x000fffffffffffff
  const exponent = <i32>((bits >> 52) & 0x7ff)
  const c = exponent ? fraction | 0x0010000000000000 : fraction
  const q = max(exponent, 1) - 1075
  // The step below a power of two is half the step above it.
  const uneven = fraction == 0 && exponent > 1
  let k = (q * 1262611 - (uneven ? 524031 : 0)) >> 22 // floor(log10 2^q), or of 3/4 2^q
  const h = <u64>(q + floorLog2OfPower(-k) + 1)
  const power = POWERS + (<usize>(-k - LEAST_POWER) << 4)
  const low = load<u64>(power)
  const high = load<u64>(power, 8)
  // All in quarters of 10^k. An odd number's neighbours take what lies exactly between.
  const odd = c & 1
  const least = roundToOdd(high, low, (4 * c - 2 + u64(uneven)) << h) + odd
  const value = roundToOdd(high, low, (4 * c) << h)
  const most = roundToOdd(high, low, (4 * c + 2) << h) - odd
  let digits = value >> 2
  const tens = digits / 10
  const tenBelow = digits >= 10 && least <= 40 * tens
  const tenAbove = digits >= 10 && 40 * tens + 40 <= most
  if (tenBelow != tenAbove) {
    digits = tens + u64(tenAbove)
    k++
  } else {
    const below = least <= 4 * digits
    const above = 4 * digits + 4 <= most
    const middle = 4 * digits + 2
    digits += below != above ? u64(above) : u64(value > middle || (value == middle && (digits & 1) != 0))
  }
  // A multiple of 10^n is one of 2^n, which costs no division to see: most numbers end in no zero, and short ones, as a learning rate is, in many.
  while ((digits & 0xff) == 0 && digits % 100000000 == 0) {
    digits /= 100000000
    k += 8
  }
  if ((digits & 15) == 0 && digits % 10000 == 0) {
    digits /= 10000
    k += 4
  }
  if ((digits & 3) == 0 && digits % 100 == 0) {
    digits /= 100
    k += 2
  }
  if ((digits & 1) == 0 && digits % 10 == 0) {
    digits /= 10
    k++
  }
  return layOut(digits, k, at)
}

/** digits * 10^k, digits below 10^17 and no multiple of 10, as JavaScript lays numbers out. */
function layOut(digits: u64, k: i32, at: usize): usize {
  const count = writeDigits(digits)
  const from = DIGITS + 24 - <usize>count
  const point = count + k
  if (count <= point && point <= 21) {
    copyDigits(from, at)
    for (let i = count; i < point; i++) store<u8>(at + <usize>i, 0x30)
    return at + <usize>point
  }
  if (0 < point && point <= 21) {
    copyDigits(from, at)
    copyDigits(from + <usize>point, at + <usize>point + 1)
    store<u8>(at + <usize>point, 0x2e) // .
    return at + <usize>count + 1
  }
  if (-6 < point && point <= 0) {
    store<u64>(at, 0x3030303030302e30) // 0.000000
    copyDigits(from, at + 2 - point)
    return at + 2 - point + <usize>count
  }
  copyDigits(from + 1, at + 2)
  store<u8>(at, load<u8>(from))
  if (count == 1) at++
  else {
    store<u8>(at + 1, 0x2e)
    at += <usize>count + 1
  }
  return writeExponent(point - 1, at)
}

/** Decimal digits, the last one at DIGITS + 23; gives how many. */
function writeDigits(digits: u64): i32 {
  let to = DIGITS + 24
  // Below 10^9 a 32-bit division does.
  while (digits >= 1000000000) {
    const rest = digits / 100000000
    let eight = <u32>(digits - rest * 100000000)
    digits = rest
    for (let i = 0; i < 8; i++) {
      const tenth = eight / 10
      store<u8>(--to, 0x30 + eight - tenth * 10)
      eight = tenth
    }
  }
  let rest = <u32>digits
  do {
    const tenth = rest / 10
    store<u8>(--to, 0x30 + rest - tenth * 10)
    rest = tenth
  } while (rest)
  return <i32>(DIGITS + 24 - to)
}

/** 24 bytes. */
// @ts-ignore: decorator
@inline
function copyDigits(from: usize, to: usize): void {
  const last = load<u64>(from, 16)
  v128.store(to, v128.load(from))
  store<u64>(to, last, 16)
}

function writeExponent(e: i32, at: usize): usize {
  store<u8>(at, 0x65) // e
  store<u8>(at, e < 0 ? 0x2d : 0x2b, 1)
  at += 2
  const size = abs(e)
  if (size >= 100) store<u8>(at++, 0x30 + size / 100)
  if (size >= 10) store<u8>(at++, 0x30 + (size / 10) % 10)
  store<u8>(at, 0x30 + size % 10)
  return at + 1
}
