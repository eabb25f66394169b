import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TableError } from '../../../src/table/errors.ts'
import { readCsv } from '../../../src/table/readers/csv.ts'
import { memorySource } from '../../../src/table/readers/source.ts'
import { ab, cellsOf, encode, half, read, shown, tableOf } from './csv/reading.ts'

describe('delimiters and decimal signs are found', () => {
  test.each([
    ['commas', 'a,b\n1,2\n3,4\n', ab],
    ['no line end at the end', 'a,b\n1,2\n3,4', ab],
    ['carriage returns and line feeds', 'a,b\r\n1,2\r\n3,4\r\n', ab],
    ['carriage returns alone', 'a,b\r1,2\r3,4\r', ab],
    ['tabs', 'a\tb\n1\t2\n3\t4\n', ab],
    ['semicolons', 'a;b\n1;2\n3;4\n', ab],
    ['bars', 'a|b\n1|2\n3|4\n', ab],
    ['runs of spaces, in front and behind too', '   a    b\n 1  2  \n   3 4\n', ab],
    ['spaces and tabs mixed', 'a \t b\n1 \t2\n3\t 4\n', ab],
    ['a space after each comma', 'a, b\n1, 2\n3, 4\n', ab],
    ['quotes around everything', '"a","b"\n"1","2"\n"3","4"\n', ab],
    ['blank lines', '\n\na,b\n\n1,2\n  \n3,4\n\n', ab],
    ['comments', '# made by hand\n% twice\na,b\n1,2\n# 9,9\n3,4\n', ab],
    ['a delimiter at every line end', 'a,b,\n1,2,\n3,4,\n', ab],
    ['a delimiter stated on the first line', 'sep=;\na;b\n1;2\n3;4\n', ab],
    ['a title above', 'Trial of May\n\na,b\n1,2\n3,4\n', ab],
    ['decimal commas', 'a;b\n1,5;2\n3,25;4\n', half],
    ['decimal commas in quotes', 'a,b\n"1,5",2\n"3,25",4\n', half],
    ['decimal commas between spaces', 'a b\n1,5 2\n3,25 4\n', half],
    ['decimal commas of three digits between semicolons', 'a;b\n1,500;2\n3,250;4\n', half],
    ['decimal commas in quotes beside commas that delimit', 'a,b\n"1,5",2\n3,4\n"2,5",5\n', [['a', [1.5, 3, 2.5]], ['b', [2, 4, 5]]]],
    ['a column without cells', ',a,b\n,1,2\n,3,4\n', [['column 1', [null, null]], ...ab]],
    ['thousands points with decimal commas', 'a;b\n1.234,5;2\n3,25;4\n', [['a', [1234.5, 3.25]], ['b', [2, 4]]]],
    ['thousands commas in quotes', 'a,b\n"1,234.5",2\n"3,250",4\n', [['a', [1234.5, 3250]], ['b', [2, 4]]]],
    ['thousands apostrophes', "a;b\n1'234.5;2\n12'345'678;4\n", [['a', [1234.5, 12_345_678]], ['b', [2, 4]]]],
    ['thousands spaces that do not break, wide and narrow', 'a;b\n1\u00a0234,5;2\n12\u202f345\u202f678,25;4\n', [['a', [1234.5, 12_345_678.25]], ['b', [2, 4]]]],
    ['thousands spaces between semicolons', 'a;b\n1 234,5;2\n3;4\n', [['a', [1234.5, 3]], ['b', [2, 4]]]],
    ['one row of decimal commas under a stated delimiter', 'sep=;\na;b\n1,5;2\n', [['a', [1.5]], ['b', [2]]]],
    ['line ends of every kind', 'a,b\r\n1,2\n3,4\r5,6\r\n', [['a', [1, 3, 5]], ['b', [2, 4, 6]]]],
    ['the end of a DOS text', 'a,b\n1,2\n3,4\n\u001a', ab],
    ['a quote in the middle of a cell', 'a,b\n1,5" pipe\n2,ab"c"d\n', [['a', [1, 2]], ['b', ['5" pipe', 'ab"c"d']]]],
    ['one column', 'a\n1.5\n2.5\n', [['a', [1.5, 2.5]]]],
    ['one column of decimal commas', 'a\n1,5\n2,5\n', [['a', [1.5, 2.5]]]],
  ])('%s', async (_, content, expected) => {
    expect(await cellsOf(content)).toEqual(expected)
  })

  test('what the caller says wins', async () => {
    expect(await cellsOf('a;b\n1;2\n', { delimiter: ',' })).toEqual([['a;b', ['1;2']]])
    expect(await cellsOf('1:2\n3:4\n', { delimiter: ':', header: false })).toEqual([['column 1', [1, 3]], ['column 2', [2, 4]]])
    expect(await cellsOf('a;b\n1.234;2\n', { decimal: ',' })).toEqual([['a', [1234]], ['b', [2]]])
    expect(await cellsOf('2019,2020\n1,2\n', { header: true })).toEqual([['2019', [1]], ['2020', [2]]])
    expect(await cellsOf('// a\nx,y\n1,2\n#1,3\n', { comment: '//' })).toEqual([['x', ['1', '#1']], ['y', [2, 3]]])
    await expect(read('a', { delimiter: 'ab' })).rejects.toMatchObject({ id: 'csv-options' })
    await expect(read('a', { delimiter: ',', decimal: ',' })).rejects.toMatchObject({ id: 'csv-options' })
  })

  test('what was assumed is said, and a plain file assumes nothing', async () => {
    expect((await read('a,b\n1,2\n')).assumptions).toEqual([])
    expect((await read('1;2,5\n3;4,5\n')).assumptions).toEqual([
      'Cells are delimited by semicolons.',
      'The decimal sign is a comma: 1,5 is one and a half.',
      'There is no header: columns are called column 1, column 2, ….',
    ])
  })
})

