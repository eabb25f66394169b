import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { audit } from '../../../src/table/audit.ts'
import { RowIndex } from '../../../src/table/audit/duplicates.ts'
import { kolmogorovSmirnov } from '../../../src/table/audit/shift.ts'
import { sortedFinite } from '../../../src/table/audit/sort.ts'
import type { Table } from '../../../src/table/table.ts'
import { program } from '../../requirements.ts'
import { numbers, spread, table, texts } from '../made.ts'

describe('a summary', () => {
  const values = [3, NaN, 1, 2, Infinity, 2, -Infinity, NaN]
  const [audited] = audit({ training: table('t', numbers('a', values), texts('b', ['q', 'p', null, 'p', 'p', 'q', 'r', 'p'])) }).tables
  test('of numbers counts what is finite and what is not', () => {
    // Of 1, 2, 2, 3: mean 2, mean squared distance 0.5.
    expect(audited).toMatchObject({ name: 't', rows: 8 })
    expect(audited?.columns[0]).toMatchObject({ kind: 'numeric', name: 'a', column: 1, role: 'input', finite: 4, nan: 2, inf: 2, min: 1, max: 3, mean: 2, std: Math.sqrt(0.5), constant: false, distinct: 3 })
  })
  test('of texts counts them', () => {
    expect(audited?.columns[1]).toEqual({ kind: 'text', name: 'b', column: 2, role: 'unused', present: 7, missing: 1, distinct: 3, frequent: [{ text: 'p', count: 4 }, { text: 'q', count: 2 }, { text: 'r', count: 1 }] })
  })
  test('of no finite value is NaN and not constant', () => {
    const [empty] = audit({ training: table('t', numbers('a', [NaN, NaN]), numbers('b', [1, 2])) }).tables
    expect(empty?.columns[0]).toMatchObject({ finite: 0, min: NaN, max: NaN, mean: NaN, std: NaN, constant: false, distinct: 0 })
  })
  test('of the whole range of float64 does not overflow', () => {
    const [wide] = audit({ training: table('t', numbers('a', [-1.7e308, 0, 1.7e308]), numbers('b', [1, 2, 4])) }).tables
    expect(wide?.columns[0]).toMatchObject({ mean: 0, histogram: [1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1] })
  })
  test('of an empty table is empty', () => {
    expect(audit({ training: { ...table('t', numbers('a', []), numbers('b', [])), rows: 0 } }).tables[0]).toMatchObject({ rows: 0, findings: [{ id: 'more-columns-than-rows' }] })
  })
})

describe.skipIf(program('python') === null)('against NumPy and SciPy', () => {
  test('quantiles, histogram, deviation and distance are theirs', () => {
    const [a, b] = [spread(3000, Math.SQRT2).map(x => Math.tan(3 * x)), spread(700, Math.sqrt(3)).map(x => Math.tan(3 * x) + 0.2)]
    const script = [
      'import json, sys, numpy as np, scipy.stats as st',
      'a, b = (np.array(x) for x in json.load(sys.stdin))',
      'print(json.dumps([list(np.quantile(a, [.01,.05,.25,.5,.75,.95,.99])), np.histogram(a, 16)[0].tolist(), a.std(), st.ks_2samp(a, b).statistic]))',
    ].join('\n')
    const { stdout } = spawnSync(program('python') ?? '', ['-c', script], { input: JSON.stringify([a, b]), encoding: 'utf8' })
    const [quantiles, histogram, std, distance]: [number[], number[], number, number] = JSON.parse(stdout)
    const summary = audit({ training: table('t', numbers('a', a), numbers('b', a)) }).tables[0]?.columns[0]
    expect(summary).toMatchObject({ kind: 'numeric', histogram })
    if (summary?.kind !== 'numeric') return
    // Sums of 3,000 terms in another order: 3,000 roundings at most, each 2^-53.
    expect(Math.abs(summary.std / std - 1)).toBeLessThan(3000 * 2 ** -53)
    summary.quantiles.forEach(({ value }, i) => expect(Math.abs(value - (quantiles[i] ?? NaN))).toBeLessThan(4 * 2 ** -53 * Math.abs(value)))
    expect(kolmogorovSmirnov(sortedFinite(Float64Array.from(a)), sortedFinite(Float64Array.from(b))).distance).toBeCloseTo(distance, 14)
  })
})

