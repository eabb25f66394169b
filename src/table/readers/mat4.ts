/**
 * MAT-files of version 4: matrices one after another, each with a header of five 32-bit numbers and a name.
 * The MathWorks, "MAT-File Format", chapter 2, "Level 4 MAT-File Format".
 */
import { arrange, charactersOf } from './mat5-chars.ts'
import { asClass, bytesOf, storedValues, type Storage } from './mat-numbers.ts'
import {
  matError, matLimits, type MatBudget, type MatChar, type MatHeader, type MatSparse, type MatValue, type MatVariable, type NumericData,
} from './mat-values.ts'
import { SourceWindow } from './mat-window.ts'
import type { Source } from './source.ts'

/** The third digit of a matrix's type: how its numbers are stored. MATLAB reads all of them as doubles. */
const storages: readonly Storage[] = ['double', 'single', 'int32', 'int16', 'uint16', 'uint8']

const headerSize = 20

interface Mat4Header extends MatHeader {
  readonly storage: Storage
  readonly text: boolean
  readonly sparse: boolean
  readonly start: number
  readonly end: number
}

/** The type field M O P T as decimal digits, or null where the bytes are none. O is always 0. */
function typeDigits(mopt: number): { machine: number, storage: Storage, kind: number } | null {
  const machine = Math.floor(mopt / 1000)
  const storage = storages[Math.floor(mopt / 10) % 10]
  const kind = mopt % 10
  if (mopt < 0 || machine > 4 || Math.floor(mopt / 100) % 10 !== 0 || storage === undefined || kind > 2) return null
  return { machine, storage, kind }
}

/** Whether a file starts as version 4 does, and in which byte order; null where it does not. */
export function mat4ByteOrder(start: Uint8Array): { littleEndian: boolean, machine: number } | null {
  if (start.byteLength < 4) return null
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength)
  for (const littleEndian of [true, false]) {
    const digits = typeDigits(view.getInt32(0, littleEndian))
    if (digits !== null) return { littleEndian, machine: digits.machine }
  }
  return null
}

/** The variables in the file's order; their data are read when `read` is called. */
export async function* mat4Variables(source: Source, littleEndian: boolean, budget: MatBudget): AsyncGenerator<MatVariable> {
  const window = new SourceWindow(source)
  let position = 0
  for (let count = 0; position < source.size; count++) {
    if (count >= matLimits.variables) {
      throw matError('too-many-variables', {
        file: source.name, byte: position, got: `more than ${matLimits.variables} variables`, expected: 'fewer', advice: 'Split the file.',
      })
    }
    const header = await headerAt(window, position, littleEndian)
    const { name, dims, complex } = header
    yield { name, class: header.class, dims, complex, read: () => valueOf(window, header, littleEndian, budget) }
    position = header.end
  }
}

async function headerAt(window: SourceWindow, position: number, littleEndian: boolean): Promise<Mat4Header> {
  const left = window.size - position
  const fault = (id: string, offset: number, got: string, expected: string): Error =>
    matError(id, { file: window.file, byte: position + offset, got, expected })
  if (left < headerSize) throw fault('truncated', 0, `${left} bytes`, `a matrix header of ${headerSize}`)
  const bytes = await window.read(position, position + headerSize)
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerSize)
  const number = (index: number): number => view.getInt32(index * 4, littleEndian)
  const digits = typeDigits(number(0))
  if (digits === null) throw fault('type', 0, `the matrix type ${number(0)}`, 'four digits such as 0, 10 or 1000')
  const [rows, columns, imaginary, nameBytes] = [number(1), number(2), number(3), number(4)]
  if (rows < 0 || columns < 0) throw fault('dimensions', 4, `${rows} x ${columns}`, 'dimensions from 0')
  if (imaginary !== 0 && imaginary !== 1) throw fault('flags', 12, `the complex flag ${imaginary}`, '0 or 1')
  if (nameBytes < 1 || nameBytes > matLimits.nameBytes) {
    throw fault('name', 16, `a name of ${nameBytes} bytes`, `from 1 to ${matLimits.nameBytes}`)
  }
  const start = position + headerSize + nameBytes
  const size = rows * columns * bytesOf(digits.storage) * (1 + imaginary)
  if (start + size > window.size) {
    const left = Math.max(0, window.size - start)
    throw fault('truncated', 4, `a ${rows} x ${columns} matrix of ${size} bytes`, `at most the ${left} bytes that are left`)
  }
  const nameField = await window.read(position + headerSize, start)
  const zero = nameField.indexOf(0)
  const name = new TextDecoder().decode(zero < 0 ? nameField : nameField.subarray(0, zero))
  const plain = {
    name, dims: [rows, columns], complex: imaginary === 1, storage: digits.storage, text: digits.kind === 1, sparse: digits.kind === 2,
    start, end: start + size,
  }
  if (!plain.sparse) return { ...plain, class: plain.text ? 'char' : 'double' }
  return { ...plain, class: 'sparse', ...await sparseSize(window, plain, littleEndian) }
}