describe('the decimal sign is the one that makes numbers of more cells', () => {
  const groups = Array.from({ length: 40 }, (_, i) => ({ grouped: `${1 + i % 9}.${100 + i}`, value: (1 + i % 9) * 1000 + 100 + i, half: `${i},5` }))
  const rows = (line: (row: (typeof groups)[number], i: number) => string): string => groups.map(line).join('\n')
  const values = groups.map(({ value }) => value)
  const halves = groups.map((_, i) => i + 0.5)

  test.each([
    ['thousands in the first column', `stueck;preis;y\n${rows(({ grouped, half: price }, i) => `${grouped};${price};${i}`)}\n`],
    ['thousands in the last column', `preis;y;stueck\n${rows(({ grouped, half: price }, i) => `${price};${i};${grouped}`)}\n`],
    ['between tabs', `stueck\tpreis\ty\n${rows(({ grouped, half: price }, i) => `${grouped}\t${price}\t${i}`)}\n`],
    ['beside words', `stueck;preis;y;ort\n${rows(({ grouped, half: price }, i) => `${grouped};${price};${i};Haus ${i}, Hof`)}\n`],
  ])('thousands points beside decimal commas: %s', async (_, text) => {
    const cells = new Map((await cellsOf(text)).map(([name, column]) => [name, column]))
    expect([cells.get('stueck'), cells.get('preis')]).toEqual([values, halves])
    expect((await read(text)).assumptions).toContain('The decimal sign is a comma: 1,5 is one and a half, and its points are marks of thousands: 1.100 is 1100.')
  })

  test.each([
    // 300 rows are more than are looked at to find how a text is written.
    ['a column of their own', (i: number) => `${i < 300 ? i : `${i},5`}`],
    ['one cell', (i: number) => (i === 390 ? '390,5' : `${i}`)],
  ])('though it shows only far down, in %s', async (_, price) => {
    const text = `stueck;preis\n${Array.from({ length: 400 }, (__, i) => `${1 + i % 9}.${100 + i};${price(i)}`).join('\n')}\n`
    const cells = await cellsOf(text)
    expect(cells[0]?.[1].slice(0, 2)).toEqual([1100, 2101])
    expect(cells[1]?.[1][390]).toBe(390.5)
    expect((await read(text)).assumptions[0]).toBe('The decimal sign is a comma, as cells further down show: more cells are numbers so.')
  })

  test('one stray comma far down does not outweigh points that came before it', async () => {
    const text = `a;b\n${Array.from({ length: 400 }, (_, i) => `${i < 300 ? i : `${i}.5`};${i === 390 ? '1,5' : i}`).join('\n')}\n`
    expect((await cellsOf(text))[0]?.[1].slice(299, 301)).toEqual([299, 300.5])
  })

  test('of points and commas in one table the more frequent one, and the other is said', async () => {
    expect((await read('a;b\n1.5;1\n2.25;2\n"0,5";3\n')).assumptions).toContain('The decimal sign is a point. Of the first rows\' cells some are written with a comma all the same, '
      + 'such as "0,5": they are no numbers. --decimal comma (reading.decimal) reads it the other way.')
  })

  test('cells that may be either are said to be doubtful', async () => {
    const said = async (text: string): Promise<readonly string[]> => (await read(text)).assumptions.slice(1)
    expect(await said('a;b\n1.100;1\n2.250;2\n')).toEqual(['The decimal sign is taken to be a point, so that 1.100 is 1.1: no cell shows which it is. Should it be 1100, add --decimal comma (reading.decimal).'])
    expect(await said('a;b\n1,100;1\n2,250;2\n')).toEqual(['The decimal sign is taken to be a comma, so that 1,100 is 1.1: no cell shows which it is. Should it be 1100, add --decimal point (reading.decimal).'])
    // A leading zero, or other than three digits, can only be decimals.
    expect(await said('a;b\n1.100;1\n0.250;2\n')).toEqual([])
    expect((await read('a,b\n1.100,1\n2.250,2\n')).assumptions).toEqual([])
  })
})

