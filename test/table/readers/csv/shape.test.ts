import { describe, expect, test } from 'vitest'
import { readCsv } from '../../../../src/table/readers/csv.ts'
import { type Source } from '../../../../src/table/readers/source.ts'
import { encode, read, shown, tableOf } from './reading.ts'

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

test('an export with all that they have: title, units, dates, thousands marks, trailing delimiters, a footer', async () => {
  const rows = ['13.03.2021;1.013,5;20,1;−1.234,5;', '14.03.2021;998,0;20,2;12 345,6;', '15.03.2021;1.000,1;;7;']
  const content = ['Messprotokoll Anlage 7', '', 'Datum;Druck;Temperatur;Menge;', ';mbar;°C;kg;', ...rows, 'Summe;3.011,6;40,3;11.118,1;', ''].join('\r\n')
  for (const bytes of [encode(content), Uint8Array.from(content, c => (c === '−' ? 45 : c.charCodeAt(0) & 255))]) {
    const contents = await read(bytes, { dates: 'number' })
    const day = Date.UTC(2021, 2, 13) / 1000
    expect(shown(tableOf(contents))).toEqual([
      ['Datum', [day, day + 86_400, day + 172_800, NaN]], ['Druck', [1013.5, 998, 1000.1, 3011.6]], ['Temperatur', [20.1, 20.2, NaN, 40.3]], ['Menge', [-1234.5, 12345.6, 7, 11118.1]],
    ])
    expect(contents.problems).toEqual([{ line: 8, column: 1, text: 'Summe', kind: 'unparsed' }])
    expect(contents.assumptions.join(' ')).toContain('Line 4 holds units')
  }
})
