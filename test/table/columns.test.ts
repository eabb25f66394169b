import { describe, expect, test } from 'vitest'
import { chooseColumns, matchColumns, matchNames, resolveColumn, type ColumnsRequest } from '../../src/table/columns.ts'
import { TableError } from '../../src/table/errors.ts'
import type { Table } from '../../src/table/table.ts'
import { matrix, numbers, table, texts, thrown } from './made.ts'

const iris = table('iris', numbers('length', [5.1, 4.9, 6.3]), texts('site', ['a', 'b', 'a']), numbers('width', [3.5, 3, 3.3]), texts('species', ['setosa', 'setosa', 'virginica']))
const years = table('years', numbers('2019', [1, 2]), numbers('2020', [3, 5]), numbers('1', [4, 6]))

describe('chooses', () => {
  test.each<{ what: string; from: Table; request: ColumnsRequest; inputs: number[]; targets: number[]; targetKind?: string }>([
    { what: 'the last column of a matrix', from: matrix('m', 5, 6), request: {}, inputs: [0, 1, 2, 3, 4], targets: [5] },
    { what: 'the last numeric column', from: iris, request: {}, inputs: [0], targets: [2] },
    { what: 'a text target when named', from: iris, request: { target: 'species' }, inputs: [0, 2], targets: [3], targetKind: 'class' },
    { what: 'a text target when classes are asked for', from: iris, request: { classification: true }, inputs: [0, 2], targets: [3], targetKind: 'class' },
    { what: 'text inputs when named', from: iris, request: { inputs: ['length', 'site'] }, inputs: [0, 1], targets: [2] },
    { what: 'several targets', from: matrix('m', 5, 6), request: { target: [1, '6'] }, inputs: [1, 2, 3, 4], targets: [0, 5] },
    { what: 'a column by the name that prose gives it', from: matrix('m', 5, 6), request: { target: 'column 4' }, inputs: [0, 1, 2, 4, 5], targets: [3] },
    { what: 'a name before a number in a string', from: years, request: { target: '1' }, inputs: [0, 1], targets: [2] },
    { what: 'a number as a number', from: years, request: { target: 1 }, inputs: [1, 2], targets: [0] },
    { what: 'a number out of range as a name', from: years, request: { target: 2020 }, inputs: [0, 2], targets: [1] },
    { what: 'the last column that is not an input', from: matrix('m', 5, 4), request: { inputs: [3, 4] }, inputs: [2, 3], targets: [1] },
    { what: 'not a column without a number', from: table('t', numbers('a', [1, 2]), numbers('b', [2, 3]), numbers('c', [NaN, NaN])), request: {}, inputs: [0], targets: [1] },
    { what: 'numbers as classes', from: table('t', numbers('a', [1, 2]), numbers('b', [0, 1])), request: { classification: true }, inputs: [0], targets: [1], targetKind: 'class' },
  ])('$what', ({ from, request, inputs, targets, targetKind = 'numeric' }) => {
    expect(chooseColumns(from, request)).toMatchObject({ inputs, targets, targetKind })
  })

  test('and says what it assumed and left out', () => {
    const { assumptions, leftOut } = chooseColumns(iris)
    expect(leftOut.map(({ index }) => index)).toEqual([1, 3])
    expect(assumptions).toEqual([
      'Target: column 3 (width), the last numeric column.',
      'Column 4 (species) is text with 2 values: to predict these as classes, name it as the target.',
      'Column 2 (site) is not an input: it is text (2 values); named among the inputs, each value becomes an input of its own.',
      'Column 4 (species) is not an input: it is text (2 values); named among the inputs, each value becomes an input of its own.',
    ])
  })
})