describe('headers', () => {
  test('none', async () => {
    expect(await cellsOf('1,2\n3,4\n')).toEqual([['column 1', [1, 3]], ['column 2', [2, 4]]])
  })

  test('one bad cell in the first row makes no header', async () => {
    expect(await cellsOf('1,x,3\n4,5,6\n7,8,9\n')).toEqual([['column 1', [1, 4, 7]], ['column 2', [NaN, 5, 8]], ['column 3', [3, 6, 9]]])
  })

  test('a row of units is skipped and said', async () => {
    const contents = await read('t,p\ns,bar\n1,2\n3,4\n')
    expect(shown(tableOf(contents))).toEqual([['t', [1, 3]], ['p', [2, 4]]])
    expect(contents.assumptions).toEqual(['Line 2 holds units, not a row: "s", "bar".'])
    expect(tableOf(contents).origin(0, 0)).toEqual({ line: 3, column: 1 })
  })

  test('missing words under a header are no units', async () => {
    expect(await cellsOf('t,p\nNA,NA\n1,2\n')).toEqual([['t', [NaN, 1]], ['p', [NaN, 2]]])
  })

  test('names in a comment, as NumPy writes them', async () => {
    const contents = await read('# t, p\n1.0,2\n3,4\n')
    expect(shown(tableOf(contents))).toEqual([['t', [1, 3]], ['p', [2, 4]]])
    expect(contents.assumptions).toEqual(["The columns' names are those in the comment above the first row (line 1)."])
  })

  test("R's row names", async () => {
    expect(await cellsOf('x y z\nr1 1 2 3\nr2 4 5 6\n')).toEqual([['column 1', ['r1', 'r2']], ['x', [1, 4]], ['y', [2, 5]], ['z', [3, 6]]])
  })

  test('names are data: prototypes, quotes, control characters, missing and repeated ones', async () => {
    const table = tableOf(await read('__proto__,constructor,"a ""b""\n*/",\u001b[31m,,x,x\n1,2,3,4,5,6,7\n'))
    const names = ['__proto__', 'constructor', 'a "b"\n*/', '\u001b[31m', 'column 5', 'x', 'x (2)']
    expect(table.columns.map(column => column.name)).toEqual(names)
    expect(table.columns.map(column => column.kind === 'numeric' && column.values[0])).toEqual([1, 2, 3, 4, 5, 6, 7])
  })
})

