import { describe, expect, test } from 'vitest'
import { TableError } from '../../src/table/errors.ts'
import { findTables, type TablesRequest } from '../../src/table/select.ts'
import type { FileContents, Variable } from '../../src/table/table.ts'
import { file, matrix, numbers, table, texts, thrown } from './made.ts'

const question = file('mapping.mat', matrix('training_data_pos', 20, 6), matrix('validation_data_pos', 8, 6))

describe('finds by name', () => {
  test.each<{ named: string; contents: FileContents[]; training: string; validation: string | null }>([
    { named: "the question's matrices", contents: [question], training: 'training_data_pos', validation: 'validation_data_pos' },
    { named: 'train and test', contents: [file('a.mat', matrix('test', 8, 3), matrix('train', 20, 3))], training: 'train', validation: 'test' },
    { named: 'train, val and test', contents: [file('a.mat', matrix('test', 8, 3), matrix('val', 8, 3), matrix('train', 9, 3))], training: 'train', validation: 'val' },
    { named: 'camel case', contents: [file('a.mat', matrix('dataTrain', 20, 3), matrix('dataDev', 8, 3))], training: 'dataTrain', validation: 'dataDev' },
    { named: 'written together', contents: [file('a.mat', matrix('trainset', 20, 3), matrix('validset', 8, 3))], training: 'trainset', validation: 'validset' },
    { named: 'files', contents: [file('wine-valid.csv', matrix('wine-valid', 8, 3)), file('wine-train.csv', matrix('wine-train', 20, 3))], training: 'wine-train', validation: 'wine-valid' },
    { named: "files' names only", contents: [file('train.mat', matrix('data', 20, 3)), file('valid.mat', matrix('data', 8, 3))], training: 'data', validation: 'data' },
    { named: 'beside a scalar and another table', contents: [file('a.mat', matrix('lambda', 1, 1), matrix('train', 20, 3), matrix('valid', 8, 3), matrix('grid', 50, 9))], training: 'train', validation: 'valid' },
    { named: 'a test table without the target is no validation', contents: [file('a.mat', matrix('train', 20, 4), matrix('test', 8, 3))], training: 'train', validation: null },
    { named: 'the same numbers of columns with other names are no pair', contents: [file('a.mat', table('train', numbers('a', [1, 2]), numbers('b', [1, 2])), table('test', numbers('a', [1]), numbers('c', [1])))], training: 'train', validation: null },
  ])('$named', ({ contents, training, validation }) => {
    const found = findTables(contents)
    expect(found.training.name).toBe(training)
    expect(found.validation?.name ?? null).toBe(validation)
    expect(found.validationShare).toBe(validation === null ? 0.2 : null)
    expect(found.assumptions.length).toBeGreaterThan(0)
  })

  test('of two files with a variable of one name, the training file gives the training table', () => {
    const found = findTables([file('valid.mat', matrix('data', 8, 3)), file('train.mat', matrix('data', 20, 3))])
    expect([found.training.rows, found.validation?.rows]).toEqual([20, 8])
  })
})

test('the only table is trained on, with a fifth put aside', () => {
  const found = findTables([file('a.csv', matrix('a', 20, 3))])
  expect(found).toMatchObject({ training: { name: 'a' }, validation: null, validationShare: 0.2, targets: null })
  expect(found.assumptions).toEqual([])
})

test('of several the largest is trained on, and that is said', () => {
  const found = findTables([file('a.mat', matrix('small', 3, 3), matrix('large', 20, 3))])
  expect(found.training.name).toBe('large')
  expect(found.assumptions[0]).toBe('Training on large, the largest of large (20 x 3) and small (3 x 3).')
})

test('the only table, named to validate on, is trained on too, and that is said', () => {
  const found = findTables([file('a.csv', matrix('a', 20, 3))], { validation: 'a.csv' })
  expect(found).toMatchObject({ training: { name: 'a' }, validation: { name: 'a' }, validationShare: null })
  // One table on both sides means rows that were put aside.
  expect(found.validation).not.toBe(found.training)
  expect(found.assumptions[0]).toMatch(/^a is trained on and validated on/)
})

describe('as told', () => {
  test.each<{ request: TablesRequest; training: string; validation: string | null; share: number | null }>([
    { request: { train: 'validation_data_pos' }, training: 'validation_data_pos', validation: null, share: null },
    { request: { train: 'training_data_pos', validation: 'validation_data_pos' }, training: 'training_data_pos', validation: 'validation_data_pos', share: null },
    { request: { train: 'Training_Data_Pos', validation: 0.3 }, training: 'training_data_pos', validation: null, share: 0.3 },
    { request: { train: 'mapping.mat:training_data_pos' }, training: 'training_data_pos', validation: null, share: null },
    { request: { validation: false }, training: 'training_data_pos', validation: null, share: null },
    { request: { validation: 0.1 }, training: 'training_data_pos', validation: null, share: 0.1 },
    { request: { validation: 'validation_data_pos' }, training: 'training_data_pos', validation: 'validation_data_pos', share: null },
  ])('$request', ({ request, training, validation, share }) => {
    const found = findTables([question], request)
    expect([found.training.name, found.validation?.name ?? null, found.validationShare]).toEqual([training, validation, share])
  })

  test('a file by its name, its path and without its extension', () => {
    const files = [file('one.csv', matrix('one', 20, 3)), file('two.csv', matrix('two', 8, 3))]
    for (const train of ['one.csv', 'data/one.csv', 'C:\\data\\one.csv', 'one']) {
      expect(findTables(files, { train, validation: 'two.csv' })).toMatchObject({ training: { name: 'one' }, validation: { name: 'two' } })
    }
  })
})

