import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatTick } from '../../src/figures/format.ts'
import { extent, linearTicks, logTicks, padded, scaleOf } from '../../src/figures/scale.ts'
import { thinnedIndices, thinToPixels } from '../../src/figures/thin.ts'

const finite = fc.double({ noNaN: true, noDefaultInfinity: true })

describe('scales', () => {
  test('a linear scale runs from one end of its range to the other', () => {
    const scale = scaleOf('linear', [2, 6], [100, 300])
    expect([scale.at(2), scale.at(3), scale.at(6)]).toEqual([100, 150, 300])
  })
  test('a logarithmic scale gives each decade the same room', () => {
    const scale = scaleOf('log', [0.01, 100], [0, 400])
    expect([scale.at(0.01), scale.at(0.1), scale.at(1), scale.at(100)].map(Math.round)).toEqual([0, 100, 200, 400])
  })
  test('ticks are round numbers inside the domain', () => {
    expect(linearTicks(0.3, 9.7, 5)).toEqual([2, 4, 6, 8])
    expect(linearTicks(-0.25, 0.25, 5)).toEqual([-0.2, -0.1, 0, 0.1, 0.2])
    expect(logTicks(0.04, 0.8, 6)).toEqual([0.05, 0.1, 0.2, 0.5])
    expect(logTicks(1e-9, 1e9, 6)).toEqual([1e-9, 1e-6, 1e-3, 1, 1e3, 1e6, 1e9])
  })
  test('any domain has finite pixels and few ticks within it', () => {
    fc.assert(
      fc.property(finite, finite, fc.boolean(), (a, b, log) => {
        const kind = log ? ('log' as const) : ('linear' as const)
        const [low, high] = log
          ? [Math.max(Math.abs(a), 5e-324), Math.max(Math.abs(b), 5e-324)].sort((p, q) => p - q)
          : [a, b].sort((p, q) => p - q)
        const scale = scaleOf(kind, padded(kind, [low ?? 1, high ?? 1], 0.05), [0, 100])
        const ticks = scale.ticks(6)
        expect(ticks.length).toBeLessThanOrEqual(25)
        for (const tick of ticks) {
          expect(scale.at(tick)).toBeGreaterThanOrEqual(-0.1)
          expect(scale.at(tick)).toBeLessThanOrEqual(100.1)
        }
        expect(scale.labels(ticks).every(text => !/NaN|Infinity/.test(text))).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
  test('the extent leaves out what an axis cannot hold', () => {
    expect(extent('linear', [3, Number.NaN, -2], [Infinity, 5])).toEqual([-2, 5])
    expect(extent('log', [3, 0, -2, 7])).toEqual([3, 7])
    expect(extent('log', [0, Number.NaN])).toBeNull()
  })
  test('tick labels read as people write them', () => {
    expect([0.05, 20000, 1e-9, 2e7, -0.5].map(tick => formatTick(tick))).toEqual(['0.05', '20,000', '10⁻⁹', '2×10⁷', '−0.5'])
    expect(scaleOf('linear', [0, 2], [0, 1]).labels([0, 0.5, 1])).toEqual(['0', '0.5', '1.0'])
  })
})

describe('thinning', () => {
  test('a spike of one step in a hundred thousand survives, and few points remain', () => {
    const xs = Array.from({ length: 100_000 }, (_, i) => i / 200)
    const ys = xs.map((_, i) => (i === 54_321 ? -1 : 100 + (i % 7)))
    const thinned = thinToPixels(xs, ys)
    expect(thinned.xs.length).toBeLessThanOrEqual(4 * 500)
    expect(Math.min(...thinned.ys)).toBe(-1)
    expect(thinned.xs.every((x, i) => i === 0 || x >= (thinned.xs[i - 1] ?? 0))).toBe(true)
  })
  test('every pixel keeps its first, lowest, highest and last', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: 0, max: 20, noNaN: true }), fc.integer({ min: 0, max: 50 })), { maxLength: 60 }),
        points => {
          const sorted = [...points].sort((a, b) => a[0] - b[0])
          const { xs, ys } = thinToPixels(
            sorted.map(([x]) => x),
            sorted.map(([, y]) => y),
          )
          for (let pixel = 0; pixel <= 20; pixel++) {
            const before = sorted.filter(([x]) => Math.floor(x) === pixel).map(([, y]) => y)
            const after = ys.filter((_, i) => Math.floor(xs[i] ?? 0) === pixel)
            expect([after[0], after.at(-1), Math.min(...after), Math.max(...after)]).toEqual([
              before[0],
              before.at(-1),
              Math.min(...before),
              Math.max(...before),
            ])
          }
        },
      ),
    )
  })
  test('thinned indices are few, ascending, and not in step with a period', () => {
    expect(thinnedIndices(3, 10)).toEqual([0, 1, 2])
    const indices = thinnedIndices(100_000, 2_000)
    expect(indices).toHaveLength(2_000)
    expect(indices.every((index, i) => i === 0 || index > (indices[i - 1] ?? 0))).toBe(true)
    // With stretches of 50, a fixed place in each would always see the same phase of a period of 50. Each phase is expected
    // 40 times (binomial, standard deviation 6.3): five of them either way.
    const phases = new Map<number, number>()
    for (const index of indices) phases.set(index % 50, (phases.get(index % 50) ?? 0) + 1)
    expect(Math.max(...phases.values())).toBeLessThan(72)
    expect(phases.size).toBe(50)
  })
})