describe('quotes', () => {
  test('delimiters, doubled quotes and line ends inside', async () => {
    const rows = ['1,"a,b"', '2,"say ""yes"""', '3,"two\r\nlines"', '4,in "the" middle', '5,"after" it', '6, "spaced" ', '7,x']
    const table = tableOf(await read(`n,t\n${rows.join('\n')}\n`))
    expect(shown(table)).toEqual([
      ['n', [1, 2, 3, 4, 5, 6, 7]],
      ['t', ['a,b', 'say "yes"', 'two\r\nlines', 'in "the" middle', '"after" it', 'spaced', 'x']],
    ])
    expect([2, 3, 6].map(row => table.origin(row, 0).line)).toEqual([4, 6, 9])
  })

  test('one that never closes', async () => {
    await expect(read('a,b\n1,2\n3,"4\n5,6\n')).rejects.toMatchObject({ name: 'TableError', id: 'csv-open-quote', facts: { line: 3 } })
  })
})

describe('cells that are no plain numbers', () => {
  const content = 'a,b,c\n1,NA,x\n?,2,y\n1e400,,NA\n4,oops,z\n5,-inf,__proto__\n6,7,"1,5"\n'

  test('become NaN or an infinity, and keep line, column and text', async () => {
    const table = tableOf(await read(content))
    expect(shown(table)).toEqual([
      ['a', [1, NaN, NaN, 4, 5, 6]],
      ['b', [NaN, 2, NaN, NaN, -Infinity, 7]],
      ['c', ['x', 'y', null, 'z', '__proto__', '1,5']],
    ])
    expect(table.origin(1, 0)).toEqual({ line: 3, column: 1, text: '?', missing: true })
    expect(table.origin(2, 0)).toEqual({ line: 4, column: 1, text: '1e400' })
    expect(table.origin(0, 1)).toEqual({ line: 2, column: 2, text: 'NA', missing: true })
    expect(table.origin(2, 1)).toEqual({ line: 4, column: 2, text: '' })
    expect(table.origin(3, 1)).toEqual({ line: 5, column: 2, text: 'oops' })
    expect(table.origin(4, 1)).toEqual({ line: 6, column: 2, text: '-inf' })
    expect(table.origin(5, 1)).toEqual({ line: 7, column: 2 })
    expect(table.origin(2, 2)).toEqual({ line: 4, column: 3, text: 'NA', missing: true })
    expect(table.origin(4, 2)).toEqual({ line: 6, column: 3, text: '__proto__' })
  })

  test('are reported: not the missing words, which say what they mean', async () => {
    const { problems, assumptions } = await read(content)
    expect(problems).toEqual([
      { line: 4, column: 1, text: '1e400', kind: 'overflow' },
      { line: 5, column: 2, text: 'oops', kind: 'unparsed' },
    ])
    expect(assumptions).toEqual([
      '1 number is beyond the largest double and became NaN: line 4, column 1 ("1e400").',
      '1 cell in columns of numbers is no number and became NaN: line 5, column 2 ("oops").',
    ])
  })

  test("the caller's missing words, by value where they are numbers", async () => {
    const contents = await read('a,b\n-999,gone\n2,-999.0\n3,5\n', { missing: ['-999', 'gone'] })
    expect(shown(tableOf(contents))).toEqual([['a', [NaN, 2, 3]], ['b', [NaN, NaN, 5]]])
    expect(tableOf(contents).origin(1, 1)).toEqual({ line: 3, column: 2, text: '-999.0', missing: true })
    expect(contents.problems).toEqual([])
  })

  test.each([
    ['01.02.2020', '12.02.2020 10:00'], ['13/02/2020', '1/13/2020'], ['1-2-20', '2-2-20'], ['1 Feb 2020', '2 Feb 2020'],
  ])('dates that are not understood are named with their column when dates are asked for: %s', async (first, second) => {
    const content = `day,word,v\n${first},red,1\n${second},blue,2\n`
    const { assumptions } = await read(content, { dates: 'number' })
    const said = assumptions.filter(sentence => sentence.includes('not understood'))
    expect(said).toEqual([expect.stringContaining(`column 1 (day) (such as "${first}")`)])
    expect(said[0]).not.toContain('word')
    expect((await read(content)).assumptions.join()).not.toContain('not understood')
    expect((await read('day,v\n2020-02-01,1\n2020-02-02,2\n', { dates: 'number' })).assumptions.join()).not.toContain('not understood')
  })

  test.each([
    ['day-first', '03.02.2020', '13.02.2020 00:00:01'], ['month-first', '2/3/2020', '02/13/2020 00:00:01'], ['day-first', '3-2-2020', '"13-2-2020, 00:00:01"'],
  ] as const)('a day beyond 12 shows that dates are %s, and the file says so', async (order, first, second) => {
    const content = `v,day\n1,${first}\n${'2,\n'.repeat(300)}3,${second}\n`
    const contents = await read(content, { dates: 'number' })
    const days = [Date.UTC(2020, 1, 3) / 1000, ...Array.from({ length: 300 }, () => NaN), Date.UTC(2020, 1, 13) / 1000 + 1]
    expect(shown(tableOf(contents))[1]).toEqual(['day', days])
    expect([contents.dateOrder, contents.assumptions.join(' ')]).toEqual([order, expect.stringContaining(`the ${order.slice(0, -6)} comes first, as days beyond 12 show`)])
    expect((await cellsOf(content, { dates: order }))[1]).toEqual(['day', days])
    expect((await cellsOf('v,day\n1,03.02.2020\n', { dates: order }))[1]).toEqual(['day', [Date.UTC(2020, ...(order === 'day-first' ? [1, 3] as const : [2, 2] as const)) / 1000]])
  })

  test('a table without dates is not said to hold any', async () => {
    expect((await read('a,b\n1,2\n', { dates: 'number' })).assumptions.join()).toContain('No column holds dates')
  })

  test('dates are text, or seconds when asked', async () => {
    const content = 'd,v\n1970-01-01,1\n1970-01-02 00:00:01,2\n'
    expect(await cellsOf(content)).toEqual([['d', ['1970-01-01', '1970-01-02 00:00:01']], ['v', [1, 2]]])
    expect(await cellsOf(content, { dates: 'number' })).toEqual([['d', [0, 86401]], ['v', [1, 2]]])
  })

  test('ragged rows are kept and reported', async () => {
    const contents = await read('a,b,c\n1,2,3\n4\n5,6,7,8,9\n10,11,12,\n13,14,15\n')
    expect(shown(tableOf(contents))).toEqual([['a', [1, 4, 5, 10, 13]], ['b', [2, NaN, 6, 11, 14]], ['c', [3, NaN, 7, 12, 15]]])
    expect(contents.problems).toEqual([
      { line: 3, column: 2, text: '', kind: 'ragged' },
      { line: 4, column: 4, text: '8', kind: 'ragged' },
    ])
    expect(contents.assumptions).toEqual(['2 rows do not have 3 cells; missing ones are NaN, further ones are left out: line 3; line 4.'])
    expect(tableOf(contents).surplus).toEqual({ rows: [2], count: 1 })
    expect(tableOf(contents).origin(1, 2)).toEqual({ line: 3, column: 3, absent: true })
  })

  test('a row with cells beyond the last column is told by the table, also where it was read twice or the columns were', async () => {
    expect(tableOf(await read('a,b\n1,2\n3,4\n')).surplus).toBeUndefined()
    const content = `k,n\n${'1,1\n'.repeat(20_000)}${'x,1,9\n'.repeat(30_000)}`
    expect(tableOf(await read(content)).surplus).toEqual({ rows: Array.from({ length: 100 }, (_, i) => 20_000 + i), count: 30_000 })
  })

  test('only the first thousand problems are listed, all are counted', async () => {
    const { problems, assumptions } = await read(`a,b\n${'1,2\n1,x\n1,3\n'.repeat(1500)}`)
    expect(problems).toHaveLength(1000)
    expect(assumptions[0]).toMatch(/^1500 cells/)
  })
})