describe('sortedFinite', () => {
  test('orders every finite float64 as the engine does', () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true })
    fc.assert(fc.property(fc.array(finite, { minLength: 1, maxLength: 300 }), values => {
      // Repeated until the linear sort takes over.
      const many = Float64Array.from({ length: 2048 + values.length }, (_, i) => (values[i % values.length] ?? 0) * (i % 3 === 0 ? -1 : 1))
      expect(sortedFinite(many)).toEqual(many.slice().sort())
    }), { numRuns: 60 })
  })
  test('leaves its argument as it was', () => {
    const values = Float64Array.from(spread(5000))
    const before = values.slice()
    expect(sortedFinite(values)).toEqual(before.slice().sort())
    expect(values).toEqual(before)
  })
})

describe('kolmogorovSmirnov', () => {
  test.each<{ a: number[]; b: number[]; distance: number }>([
    { a: [1, 2, 3], b: [1, 2, 3], distance: 0 },
    { a: [1, 2], b: [3, 4], distance: 1 },
    { a: [1, 1, 1, 2], b: [1, 2, 2, 2], distance: 0.5 },
    { a: [0, 0, 0], b: [0], distance: 0 },
  ])('of $a and $b is $distance', ({ a, b, distance }) => {
    expect(kolmogorovSmirnov(Float64Array.from(a), Float64Array.from(b)).distance).toBe(distance)
    expect(kolmogorovSmirnov(Float64Array.from(b), Float64Array.from(a)).distance).toBe(distance)
  })
})

describe('duplicate rows', () => {
  const build = (cells: readonly (readonly [number, number])[]): Table => table('t', numbers('a', cells.map(([x]) => x)), texts('b', cells.map(([, y]) => (y < 0 ? null : `level ${y}`))))
  const cell = fc.tuple(fc.constantFrom(0, -0, 1, 2, NaN, 1e300, 5e-324), fc.integer({ min: -1, max: 3 }))
  const key = ([x, y]: readonly [number, number]): string => `${x + 0} ${y}`
  test('are those that a comparison of every row finds', () => {
    fc.assert(fc.property(fc.array(cell, { maxLength: 60 }), fc.array(cell, { maxLength: 30 }), (own, other) => {
      const [keys, first] = [own.map(key), build(own)]
      const index = new RowIndex(first, [0, 1])
      expect(index.fill()).toEqual(keys.flatMap((k, row) => (keys.indexOf(k) < row ? [{ row, first: keys.indexOf(k) }] : [])))
      expect(index.lookUp(build(other), [0, 1])).toEqual(other.map(key).flatMap((k, row) => (keys.includes(k) ? [{ row, first: keys.indexOf(k) }] : [])))
    }))
  })
  test('are counted even where chance makes them, and said only beyond', () => {
    const held = table('t', numbers('a', spread(500).map(x => Math.round(4 * x))), numbers('y', spread(500, Math.SQRT2).map(x => Math.round(4 * x))))
    const [audited] = audit({ training: held }, { inputs: [0], targets: [1] }).tables
    expect(audited?.duplicates.within).toBeGreaterThan(400)
    expect(audited?.findings).toEqual([])
  })
})

test('a validation table is matched by name, and its findings are its own', () => {
  const training = table('train', numbers('a', spread(100)), numbers('y', spread(100, Math.SQRT2)))
  const validation = table('valid', numbers('y', [0.1, NaN]), numbers('extra', [NaN, NaN]), numbers('a', [0.1, 0.2]))
  const { tables } = audit({ training, validation }, { inputs: [0], targets: [1] })
  expect(tables.map(({ name }) => name)).toEqual(['train', 'valid'])
  expect(tables[1]?.columns.map(column => column.role)).toEqual(['target', 'unused', 'input'])
  expect(tables[1]?.findings).toMatchObject([{ id: 'not-finite', severity: 'warning', table: 'valid', column: 1, rows: [2], wouldDo: expect.stringContaining('no weight sees it') }])
})

test('rows are listed up to a hundred and counted to the end', () => {
  const held = table('t', numbers('a', Array.from({ length: 1000 }, (_, i) => (i % 2 === 0 ? NaN : i))), numbers('y', spread(1000)))
  const [found] = audit({ training: held }, { inputs: [0], targets: [1] }).tables[0]?.findings ?? []
  expect(found).toMatchObject({ id: 'not-finite', count: 500, says: expect.stringMatching(/rows 1, 3, 5, 7, 9 and 495 more\.$/) })
  expect(found?.rows).toHaveLength(100)
})
