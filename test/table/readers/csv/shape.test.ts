import { describe, expect, test } from 'vitest'
import { readCsv } from '../../../../src/table/readers/csv.ts'
import { type Source } from '../../../../src/table/readers/source.ts'
import { encode, read, tableOf } from './reading.ts'

describe('size and shape', () => {
  test.each([
    ['empty', '', 'csv-empty'],
    ['a byte order mark alone', '\ufeff', 'csv-no-rows'],
    ['comments alone', '# nothing\n\n', 'csv-no-rows'],
    ['a header alone', 'a,b\n', 'csv-no-rows'],
  ])('%s', async (_, content, id) => {
    await expect(read(content)).rejects.toMatchObject({ name: 'TableError', id })
  })

  /** A source that repeats one stretch of bytes and counts how much of it is asked for. */
  function endless(unit: string, size: number): Source & { asked: number } {
    const bytes = encode(unit.repeat(Math.ceil((1 << 20) / unit.length) + 1))
    return {
      name: 'long.csv', size, asked: 0,
      read(start, end) {
        this.asked += end - start
        return Promise.resolve(bytes.slice(start % unit.length, start % unit.length + end - start))
      },
    }
  }

  test('a line of 100 MB is given up after the longest row that is allowed', async () => {
    const source = endless('12345678,', 100 << 20)
    await expect(readCsv(source)).rejects.toMatchObject({ id: 'csv-row-too-long', facts: { line: 1 } })
    expect(source.asked).toBeLessThan(20 << 20)
  })

  test('a million columns', async () => {
    await expect(read(`${'1,'.repeat(1_000_000)}1\n`)).rejects.toMatchObject({ id: 'csv-too-many-columns' })
  })

  test('20,000 columns', async () => {
    const table = tableOf(await read(`${'1,'.repeat(19_999)}1\n`.repeat(5)))
    expect([table.rows, table.columns.length]).toEqual([5, 20_000])
  })

  test('a cell of a megabyte across pieces', async () => {
    const long = 'x'.repeat(1_500_000)
    const table = tableOf(await read(`a,b\n1,"${long}"\n2,y\n`))
    expect(table.columns[1]).toMatchObject({ kind: 'text', levels: [long, 'y'] })
  })

  test('rows are the same wherever the pieces are cut', async () => {
    const rows = 60_000
    const line = (row: number): string => `${row},${row / 7},"t,\n${row % 3}",${row % 1000 === 0 ? 'bad' : -row}\r\n`
    const contents = await read(`i,x,t,y\r\n${Array.from({ length: rows }, (_, row) => line(row)).join('')}`)
    const table = tableOf(contents)
    const numbers = (make: (row: number) => number) => Float64Array.from({ length: rows }, (_, row) => make(row))
    expect(table.rows).toBe(rows)
    expect(table.columns[0]).toEqual({ kind: 'numeric', name: 'i', values: numbers(row => row) })
    expect(table.columns[1]).toEqual({ kind: 'numeric', name: 'x', values: numbers(row => row / 7) })
    expect(table.columns[2]).toMatchObject({ kind: 'text', levels: ['t,\n0', 't,\n1', 't,\n2'] })
    expect(table.columns[3]).toEqual({ kind: 'numeric', name: 'y', values: numbers(row => row % 1000 === 0 ? NaN : -row) })
    expect(contents.problems).toHaveLength(60)
    // Every row takes two lines, and its last cell stands on the row's line.
    expect(table.origin(59_000, 3)).toEqual({ line: 118_002, column: 4, text: 'bad' })
  })
})