describe('inputs and targets in two variables', () => {
  const [x, y] = [matrix('X_train', 20, 3), matrix('y_train', 20, 1)]
  test('are joined, and pair with the validation variables', () => {
    const found = findTables([file('a.npz', x, y, matrix('X_test', 5, 3), matrix('y_test', 5, 1))])
    expect(found.training.columns.map(column => column.name)).toEqual(['column 1', 'column 2', 'column 3', 'y'])
    expect(found.validation?.columns.map(column => column.name)).toEqual(['column 1', 'column 2', 'column 3', 'y'])
    expect(found).toMatchObject({ targets: [3], training: { rows: 20 }, validation: { rows: 5, name: 'X_test' }, validationShare: null })
    expect(found.assumptions[0]).toBe('X_train (3 columns) and y_train (1 column) were joined: inputs from the one, targets from the other.')
  })
  test('Xtrain and ytrain, X and y, inputs and targets', () => {
    for (const [inputs, targets] of [['Xtrain', 'ytrain'], ['X', 'y'], ['inputs', 'targets'], ['train.X', 'train.y']] as const) {
      expect(findTables([file('a.mat', matrix(inputs, 20, 3), matrix(targets, 20, 2))])).toMatchObject({ targets: [3, 4] })
    }
  })
  test('a cell of the target says where it came from', () => {
    const from = (name: string) => ({ ...(name === 'X' ? matrix('X', 4, 2) : matrix('y', 4, 1)), origin: (row: number, column: number) => ({ text: `${name} ${row} ${column}` }) })
    const { training } = findTables([file('a.mat', from('X'), from('y'))])
    expect([training.origin(1, 1), training.origin(3, 2)]).toEqual([{ text: 'X 1 1' }, { text: 'y 3 0' }])
  })
  test.each([
    ['X_train', 'y_train', 'X_test', 'y_test'], ['X_train', 'Y_train', 'X_val', 'Y_val'], ['xtrain', 'ytrain', 'xtest', 'ytest'], ['train_x', 'train_y', 'val_x', 'val_y'],
    ['XTrain', 'YTrain', 'XValidation', 'YValidation'], ['train_features', 'train_labels', 'test_features', 'test_labels'],
  ])('%s, %s, %s, %s are two tables of the same columns', (x, y, otherX, otherY) => {
    for (const width of [1, 2]) {
      const { training, validation, targets } = findTables([file('a.npz', matrix(x, 20, 3), matrix(y, 20, width), matrix(otherX, 5, 3), matrix(otherY, 5, width))])
      expect([training.rows, validation?.rows, targets]).toEqual([20, 5, width === 1 ? [3] : [3, 4]])
      expect(validation?.columns.map(({ name }) => name)).toEqual(training.columns.map(({ name }) => name))
    }
  })
  test('as told by their inputs', () => {
    const all = [file('a.npz', x, y, matrix('X_test', 5, 3), matrix('y_test', 5, 1))]
    expect(findTables(all, { train: 'X_train', validation: 'X_test' })).toMatchObject({ training: { rows: 20 }, validation: { rows: 5 }, targets: [3] })
  })
  test('a target of one row is taken as a column, and that is said', () => {
    const row = { ...matrix('y', 1, 20), origin: (r: number, column: number) => ({ text: `${r} ${column}` }) }
    const { training, targets, assumptions } = findTables([file('a.mat', matrix('X', 20, 3), row)])
    expect(targets).toEqual([3])
    const column = training.columns[3]
    const cells = row.columns.map(one => (one.kind === 'numeric' ? one.values[0] : null))
    expect(column?.kind === 'numeric' ? [...column.values] : null).toEqual(cells)
    expect(assumptions[0]).toBe('y is one row of 20: it was taken as a column.')
  })
  test('in files of their own, whose cells say which file they stand in', () => {
    const of = (name: string, rows: number, width: number): FileContents => file(`${name}.csv`, matrix(name, rows, width))
    const found = findTables([of('X_train', 20, 3), of('y_train', 20, 1), of('X_test', 5, 3), of('y_test', 5, 1)])
    expect(found).toMatchObject({ training: { rows: 20, name: 'X_train' }, validation: { rows: 5, name: 'X_test' }, targets: [3] })
    expect([found.training.origin(1, 0).file, found.training.origin(1, 3).file]).toEqual(['X_train.csv', 'y_train.csv'])
    expect(found.assumptions).toHaveLength(3)
  })
  test('are left alone when their rows differ, and that is said', () => {
    const found = findTables([file('a.mat', matrix('X', 20, 3), matrix('y', 19, 1))])
    expect(found).toMatchObject({ training: { name: 'X' }, targets: null })
    expect(found.assumptions[0]).toBe('y (19 x 1) was not joined to X (20 x 3): their numbers of rows differ.')
  })
})