describe('numbers or text', () => {
  test.each([
    ['more than half numbers', ['1', '2', 'x'], 'numeric'],
    ['half numbers', ['1', 'x', '2', 'y'], 'text'],
    ['missing cells do not count', ['1', 'NA', 'NA', ''], 'numeric'],
    ['nothing but missing cells is no column of numbers', ['NA', '', 'nan'], 'text'],
  ])('%s', async (_, cells, kind) => {
    const table = tableOf(await read(`k,n\n${cells.map(cell => `${cell},1\n`).join('')}`))
    expect(table.columns[0]?.kind).toBe(kind)
  })

  test('first rows that mislead: the whole column decides', async () => {
    const late = tableOf(await read(`k,n\n${'1,1\n'.repeat(20_000)}${'x,1\n'.repeat(30_000)}`))
    expect(late.columns[0]).toMatchObject({ kind: 'text', levels: ['1', 'x'] })
    expect(late.origin(20_000, 0)).toEqual({ line: 20_002, column: 1, text: 'x' })
    const early = await read(`k,n\n${'x,1\n'.repeat(20_000)}${'1,1\n'.repeat(30_000)}`)
    expect(tableOf(early).columns[0]?.kind).toBe('numeric')
    expect(early.assumptions).toEqual(['20000 cells in columns of numbers are no number and became NaN: ' +
      'line 2, column 1 ("x"); line 3, column 1 ("x"); line 4, column 1 ("x"); ….'])
  })

  test('a table of text alone reads fine', async () => {
    expect(await cellsOf('name,town\nAda,London\nEmmy,Erlangen\n')).toEqual([['name', ['Ada', 'Emmy']], ['town', ['London', 'Erlangen']]])
  })
})

