/** A column in pieces has the figures of the column whole, to the bit. */
import { expect, test } from 'vitest'
import { max, min } from '../../src/numeric/stats.ts'
import { finiteValues, scaleOfFinite } from '../../src/table/scale.ts'
import { StreamedScale } from '../../src/table/streamed-scale.ts'

const n = 20_000
const columns: [string, (i: number) => number][] = [
  ['waves', i => Math.sin(i) * 1e3 + 7], ['gaps', i => (i % 7 === 0 ? Number.NaN : i % 11 === 0 ? Infinity : i / 3)],
    ['constant', () => 0.998],
  ['zeros', () => 0], ['huge', i => (i % 2 === 0 ? 1.7e308 : 1.6e308)], ['tiny', i => i * 1e-300],
    ['float32', i => Math.fround(1 + i * 1e-9)],
  ['both ends', i => (i % 2 === 0 ? 1.7e308 : -1.7e308)], ['nothing finite', () => Number.NaN], ['few', i => (i < 3 ? i : Number.NaN)],
]

test.each(columns)('%s', (_, value) => {
  const values = Float64Array.from({ length: n }, (__, i) => value(i))
  const finite = finiteValues(values, Uint32Array.from(values.keys()))
  for (const piece of [1000, 4096, 5001, n]) {
    const streamed = new StreamedScale()
    let passes = 0
    do {
      for (let at = 0; at < n; at += piece) streamed.take(values.subarray(at, at + piece))
      passes++
    } while (streamed.pass())
    const whole = scaleOfFinite(finite)
    expect(streamed.figures()).toEqual({
      ...whole, min: min(finite), max: max(finite), nan: values.filter(Number.isNaN).length,
        inf: values.filter(x => Math.abs(x) === Infinity).length,
    })
    expect(passes).toBeLessThanOrEqual(4)
  }
})
