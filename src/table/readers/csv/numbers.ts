/**
 * Numbers as text files write them. `scanNumber` reads the common forms straight from bytes and is always correctly
 * rounded or declines; `cellMeaning` knows every other form a cell may have and works on text.
 */
import { secondsOfDate, type DateOrder } from './dates.ts'

/** Whether dates are numbers, and in which order besides ISO's. */
export type DatesAsked = 'number' | DateOrder | undefined

/** 10^k as a sum of two doubles, high + low, exact to 2^-106 of it. */
const greatestPower = 250
const powerHigh = new Float64Array(greatestPower + 1)
const powerLow = new Float64Array(greatestPower + 1)
for (let k = 0; k <= greatestPower; k++) {
  const high = Number(`1e${k}`)
  powerHigh[k] = high
  powerLow[k] = Number(10n ** BigInt(k) - BigInt(high))
}

/** Relative error that `rounded` allows for; its own is below 2^-102. */
const slack = 2 ** -96

/**
 * Reads a number at `start`: sign, digits with at most one decimal sign, exponent. Writes it to `out[at]` and returns the
 * index of the first byte after it; returns -1, with nothing written, when there is none, or when this way of reading
 * cannot promise the correctly rounded double (more than 27 digits, powers beyond 250, values next to a halfway point).
 * What follows the number is for the caller to judge; the bytes must end in something that is no part of a number.
 */
export function scanNumber(bytes: Uint8Array, start: number, decimal: number, out: Float64Array, at: number): number {
  let i = start
  let c = bytes[i]!
  const negative = c === 45
  if (negative || c === 43) c = bytes[++i]!
  const first = i
  let point = -1
  // Up to nine digits, in 32 bits: leading zeros cost nothing.
  let high = 0
  for (;;) {
    const digit = c - 48
    if (digit >>> 0 <= 9) {
      if (high >= 100_000_000) break
      high = (Math.imul(high, 10) + digit) | 0
    } else if (c === decimal && point < 0) point = i
    else break
    c = bytes[++i]!
  }
  // Nine more, and nine more again.
  let middle = 0
  let low = 0
  let count = 0
  for (;;) {
    const digit = c - 48
    if (digit >>> 0 <= 9) {
      if (count < 9) middle = (Math.imul(middle, 10) + digit) | 0
      else if (count < 18) low = (Math.imul(low, 10) + digit) | 0
      else return -1
      count++
    } else if (c === decimal && point < 0) point = i
    else break
    c = bytes[++i]!
  }
  let scale = 0
  if (point >= 0) {
    scale = point + 1 - i
    if (i - first === 1) return -1
  } else if (i === first) return -1
  if (c === 101 || c === 69) {
    let sign = 1
    c = bytes[++i]!
    if (c === 45 || c === 43) {
      if (c === 45) sign = -1
      c = bytes[++i]!
    }
    const from = i
    let exponent = 0
    while (c >= 48 && c <= 57 && exponent < 10_000) {
      exponent = exponent * 10 + (c - 48)
      c = bytes[++i]!
    }
    if (i === from || exponent >= 10_000) return -1
    scale += sign * exponent
  }
  let value: number
  if (count === 0 && scale >= -22 && scale <= 22) {
    // Clinger's case: both exact, so one rounding.
    value = scale < 0 ? high / powerHigh[-scale]! : high * powerHigh[scale]!
  } else {
    const used = count < 9 ? count : 9
    const head = high * powerHigh[used]!
    const sum = head + middle
    value = rounded(sum, middle - (sum - head) + low / powerHigh[count - used]!, scale + count - used)
    if (value !== value) return -1
  }
  out[at] = negative ? -value : value
  return i
}

/**
 * (head + tail) * 10^scale, correctly rounded, or NaN where the value lies too near the middle of two doubles to tell.
 * `tail` is at most about one unit in the last place of `head`. The product or quotient of the heads is corrected by its
 * exact remainder (Dekker 1971, A floating-point technique for extending the available precision).
 */
