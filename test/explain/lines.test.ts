/** The lines of NumPy and MATLAB that fixes are given in, run: exactly the rows go that break the run, or exactly their cells are filled. */
import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { explain } from '../../src/explain/explain.ts'
import type { Explanation } from '../../src/explain/explanation.ts'
import type { Table } from '../../src/table/table.ts'
import { program } from '../requirements.ts'
import { planned, ran, smoothTable } from './cases.ts'
import { stepsOf, watchAll } from './programs.ts'

type Cells = readonly { row: number; column: number; value: number }[]

const small = { recipe: 'classic', network: { hidden: [8], dropout: 0 }, batchSize: 20, steps: 20, precision: 'float64' } as const

interface LineCase {
  readonly what: string
  readonly table: Table
  readonly cause: string
  /** Rows from 0. */
  readonly gone: readonly number[]
  readonly rule: boolean
  readonly explained: (table: Table) => Promise<Explanation> | Explanation
}

const own = (options: unknown) => async (table: Table): Promise<Explanation> => explain(await ran({ training: table, validation: null }, options))

function tableOf(cells: Cells, change: (table: Table) => Table = table => table): Table {
  return change(smoothTable(200, 5, cells))
}

/** A column nearly all of which is one value, so that its robust spread is 0. */
const mostlyZero = (table: Table): Table => ({
  ...table,
  columns: table.columns.map((column, at) => (at === 1 && column.kind === 'numeric' ? { ...column, values: column.values.map((value, row) => (row % 3 === 0 || Math.abs(value) > 1 ? value : 0)) } : column)),
})

/** Squares of squares: a tail of its own, of which no cell breaks anything. */
const heavyTail = (table: Table): Table => ({
  ...table,
  columns: table.columns.map((column, at) => (at === 2 && column.kind === 'numeric' ? { ...column, values: column.values.map(value => value ** 9 * 30) } : column)),
})

const cases: readonly LineCase[] = [
  { what: 'a target of 1e155', table: tableOf([{ row: 41, column: 5, value: 1e155 }]), cause: 'outlier-overflow', gone: [41], rule: true, explained: own(small) },
  {
    what: 'two strays, and a column that is mostly 0', table: tableOf([{ row: 41, column: 5, value: 1e155 }, { row: 7, column: 1, value: -1e200 }], mostlyZero),
    cause: 'outlier-overflow', gone: [7, 41], rule: true, explained: own(small),
  },
  {
    what: 'a stray beside a column with a tail of its own', table: tableOf([{ row: 41, column: 5, value: 1e155 }], heavyTail),
    cause: 'outlier-overflow', gone: [41], rule: true, explained: own({ ...small, inputs: [1, 3, 5], target: 6 }),
  },
  {
    what: 'an input of 1e200 at float32, beside NaN in an unused column', table: tableOf([{ row: 41, column: 3, value: 1e200 }, { row: 9, column: 1, value: Number.NaN }]),
    cause: 'infinite-in-input', gone: [41], rule: false, explained: own({ ...small, precision: 'float32', inputs: [1, 3, 4, 5], target: 6 }),
  },
  {
    what: 'a target of -1e39 at float32 and NaN in an input', table: tableOf([{ row: 41, column: 5, value: -1e39 }, { row: 9, column: 1, value: Number.NaN }]),
    cause: '', gone: [9, 41], rule: false,
    explained: table => explain(planned({ training: table, validation: null }, { ...small, precision: 'float32' })),
  },
  {
    what: 'a stray in the failing batch of another program', table: tableOf([{ row: 41, column: 3, value: 1e200 }]), cause: 'outlier-overflow', gone: [41], rule: true,
    explained: table => watchAll({ table, steps: stepsOf(table, 20, [1, 0.9, Number.NaN, Number.NaN]), options: { target: 6 } }).explain(),
  },
]

/** The table after the lines, whatever the program: numbers as texts, since JSON has no NaN. */
function rowsAfter(language: 'python' | 'octave', command: string, table: Table, lines: string): number[][] {
  const columns = table.columns.map(column => (column.kind === 'numeric' ? Array.from(column.values, value => (Number.isFinite(value) ? String(value) : 'NaN')) : []))
  const rows = Array.from({ length: table.rows }, (_, row) => columns.map(column => column[row] ?? 'NaN'))
  const script = language === 'python'
    ? `import numpy as np\nNaN = float('nan')\nd = np.array([${rows.map(row => `[${row.join(',')}]`).join(',')}])\n${lines}\nfor row in d: print(*(repr(float(x)) for x in row))`
    : `T = [${rows.map(row => row.join(' ')).join(';')}];\n${lines}\nfor k = 1:rows(T), printf('%s\\n', num2str(T(k,:), '%.17g ')); end`
  const { stdout, stderr, status } = spawnSync(command, language === 'python' ? ['-W', 'ignore', '-'] : ['--no-gui', '--quiet', '--eval', script], { input: script, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return stdout.trim().split('\n').map(row => row.trim().split(/\s+/).map(Number))
}

function without(table: Table, gone: readonly number[]): number[][] {
  return Array.from({ length: table.rows }, (_, row) => row).filter(row => !gone.includes(row))
    .map(row => table.columns.map(column => (column.kind === 'numeric' ? column.values[row] ?? Number.NaN : Number.NaN)))
}

describe.each([['python', program('python')], ['octave', program('octave')]] as const)('lines for %s', (language, command) => {
  test.skipIf(command === null).each(cases)('$what', async ({ table, cause, gone, rule, explained }) => {
    const { cause: found, fix } = await explained(table)
    if (cause !== '') expect(found?.id).toBe(cause)
    expect(fix?.code.rule !== undefined).toBe(rule)
    const of = language === 'python' ? 'python' : 'matlab'
    for (const lines of [fix?.code[of], fix?.code.rule?.[of]]) {
      if (lines !== undefined) expect(rowsAfter(language, command ?? '', table, lines ?? '')).toEqual(without(table, gone))
    }
  })

  test.skipIf(command === null)('cells that are too many to leave out are filled with the median of their column', async () => {
    const gone = Array.from({ length: 30 }, (_, i) => 3 * i)
    const table = tableOf(gone.map(row => ({ row, column: 3, value: row % 2 === 0 ? 1e200 : Number.NaN })))
    const { fix } = await explain(await ran({ training: table, validation: null }, { ...small, precision: 'float32' }))
    expect(fix?.flags).toEqual(['--nonfinite impute'])
    const rows = rowsAfter(language, command ?? '', table, fix?.code[language === 'python' ? 'python' : 'matlab'] ?? '')
    const kept = without(table, gone)
    expect(rows.filter((_, row) => !gone.includes(row))).toEqual(kept)
    const middle = kept.map(row => row[3] ?? Number.NaN).sort((a, b) => a - b)
    for (const row of gone) expect(rows[row]?.[3]).toBe(((middle[84] ?? 0) + (middle[85] ?? 0)) / 2)
  })
})
