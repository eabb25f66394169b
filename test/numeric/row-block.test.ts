import { describe, expect, test } from 'vitest'
import { blockRows, kernelBlock, plainBlock, type RowBlock, type Rows } from '../../src/numeric/row-block.ts'

/** Numbers between -1 and 1 that share no digits: sines of whole numbers. */
function rowsOf(count: number, inputs: number, outputs: number, make: Float32ArrayConstructor | Float64ArrayConstructor): Rows {
  const [features, targets] = [new make(count * inputs), new make(count * outputs)]
  for (let i = 0; i < features.length; i++) features[i] = Math.sin(i + 1)
  for (let i = 0; i < targets.length; i++) targets[i] = Math.cos(i + 1)
  return { rows: count, inputs, outputs, features, targets }
}

/** All that a block says of its rows. */
function said(block: RowBlock, rows: Rows): (number | Float64Array)[] {
  const means = Float64Array.from({ length: rows.inputs + rows.outputs }, (_, column) => 0.3 + column)
  const used = []
  for (let from = 0; from < rows.rows; from += blockRows) {
    used.push(block.take(rows, from))
    block.addSums()
    block.addProducts(means)
  }
  return [...used, block.sums(), block.products()]
}

describe.each([['float32', Float32Array], ['float64', Float64Array]] as const)('the kernel and the plain loops, %s', (_, make) => {
  test.each([[1, 1, 1], [5, 1, blockRows], [5, 2, blockRows + 1], [3, 1, 2 * blockRows + 5], [70, 3, 40]])('say the same of %i and %i columns of %i rows', (inputs, outputs, count) => {
    const rows = rowsOf(count, inputs, outputs, make)
    expect(said(kernelBlock(inputs, outputs)!, rows)).toEqual(said(plainBlock(inputs, outputs), rows))
  })

  test.each([NaN, Infinity, -Infinity])('pass over rows with %f', bad => {
    const rows = rowsOf(100, 2, 1, make)
    for (const at of [0, 7, 8, 199]) rows.features[at] = bad
    rows.targets[50] = bad
    const [used, sums, products] = said(kernelBlock(2, 1)!, rows)
    // Rows 0, 3, 4, 50 and 99.
    expect(used).toBe(95)
    expect([used, sums, products]).toEqual(said(plainBlock(2, 1), rows))
    expect([sums, products].every(figures => figures instanceof Float64Array && figures.every(Number.isFinite))).toBe(true)
  })
})
