import { describe, expect, test } from 'vitest'
import { kernelScaler, stretch, weigh, weighPlainly, writeScaled, writeScaledPlainly, type ScaledColumn } from '../../src/numeric/side-by-side.ts'

/** Numbers between -1 and 1 that share no digits: sines of whole numbers. */
const sines = (count: number, make: Float32ArrayConstructor | Float64ArrayConstructor): Float32Array | Float64Array => new make(count).map((_, i) => Math.sin(i + 1))
const every = (count: number, step = 1): Uint32Array => Uint32Array.from({ length: count }, (_, i) => i * step)

// One less and one more than go through the kernel's memory together.
const counts = [0, 1, 256, 257, 1023, 1024, 1025, 5000]

describe.each([['float32', Float32Array], ['float64', Float64Array]] as const)('in rows of %s', (_, make) => {
  const columnsOf = (count: number): ScaledColumn[] => [
    { at: 2, values: sines(count, Float64Array), mean: 0.1, scale: 3, constant: false },
    { at: 0, values: sines(count, Float32Array), mean: -0.3, scale: 0.7, constant: false },
    { at: 3, values: new Float64Array(count).fill(5), mean: 5.5, scale: 1, constant: true },
  ]

  const expectSame = (rows: Uint32Array, columns: readonly ScaledColumn[]): void => {
    // What stands in the other places stays.
    const [got, expected] = [new make(rows.length * 5).fill(7), new make(rows.length * 5).fill(7)]
    writeScaled(got, 5, rows, columns)
    writeScaledPlainly(expected, 5, rows, columns)
    expect(got).toEqual(expected)
  }

  test.each(counts)('%i scaled numbers have the bits of the plain loop', count => {
    expectSame(every(count), columnsOf(count))
  })

  test.each([[2, 'every second'], [7, 'every seventh'], [9, 'rows too far from each other for the kernel']])('so have those of some rows (%i: %s)', step => {
    expectSame(every(2000, step), columnsOf(2000 * step))
  })

  test('and of rows in no order', () => {
    const rows = every(3000).reverse()
    rows.set([5, 3, 4], 1500)
    expectSame(rows, columnsOf(3000))
    rows.sort()
    // The ends of a piece say nothing of what lies between them.
    rows[1100] = 2999
    expectSame(rows, columnsOf(3000))
  })

  test('what is not finite shows, in a constant column too', () => {
    const [columns, at] = [columnsOf(3000), [0, 1500, 2999]]
    for (const { values } of columns) at.forEach((row, i) => { values[row] = [NaN, Infinity, -Infinity][i]! })
    expectSame(every(3000), columns)
    const out = new make(3000)
    writeScaled(out, 1, every(3000), [{ ...columns[2]!, at: 0 }])
    expect(at.map(row => out[row])).toEqual([NaN, NaN, NaN])
    expect(out.findIndex(value => Object.is(value, -0))).toBe(-1)
  })

  test('the kernel takes rows in order', () => {
    expect(kernelScaler(new make(0), 5)?.(new make(500), every(100), columnsOf(100))).toBe(true)
  })

  test.each(counts)('%i weighted sums have the bits of the plain loop', count => {
    const rows = sines(count * 3, make)
    const coefficients = Float64Array.of(0.1, -2.3, 1e-3, 11)
    for (const [at, stride] of [[0, 1], [1, 2]] as const) {
      const [got, expected] = [new Float64Array(count * 2), new Float64Array(count * 2)]
      weigh(rows, 3, coefficients, got, at, stride)
      weighPlainly(rows, 3, coefficients, expected, at, stride)
      expect(got).toEqual(expected)
    }
  })
})

test.each(counts)('%i numbers are stretched to the bit', count => {
  const values = sines(count, Float64Array).map(value => value * 1e3)
  if (values instanceof Float64Array) {
    if (count > 3) values.set([NaN, Infinity, -0])
    const expected = values.map(value => value * 0.3 + 1.7)
    stretch(values, 0.3, 1.7)
    expect(values).toEqual(expected)
  }
})