/** A sparse matrix is stored as rows (row, column, value[, imaginary]); its last row holds the dimensions. */
async function sparseSize(
  window: SourceWindow, { start, dims: [length = 0, width = 0], storage }: Omit<Mat4Header, 'class'>, littleEndian: boolean,
): Promise<{ dims: [number, number], complex: boolean }> {
  const step = bytesOf(storage)
  if (length < 1 || (width !== 3 && width !== 4)) {
    throw matError('sparse', {
      file: window.file, byte: start, got: `a sparse matrix stored as ${length} x ${width}`, expected: 'at least one row of 3 or 4',
    })
  }
  const dims: number[] = []
  for (const column of [0, 1]) {
    const at = start + ((column + 1) * length - 1) * step
    const size = Number(storedValues(await window.read(at, at + step), 0, 1, storage, littleEndian)[0])
    if (!Number.isInteger(size) || size < 0 || size > 2 ** 31 - 1) {
      throw matError(
        'dimensions', { file: window.file, byte: at, got: `the dimension ${size}`, expected: 'a whole number from 0 to 2147483647' },
      )
    }
    dims.push(size)
  }
  return { dims: [dims[0] ?? 0, dims[1] ?? 0], complex: width === 4 }
}

async function valueOf(window: SourceWindow, header: Mat4Header, littleEndian: boolean, budget: MatBudget): Promise<MatValue> {
  const { start, end, storage, dims, complex, sparse, text } = header
  budget.takeBytes(end - start, start)
  const count = (end - start) / bytesOf(storage)
  if (storage !== 'double') budget.takeBytes(count * 8, start)
  const stored = storedValues(await window.read(start, end), 0, count, storage, littleEndian)
  if (text) return textValue(window, header, stored, budget)
  const numbers = asClass(stored, 'double')
  if (!(numbers instanceof Float64Array)) {
    throw matError('value', { file: window.file, byte: start, got: `numbers stored as ${storage}`, expected: 'doubles' })
  }
  if (sparse) return sparseValue(window, header, numbers, budget)
  const numeric = { kind: 'numeric', class: 'double', dims, real: numbers } as const
  if (!complex) return numeric
  return { ...numeric, real: numbers.subarray(0, count / 2), imaginary: numbers.subarray(count / 2) }
}

function textValue(window: SourceWindow, { dims, start }: Mat4Header, stored: NumericData, budget: MatBudget): MatChar {
  const [height = 0, width = 0] = dims
  const text = charactersOf(stored.subarray(0, height * width))
  if (text === null || text.length !== height * width) {
    throw matError(
      'char', { file: window.file, byte: start, got: 'a number that is no character', expected: 'whole numbers from 0 to 65535' },
    )
  }
  const rows = text.length === 0 ? (height === 1 ? [''] : []) : arrange(text, height, width, text.length, budget, start)
  return { kind: 'char', class: 'char', dims, rows }
}

/** Triplets into compressed columns by counting; triplets of one column keep their order. */
function sparseValue(window: SourceWindow, { dims, start, complex }: Mat4Header, numbers: Float64Array, budget: MatBudget): MatSparse {
  const [rows = 0, columns = 0] = dims
  const length = numbers.length / (complex ? 4 : 3)
  const stored = length - 1
  if (columns > matLimits.sparseColumns) {
    throw matError('too-large', {
      file: window.file, byte: start, got: `a sparse matrix of ${columns} columns`, expected: `at most ${matLimits.sparseColumns}`,
      advice: 'Save the columns that matter, or save it in version 7.',
    })
  }
  budget.takeBytes(8 * (columns + 1) + 12 * stored, start)
  const columnStart = new Int32Array(columns + 1)
  for (let i = 0; i < stored; i++) {
    const row = numbers[i]!
    const column = numbers[length + i]!
    if (!(Number.isInteger(row) && row >= 1 && row <= rows && Number.isInteger(column) && column >= 1 && column <= columns)) {
      throw matError('sparse', {
        file: window.file, byte: start + i * 8, got: `a value at (${row}, ${column})`, expected: `a place within ${rows} x ${columns}`,
      })
    }
    columnStart[column]!++
  }
  for (let c = 0; c < columns; c++) columnStart[c + 1]! += columnStart[c]!
  const next = columnStart.slice()
  const rowIndex = new Int32Array(stored)
  const real = new Float64Array(stored)
  const imaginary = new Float64Array(complex ? stored : 0)
  for (let i = 0; i < stored; i++) {
    const at = next[numbers[length + i]! - 1]!++
    rowIndex[at] = numbers[i]! - 1
    real[at] = numbers[2 * length + i]!
    if (complex) imaginary[at] = numbers[3 * length + i]!
  }
  const matrix = { kind: 'sparse', class: 'double', dims: [rows, columns], rowIndex, columnStart, real } as const
  return complex ? { ...matrix, imaginary } : matrix
}