describe('a file that is named and not used is said', () => {
  const [a, b] = [file('a.csv', matrix('a', 20, 3)), file('b.csv', matrix('b', 9, 3))]
  test.each<{ because: string; contents: FileContents[]; request?: TablesRequest; says: string }>([
    { because: 'another one is told', contents: [a, b], request: { train: 'a' }, says: 'b.csv is not used: it was named neither to train nor to validate on.' },
    { because: 'it has a single column', contents: [a, file('y.csv', matrix('y', 20, 1))], says: 'y.csv is not used: it has 20 rows and a single column: a target and at least one input are needed.' },
    { because: 'it holds no table', contents: [a, file('m.mat')], says: 'm.mat is not used: it holds no table.' },
  ])('$because', ({ contents, request = {}, says }) => {
    expect(findTables(contents, request).assumptions).toEqual([says])
  })
})

describe('refuses', () => {
  const struct: Variable = { name: 'model', class: 'struct', dims: [1, 1], unsupported: 'It is a struct of 3 fields.' }
  test.each<{ because: string; contents: FileContents[]; request?: TablesRequest; id: string; says: RegExp }>([
    { because: 'a variable that is not there, with the nearest', contents: [question], request: { train: 'trainig_data_pos' }, id: 'no-such-variable', says: /no variable or file trainig_data_pos: mapping\.mat holds training_data_pos \(20 x 6\) and .* Was training_data_pos meant\?/ },
    { because: 'a validation variable that is not there', contents: [question], request: { validation: 'xyz' }, id: 'no-such-variable', says: /xyz/ },
    { because: 'a variable that is no table', contents: [file('a.mat', struct, matrix('b', 9, 3))], request: { train: 'model' }, id: 'not-a-table', says: /struct of 3 fields/ },
    { because: 'a name that two files have', contents: [file('a.mat', matrix('data', 9, 3)), file('b.mat', matrix('data', 9, 3))], request: { train: 'data' }, id: 'several-variables', says: /a\.mat:data and b\.mat:data/ },
    { because: 'two files without a hint', contents: [file('a.csv', matrix('a', 9, 3)), file('b.csv', matrix('b', 20, 3))], id: 'several-tables', says: /--train/ },
    { because: 'two tables of one size', contents: [file('a.mat', matrix('a', 9, 3), matrix('b', 9, 3))], id: 'several-tables', says: /a \(9 x 3\) and b \(9 x 3\).*--train a/ },
    { because: 'two pairs', contents: [file('a.mat', matrix('train_pos', 9, 3), matrix('valid_pos', 9, 3), matrix('train_neg', 9, 3), matrix('valid_neg', 9, 3))], id: 'several-tables', says: /train_pos .* train_neg/ },
    { because: 'no rows', contents: [file('a.csv', matrix('a', 0, 3))], id: 'no-rows', says: /a\.csv has 3 columns and no rows/ },
    { because: 'one column', contents: [file('a.csv', matrix('a', 5, 1))], id: 'one-column', says: /5 rows and a single column/ },
    { because: 'all text', contents: [file('a.csv', table('a', texts('p', ['x', 'y']), texts('q', ['x', 'y'])))], id: 'no-numeric-columns', says: /all of them text/ },
    { because: 'nothing that is a table', contents: [file('a.mat', struct)], id: 'no-table', says: /a\.mat holds no table .* model: It is a struct/ },
    { because: 'an empty file', contents: [file('a.mat')], id: 'no-table', says: /holds no table/ },
    { because: 'a named table without rows', contents: [file('a.mat', matrix('e', 0, 3), matrix('b', 5, 3))], request: { train: 'e' }, id: 'no-rows', says: /e in a\.mat has 3 columns and no rows/ },
    { because: 'a share of all rows', contents: [question], request: { validation: 1 }, id: 'validation-share', says: /between 0 and 1/ },
  ])('$because', ({ contents, request = {}, id, says }) => {
    const error = thrown(() => findTables(contents, request))
    expect(error).toBeInstanceOf(TableError)
    expect(error).toMatchObject({ id, message: expect.stringMatching(says) })
  })
})

test('control characters in a name do not reach the sentence', () => {
  const error = thrown(() => findTables([file('a\u001b[31m.mat', matrix('x\ny', 0, 3))]))
  expect((error as TableError).message).not.toMatch(/[\u0000-\u001f]/)
})