describe('refuses', () => {
  const twins = table('twins', numbers('a', [1, 2]), numbers('a', [3, 4]), numbers('b', [5, 6]))
  test.each<{ what: string; from: Table; request: ColumnsRequest; id: string; says: RegExp }>([
    { what: 'an unknown name that is near a word of one', from: table('t', numbers('water', [1, 2]), numbers('strength_mpa', [1, 2])), request: { target: 'strenght' }, id: 'no-such-column', says: /Was strength_mpa meant\?/ },
    { what: 'an unknown name, with the nearest', from: iris, request: { target: 'widht' }, id: 'no-such-column', says: /iris has no column widht: its 4 columns are length, site, width and species\. Was width meant\?/ },
    { what: 'a number beyond the table', from: matrix('m', 5, 6), request: { target: 7 }, id: 'no-such-column', says: /numbered 1 to 6/ },
    { what: 'the number 0', from: matrix('m', 5, 6), request: { inputs: ['0'] }, id: 'no-such-column', says: /no column 0/ },
    { what: 'a name that two columns have', from: twins, request: { target: 'a' }, id: 'several-columns', says: /2 columns of twins are named a \(1 and 2\)/ },
    { what: 'an input named twice', from: iris, request: { inputs: ['length', 1] }, id: 'repeated-column', says: /Column 1 \(length\) is named twice as an input/ },
    { what: 'a target that is an input', from: iris, request: { target: 'width', inputs: ['length', 'width'] }, id: 'target-is-input', says: /Column 3 \(width\)/ },
    { what: 'a text target for a regression', from: iris, request: { target: 'species', classification: false }, id: 'text-target', says: /categorical-cross-entropy/ },
    { what: 'classes of two columns', from: matrix('m', 5, 6), request: { target: [1, 2], classification: true }, id: 'several-class-targets', says: /one column at a time/ },
    { what: 'a constant target', from: table('t', numbers('a', [1, 2, 3]), numbers('b', [7, NaN, 7])), request: {}, id: 'constant-target', says: /column 2 \(b\), is 7 in all 3 rows/ },
    { what: 'a target of one class', from: table('t', numbers('a', [1, 2, 3]), texts('b', ['x', null, 'x'])), request: { target: 'b' }, id: 'one-class-target', says: /same class/ },
    { what: 'no input left', from: table('t', texts('a', ['p', 'q']), numbers('b', [1, 2])), request: {}, id: 'no-inputs', says: /besides the target, column 2 \(b\)/ },
    { what: 'an input without a number', from: table('t', numbers('a', [NaN, NaN]), numbers('b', [1, 2])), request: { inputs: ['a'] }, id: 'no-numbers-in-column', says: /no finite number in 2 rows/ },
    { what: 'a table of text', from: table('t', texts('a', ['p', 'q']), texts('b', ['p', 'q'])), request: {}, id: 'no-target', says: /no column that holds numbers/ },
  ])('$what', ({ from, request, id, says }) => {
    const error = thrown(() => chooseColumns(from, request))
    expect(error).toBeInstanceOf(TableError)
    expect(error).toMatchObject({ id, message: expect.stringMatching(says) })
  })
})

describe('the same columns in another table', () => {
  const training = table('train', numbers('a', [1, 2]), numbers('b', [3, 4]), numbers('c', [5, 6]))
  test('by name, whatever their order', () => {
    expect(matchColumns(training, [0, 2], table('valid', numbers('c', [1]), numbers('x', [1]), numbers('a', [1])))).toEqual([2, 0])
  })
  test('by position without names', () => {
    expect(matchColumns(matrix('m', 3, 4), [1, 3], matrix('n', 3, 4))).toEqual([1, 3])
    expect(matchColumns(training, [0, 2], matrix('n', 3, 3))).toEqual([0, 2])
  })
  test('the second of a name for the second', () => {
    const twins = (name: string) => table(name, numbers('a', [1]), numbers('b', [1]), numbers('a', [1]))
    expect(matchColumns(twins('t'), [2, 0], twins('v'))).toEqual([2, 0])
  })
  test('missing ones are named', () => {
    expect(thrown(() => matchColumns(training, [0, 1], table('valid', numbers('a', [1]), numbers('B ', [1]))))).toMatchObject({
      id: 'missing-columns', message: 'valid lacks column 2 (b), which train has; it has 2 columns: a and "B ".',
    })
  })
  test('text where numbers were is refused', () => {
    expect(thrown(() => matchColumns(training, [0], table('valid', texts('a', ['high']))))).toMatchObject({ id: 'column-kind', message: expect.stringContaining('"high"') })
  })
  test('a saved model knows names only', () => {
    expect(matchNames(['c', 'a'], training, 'the model')).toEqual([2, 0])
    expect(matchNames(['column 1', 'column 3'], training, 'the model')).toEqual([0, 2])
    expect(thrown(() => matchNames(['d'], training, 'the model'))).toMatchObject({ id: 'missing-columns', message: expect.stringContaining('the model') })
  })
})

test('a name of Object.prototype is a name like any other', () => {
  const held = table('t', numbers('__proto__', [1, 2]), numbers('constructor', [3, 4]))
  expect(resolveColumn(held, 'constructor')).toBe(1)
  expect(chooseColumns(held, { target: '__proto__' })).toMatchObject({ inputs: [1], targets: [0] })
})
