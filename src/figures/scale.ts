/** From numbers to pixels, and the round numbers that an axis names. */
import { formatTick } from './format.ts'

export type ScaleKind = 'linear' | 'log'

export interface Scale {
  readonly kind: ScaleKind
  readonly domain: readonly [number, number]
  readonly range: readonly [number, number]
  /** The pixel of a value of the domain; a value outside it lands outside the range. */
  at(value: number): number
  /** About `count` round values inside the domain, ascending. */
  ticks(count: number): number[]
  /** One label for each tick: linear ticks share their decimals. */
  labels(ticks: readonly number[]): string[]
}

/** A linear or a logarithmic scale. A domain of one value is widened around it; a log domain must be positive. */
export function scaleOf(kind: ScaleKind, domain: readonly [number, number], range: readonly [number, number]): Scale {
  const [low, high] = widened(kind, domain)
  // Quarters, so that a domain from -1e308 to 1e308 has a width.
  const forward = kind === 'log' ? Math.log10 : (x: number): number => x / 4
  const from = forward(low)
  const span = forward(high) - from
  return {
    kind,
    domain: [low, high],
    range,
    at: value => range[0] + ((forward(value) - from) / span) * (range[1] - range[0]),
    ticks: count => (kind === 'log' ? logTicks(low, high, count) : linearTicks(low, high, count)),
    labels: ticks => (kind === 'log' ? ticks.map(tick => formatTick(tick)) : linearLabels(ticks)),
  }
}

function widened(kind: ScaleKind, [low, high]: readonly [number, number]): [number, number] {
  // Two values that no axis could tell apart count as one.
  if (kind === 'log' ? high / low > 1 + 1e-9 : high / 4 - low / 4 > Math.max(Math.abs(low), Math.abs(high)) * 1e-12 + 1e-300)
    return [low, high]
  if (kind === 'log') return [Math.max(low / 2, Number.MIN_VALUE), Math.min(low * 2, Number.MAX_VALUE)]
  const room = Math.abs(low) < 1e-290 ? 1 : Math.min(Math.abs(low) * 0.1, Number.MAX_VALUE / 8)
  return [low - room, low + room]
}

/** The domain with a share of its width added below and above, in the scale's own measure. */
export function padded(kind: ScaleKind, domain: readonly [number, number], below: number, above = below): [number, number] {
  const [low, high] = widened(kind, domain)
  if (kind === 'log') {
    const span = Math.log10(high) - Math.log10(low)
    return [Math.max(low * 10 ** (-span * below), Number.MIN_VALUE), Math.min(high * 10 ** (span * above), Number.MAX_VALUE)]
  }
  const quarter = high / 4 - low / 4
  const most = Number.MAX_VALUE
  return [Math.max(low - 4 * Math.min(quarter * below, most / 4), -most), Math.min(high + 4 * Math.min(quarter * above, most / 4), most)]
}

/** The smallest domain that holds every finite value (every positive one for a log scale), or null where there is none. */
export function extent(kind: ScaleKind, ...lists: readonly ArrayLike<number>[]): [number, number] | null {
  let low = Infinity
  let high = -Infinity
  for (const list of lists) {
    for (let i = 0; i < list.length; i++) {
      const value = list[i] ?? Number.NaN
      if (!Number.isFinite(value) || (kind === 'log' && value <= 0)) continue
      if (value < low) low = value
      if (value > high) high = value
    }
  }
  return low <= high ? [low, high] : null
}

/** Multiples of 1, 2 or 5 times a power of ten. */
export function linearTicks(low: number, high: number, count: number): number[] {
  const step = roundStep(high / count - low / count)
  const first = Math.ceil(low / step - 1e-9)
  const last = Math.floor(high / step + 1e-9)
  const ticks: number[] = []
  for (let i = first; i <= last && ticks.length < 1000; i++) ticks.push(Number((i * step).toPrecision(12)) + 0)
  // Where a domain is narrower than twelve digits can tell, a rounded tick may have left it.
  const slack = (high / 2 - low / 2) * 1e-6
  return ticks.filter(tick => tick >= low - slack && tick <= high + slack)
}

/** The round step not far from the one asked for: 1, 2 or 5 times a power of ten, and not below 1e-300. */
function roundStep(asked: number): number {
  const exponent = Math.floor(Math.log10(Math.max(asked, 1e-300)))
  const power = Number(`1e${exponent}`)
  const ratio = asked / power
  const factor = ratio < Math.SQRT2 ? 1 : ratio < Math.sqrt(10) ? 2 : ratio < Math.sqrt(50) ? 5 : 10
  return factor === 10 ? Number(`1e${exponent + 1}`) : factor * power
}

/** Powers of ten; with 2 and 5 between them where there is room; and in less than a decade the ticks of a linear scale. */
export function logTicks(low: number, high: number, count: number): number[] {
  const from = Math.floor(Math.log10(low))
  const to = Math.ceil(Math.log10(high))
  const decades = Math.log10(high) - Math.log10(low)
  const inside = (tick: number): boolean => tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9) && Number.isFinite(tick) && tick > 0
  for (const factors of decades > count / 2 ? [[1]] : decades > count / 4 ? [[1, 3], [1]] : [[1, 2, 5]]) {
    const every = factors.length > 1 ? 1 : Math.max(1, Math.ceil(decades / count))
    const ticks: number[] = []
    for (let k = Math.ceil(from / every) * every; k <= to; k += every) for (const factor of factors) ticks.push(Number(`${factor}e${k}`))
    if (ticks[0] !== undefined && Math.ceil(from / every) * every > from) ticks.unshift(Number(`1e${Math.floor(from / every) * every}`))
    const within = ticks.filter(inside)
    if (within.length >= 3) return within
  }
  return linearTicks(low, high, Math.min(count, 5)).filter(inside)
}

function linearLabels(ticks: readonly number[]): string[] {
  const decimals = Math.max(
    0,
    ...ticks.map(tick => (Number(tick.toPrecision(10)).toString().split('.')[1] ?? '').replace(/e.*/, '').length),
  )
  const largest = Math.max(...ticks.map(Math.abs))
  const uniform = largest < 1e7 && decimals <= 6
  return ticks.map(tick => formatTick(tick, uniform ? decimals : undefined))
}
