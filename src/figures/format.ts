/** Numbers as people read them: 68,568; 14.6 %; 0.0521; 1e-7. The same in figures, in the terminal and in prose. */

/** A whole number with separators: 68,568. What is not finite stays `NaN`, `Infinity`, `-Infinity`. */
export function formatCount(n: number): string {
  if (!Number.isFinite(n)) return String(n)
  const rounded = Math.round(n)
  if (Math.abs(rounded) >= 1e15) return formatNumber(n)
  return grouped(rounded.toFixed(0)).replace(/^-0$/, '0')
}

/**
 * A number to so many significant digits (3 unless told), without empty zeros: 0.0521, 11.2, 0.457, 68,568, 1e-7, 1.5e150.
 * Digits before the decimal point are never rounded away below a million; beyond, and below 0.0001, powers of ten take over.
 */
export function formatNumber(x: number, digits = 3): string {
  if (!Number.isFinite(x)) return String(x)
  if (x === 0) return '0'
  const rounded = Number(x.toPrecision(digits))
  const size = Math.abs(rounded)
  if (size >= 1e6 || size < 1e-4)
    return rounded
      .toExponential(digits - 1)
      .replace(/\.?0*e/, 'e')
      .replace('e+', 'e')
  if (size >= 10 ** (digits - 1)) return grouped(x.toFixed(0))
  return grouped(rounded.toFixed(Math.max(0, digits - 1 - Math.floor(Math.log10(size)))).replace(/\.?0+$/, ''))
}

/**
 * A share as a percentage: 14.6 %, 0.37 %, 64 %. From 20 % on whole per cents tell enough, below one decimal, below 1 % two
 * significant digits; close to 1 the same care is taken of what is missing (99.63 %, > 99.99 %), so that only 1 itself reads 100 %.
 */
export function formatPercent(share: number): string {
  if (!Number.isFinite(share)) return String(share)
  const percent = share * 100
  const missing = 100 - percent
  if (percent === 0 || percent === 100) return `${percent} %`
  if (missing > 0 && missing < 1) return missing < 0.01 ? '> 99.99 %' : `${(100 - missing).toFixed(decimalsOfTwoDigits(missing))} %`
  const size = Math.abs(percent)
  if (size >= 19.95) return `${formatCount(percent)} %`
  if (size >= 0.995) return `${percent.toFixed(1).replace(/\.0$/, '')} %`
  return `${formatNumber(percent, 2)} %`
}

function decimalsOfTwoDigits(x: number): number {
  return Math.max(1, 1 - Math.floor(Math.log10(Number(x.toPrecision(2)))))
}

/** A time as people say it: 0.8 s, 12 s, 3 min 20 s, 1 h 05 min. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return String(seconds)
  if (seconds < 9.95) return `${formatNumber(Math.max(0, seconds), 2)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  const pad = (n: number): string => String(n).padStart(2, '0')
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`
  const minutes = Math.round(whole / 60)
  return `${formatCount(Math.floor(minutes / 60))} h ${pad(minutes % 60)} min`
}

/** A rate or a size with its thousand, million or billion: 540, 12.5 k, 2.1 M, 3 G. */
export function formatLarge(n: number): string {
  if (!Number.isFinite(n)) return String(n)
  const size = Math.abs(n)
  if (size >= 9.995e8) return `${formatNumber(n / 1e9)} G`
  if (size >= 999_500) return `${formatNumber(n / 1e6)} M`
  return size >= 9_995 ? `${formatNumber(n / 1e3)} k` : formatCount(n)
}

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** A power of ten set for an axis: 10⁻³, 2×10⁷. Plain between 0.0001 and 9,999,999. */
export function formatTick(x: number, decimals?: number): string {
  const size = Math.abs(x)
  if (x === 0) return '0'
  if (size >= 1e-4 && size < 1e7) return grouped(decimals === undefined ? plain(x) : x.toFixed(decimals)).replace('-', '−')
  const [mantissa = '', exponent = '0'] = Number(x.toPrecision(6)).toExponential().split('e')
  const power = [...String(Math.abs(Number(exponent)))].map(digit => superscripts[Number(digit)]).join('')
  const ten = `10${Number(exponent) < 0 ? '⁻' : ''}${power}`
  return mantissa === '1' ? ten : `${mantissa.replace('-', '−')}×${ten}`
}

function plain(x: number): string {
  return Number(x.toPrecision(10)).toString()
}

/** Thousands separators in a plain decimal number: every group of three digits before the decimal point. */
function grouped(decimal: string): string {
  const point = decimal.indexOf('.')
  const whole = point === -1 ? decimal : decimal.slice(0, point)
  return whole.replace(/\B(?=(\d{3})+$)/g, ',') + (point === -1 ? '' : decimal.slice(point))
}