function rounded(head: number, tail: number, scale: number): number {
  if (head === 0) return 0
  if (scale < -greatestPower || scale > greatestPower) return Number.NaN
  let value: number
  let correction: number
  if (scale < 0) {
    const power = powerHigh[-scale]!
    value = head / power
    const product = value * power
    correction = (head - product - lostInProduct(value, power, product) + (tail - value * powerLow[-scale]!)) / power
  } else {
    const power = powerHigh[scale]!
    value = head * power
    correction = lostInProduct(head, power, value) + (tail * power + head * powerLow[scale]!)
  }
  const margin = value * slack
  const below = value + (correction - margin)
  return below === value + (correction + margin) ? below : Number.NaN
}

/** a * b - product, exactly, where product is a * b rounded. */
function lostInProduct(a: number, b: number, product: number): number {
  const splitA = 134_217_729 * a
  const aHigh = splitA - (splitA - a)
  const aLow = a - aHigh
  const splitB = 134_217_729 * b
  const bHigh = splitB - (splitB - b)
  const bLow = b - bHigh
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow)
}

export type Decimal = '.' | ','

/** What a cell's text means in a column of numbers. `overflow` is a number beyond the largest double. */
export type CellMeaning = (text: string) => number | 'missing' | 'overflow' | 'text'

/** Words for a missing value, in any case of letters. The empty cell is one too. */
export const missingWords: readonly string[] = [
  '', 'na', 'n/a', '#n/a', '#na', '<na>', 'nan', '-nan', '+nan', 'null', 'none', '?', '-', '1.#qnan', '-1.#qnan', '1.#ind', '-1.#ind',
  '#div/0!', '#value!', '#num!', '#ref!',
]

/** In lower case, as the words are compared. */
export const infinities: readonly (readonly [string, number])[] = ['inf', 'infinity', '1.#inf', '∞'].flatMap(word => [
  [word, Infinity] as const, [`+${word}`, Infinity] as const, [`-${word}`, -Infinity] as const, [`−${word}`, -Infinity] as const,
])

/**
 * Reads cells' text: missing words, infinities, numbers with the given decimal sign and with thousands marks in strict
 * groups of three (the other of `.` and `,`, an apostrophe, a space or a no-break space), exponents with e or Fortran's d,
 * and, when asked, dates as seconds since 1970-01-01 00:00 UTC, of each of which `onDate` is told.
 */
export function cellMeaning(decimal: Decimal, missing: readonly string[] = [], dates?: DatesAsked, onDate: () => void = () => {}): CellMeaning {
  const words = new Map<string, number | 'missing'>()
  for (const word of [...missingWords, ...missing]) words.set(word.trim().toLowerCase(), 'missing')
  for (const [word, value] of infinities) words.set(word, value)
  const pattern = decimal === '.'
    ? /^[+\-−]?(?:(?:\d+|\d{1,3}(?:,\d{3})+|\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d{1,3}(?:['’]\d{3})+)(?:\.\d*)?|\.\d+)(?:[ed][+-]?\d+)?$/i
    : /^[+\-−]?(?:(?:\d+|\d{1,3}(?:\.\d{3})+|\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d{1,3}(?:['’]\d{3})+)(?:,\d*)?|,\d+)(?:[ed][+-]?\d+)?$/i
  const longestWord = Math.max(...[...words.keys()].map(word => word.length))
  const marks = decimal === '.' ? /[, \u00a0\u202f'’]/g : /[. \u00a0\u202f'’]/g
  const order = dates === 'number' ? undefined : dates
  return text => {
    const word = text.length <= longestWord ? words.get(text.toLowerCase()) : undefined
    if (word !== undefined) return word
    if (pattern.test(text)) {
      const value = Number(text.replace(marks, '').replace(',', '.').replace('−', '-').replace(/d/i, 'e'))
      return Number.isFinite(value) ? value : 'overflow'
    }
    const seconds = dates === undefined ? undefined : secondsOfDate(text, order)
    if (seconds !== undefined) onDate()
    return seconds ?? 'text'
  }
}

/** The missing words that are themselves numbers, such as -999: cells are compared with these by value. */
export function missingNumbers(missing: readonly string[], decimal: Decimal): ReadonlySet<number> {
  const meaning = cellMeaning(decimal)
  return new Set(missing.map(word => meaning(word.trim())).filter(value => typeof value === 'number'))
}
