import { describe, expect, test } from 'vitest'
import { blockRows, kernelBlock, plainBlock, type RowBlock, type Rows } from '../../src/numeric/row-block.ts'

/** Numbers between -1 and 1 that share no digits: sines of whole numbers. */
function rowsOf(count: number, inputs: number, outputs: number, make: Float32ArrayConstructor | Float64ArrayConstructor): Rows {
  const [features, targets] = [new make(count * inputs), new make(count * outputs)]
  for (let i = 0; i < features.length; i++) features[i] = Math.sin(i + 1)
  for (let i = 0; i < targets.length; i++) targets[i] = Math.cos(i + 1)
  return { rows: count, inputs, outputs, features, targets }
}

/** All that a block can say of the rows from `from` on. */
function said(block: RowBlock, rows: Rows, from: number): number[] {
  const columns = Array.from({ length: rows.inputs + rows.outputs }, (_, column) => column)
  const figures = [block.take(rows, from), ...columns.map(column => block.sum(column, 0.1))]
  for (const column of columns) block.subtract(column, 0.3)
  return [...figures, ...columns.flatMap(a => columns.map(b => block.products(a, b, 0.2)))]
}

describe.each([['float32', Float32Array], ['float64', Float64Array]] as const)('the kernel and the plain loops, %s', (_, make) => {
  test.each([[1, 1, 1], [5, 1, blockRows], [5, 2, blockRows + 1], [3, 1, 2 * blockRows + 5], [70, 3, 40]])('say the same of %i and %i columns of %i rows', (inputs, outputs, count) => {
    const rows = rowsOf(count, inputs, outputs, make)
    const [kernel, plain] = [kernelBlock(inputs, outputs)!, plainBlock(inputs, outputs)]
    for (let from = 0; from < count; from += blockRows) expect(said(kernel, rows, from)).toEqual(said(plain, rows, from))
  })

  test.each([NaN, Infinity, -Infinity])('pass over rows with %f', bad => {
    const rows = rowsOf(100, 2, 1, make)
    for (const at of [0, 7, 8, 199]) rows.features[at] = bad
    rows.targets[50] = bad
    const kernel = kernelBlock(2, 1)!
    // Rows 0, 3, 4, 50 and 99.
    expect(kernel.take(rows, 0)).toBe(95)
    expect(said(kernel, rows, 0)).toEqual(said(plainBlock(2, 1), rows, 0))
    expect(said(kernel, rows, 0).every(Number.isFinite)).toBe(true)
  })
})