describe('any input', () => {
  test('texts that are quoted come back as they were', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'b', ' ', ',', ';', '"', '\n', '\t', '#', 'é', '\u0007'), maxLength: 8 })
    const rows = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 12 })
    await fc.assert(fc.asyncProperty(rows, async rows => {
      const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`
      const content = `"p","q"\n${rows.map(row => row.map(quoted).join(',')).join('\n')}\n`
      const read = await cellsOf(content, { delimiter: ',', header: true })
      expect(read).toEqual([['p', rows.map(row => row[0] || null)], ['q', rows.map(row => row[1] || null)]])
    }), { numRuns: 300 })
  })

  test('gives a table whose columns have its rows, or a TableError', async () => {
    const text = fc.string({ unit: fc.constantFrom(...'01.,;|\t \n\r"#%-+eENaxé?'), maxLength: 80 })
    const bytes = fc.uint8Array({ maxLength: 60 })
    await fc.assert(fc.asyncProperty(fc.oneof(text.map(encode), bytes), async content => {
      try {
        const table = tableOf(await read(content))
        for (const [, cells] of shown(table)) expect(cells).toHaveLength(table.rows)
        expect(table.origin(table.rows - 1, table.columns.length - 1).line).toBeGreaterThanOrEqual(table.rows)
      } catch (error) {
        expect(error).toBeInstanceOf(TableError)
      }
    }), { numRuns: 1500 })
  })
})

test('a spreadsheet\'s error word in the first cell is a missing cell, not a comment', async () => {
  const contents = await readCsv(memorySource('sheet.csv', new TextEncoder().encode('a,b\n1,2\n#N/A,3\n#DIV/0!,4\n# a comment, with a comma\n5,6\n')))
  const table = contents.variables[0]?.table
  expect(table?.rows).toBe(4)
  expect(table?.columns[0]).toMatchObject({ values: Float64Array.of(1, Number.NaN, Number.NaN, 5) })
  expect(table?.origin(1, 0)).toMatchObject({ line: 3, text: '#N/A' })
})
