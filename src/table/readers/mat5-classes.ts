/**
 * Arrays of MAT-files of version 5 to 7, class by class. The MathWorks, "MAT-File Format", chapter 1,
 * "Level 5 MATLAB Array Data Element Formats"; function handles and objects are told from their headers only.
 */
import { asClass, bytesOf } from './mat-numbers.ts'
import { charValue } from './mat5-chars.ts'
import { elementTypes, type Element, type ElementBytes } from './mat5-elements.ts'
import {
  countOf, matLimits,
  type MatBudget, type MatHeader, type MatOpaque, type MatSparse, type MatStruct, type MatValue, type NumericClass, type NumericData,
} from './mat-values.ts'

/** The numbers of the numeric classes in an array's flags. */
const numericClasses: ReadonlyMap<number, NumericClass> = new Map([
  [6, 'double'], [7, 'single'], [8, 'int8'], [9, 'uint8'], [10, 'int16'], [11, 'uint16'],
  [12, 'int32'], [13, 'uint32'], [14, 'int64'], [15, 'uint64'],
])

const otherClasses: ReadonlyMap<number, string> = new Map([
  [1, 'cell'], [2, 'struct'], [3, 'object'], [4, 'char'], [5, 'sparse'], [16, 'function_handle'],
])

const opaqueClass = 17

export interface ArrayHeader extends MatHeader {
  /** The number in the array's flags; `class` may be another word (logical, or an object's own class). */
  readonly classNumber: number
  readonly logical: boolean
  /** Where the data follow the name. */
  readonly position: number
  readonly end: number
}

/** Reads flags, dimensions and name of the array whose data stand from `start` to `end`. */
export function arrayHeader(source: ElementBytes, start: number, end: number): ArrayHeader {
  const flags = source.element(start, end)
  const [word = 0, nonzeros = 0] = source.int32s(flags, 'array flags')
  if (flags.end - flags.start !== 8) throw source.fault('flags', start, `array flags of ${flags.end - flags.start} bytes`, '8 bytes')
  const classNumber = word & 0xff
  const logical = (word & 0x200) !== 0
  const complex = (word & 0x800) !== 0
  if (classNumber === opaqueClass) return opaqueHeader(source, flags.next, end)
  const numeric = numericClasses.get(classNumber)
  const named = logical && numeric !== undefined ? 'logical' : numeric ?? otherClasses.get(classNumber)
  if (named === undefined) throw source.fault('class', start, `an array of class ${classNumber}`, 'a class from 1 to 17')
  const dimensions = source.element(flags.next, end)
  const dims = dimensionsOf(source, dimensions)
  const { text: name, next } = nameAt(source, dimensions.next, end)
  if (logical && nonzeros > 0 && isOctaveSparse(source, classNumber, next, end)) {
    return { name, class: 'sparse', dims, complex, classNumber: 5, logical, position: next, end }
  }
  return { name, class: named, dims, complex, classNumber, logical, position: next, end }
}

/**
 * Octave (7.3 at least) gives logical sparse matrices the class uint8 and then writes indices all the same. Their flags
 * count nonzeros, and where the bytes of a logical array would stand there are 32-bit numbers.
 */
function isOctaveSparse(source: ElementBytes, classNumber: number, position: number, end: number): boolean {
  return classNumber === 9 && position + 8 <= end && (source.view.getUint32(position, source.littleEndian) & 0xffff) === 5
}

/** Objects have no dimensions here: a name, the system they belong to ("MCOS") and the name of their class. */
function opaqueHeader(source: ElementBytes, position: number, end: number): ArrayHeader {
  const name = nameAt(source, position, end)
  const system = nameAt(source, name.next, end)
  const className = nameAt(source, system.next, end)
  return {
    name: name.text, class: className.text, dims: [1, 1], complex: false,
    classNumber: opaqueClass, logical: false, position: className.next, end,
  }
}

function dimensionsOf(source: ElementBytes, element: Element): number[] {
  const dims = [...source.int32s(element, 'dimensions').subarray(0, matLimits.dimensions + 1)]
  if (dims.length < 2 || dims.length > matLimits.dimensions) {
    throw source.fault('dimensions', element.at, `${dims.length} dimensions`, `from 2 to ${matLimits.dimensions}`)
  }
  const negative = dims.find(n => n < 0)
  if (negative !== undefined) throw source.fault('dimensions', element.at, `the dimension ${negative}`, 'one from 0 to 2147483647')
  if (!Number.isSafeInteger(countOf(dims))) throw source.fault('dimensions', element.at, dims.join(' x '), 'a size that a file can hold')
  return dims
}

function nameAt(source: ElementBytes, position: number, end: number): { text: string, next: number } {
  const element = source.element(position, end)
  if (element.type !== 1 && element.type !== 2 && element.type !== elementTypes.utf8) {
    throw source.fault('name', position, `a name of type ${element.type}`, 'type 1 (int8) or 16 (UTF-8)')
  }
  const size = element.end - element.start
  if (size > matLimits.nameBytes) throw source.fault('name', position, `a name of ${size} bytes`, `at most ${matLimits.nameBytes}`)
  return { text: nameOf(source.data(element)), next: element.next }
}

/** A name ends at its first zero byte. */
function nameOf(bytes: Uint8Array): string {
  const zero = bytes.indexOf(0)
  return new TextDecoder().decode(zero < 0 ? bytes : bytes.subarray(0, zero))
}

const emptyMatrix: MatValue = { kind: 'numeric', class: 'double', dims: [0, 0], real: new Float64Array(0) }

/**
 * How many bytes too many an array of `size` bytes may be said to have: Octave 7 and older counts up to 7 too many for some texts of
 * version 7, each of which takes 56 bytes or more, and adds them up in what holds the texts.
 */
export function mostMiscounted(size: number): number {
  return Math.max(7, Math.ceil(size / 8))
}

/** The value of the array whose data stand from `start` to `end`. */
export function arrayValue(source: ElementBytes, start: number, end: number, budget: MatBudget, depth = 0): MatValue {
  // MATLAB writes [] inside cells and structs as an element without data.
  if (start === end) return emptyMatrix
  if (depth > matLimits.depth) throw source.fault('too-deep', start, `cells and structs ${depth} deep`, `at most ${matLimits.depth}`)
  const header = arrayHeader(source, start, end)
  switch (header.classNumber) {
    case 1: return { kind: 'cell', class: 'cell', dims: header.dims, cells: valuesAt(source, header, header.position, 1, budget, depth) }
    case 2: case 3: return structValue(source, header, budget, depth)
    case 4: return charAt(source, header, budget)
    case 5: return sparseValue(source, header, budget)
    case 16: case opaqueClass: return { kind: 'opaque', class: header.class, dims: header.dims } satisfies MatOpaque
    default: return numericValue(source, header, budget)
  }
}

function charAt(source: ElementBytes, header: ArrayHeader, budget: MatBudget): MatValue {
  if (header.position === header.end && countOf(header.dims) === 0) {
    return { kind: 'char', class: 'char', dims: header.dims, rows: header.dims[0] === 1 ? [''] : [] }
  }
  return charValue(source, source.element(header.position, header.end), header.dims, budget)
}

function numericValue(source: ElementBytes, header: ArrayHeader, budget: MatBudget): MatValue {
  const ofClass = header.logical ? 'logical' : numericClasses.get(header.classNumber) ?? 'double'
  const count = countOf(header.dims)
  if (count === 0 && header.position === header.end) {
    return { kind: 'numeric', class: ofClass, dims: header.dims, real: asClass(new Uint8Array(0), ofClass) ?? new Float64Array(0) }
  }
  const first = source.element(header.position, header.end)
  const real = numbersAt(source, first, count, ofClass, budget, header.dims)
  if (!header.complex) return { kind: 'numeric', class: ofClass, dims: header.dims, real }
  const imaginary = numbersAt(source, source.element(first.next, header.end), count, ofClass, budget, header.dims)
  return { kind: 'numeric', class: ofClass, dims: header.dims, real, imaginary }
}

function numbersAt(
  source: ElementBytes, element: Element, count: number, ofClass: NumericClass, budget: MatBudget, dims: readonly number[],
): NumericData {
  const stored = source.numbers(element)
  if (stored.length !== count) throw source.fault('size', element.at, `${stored.length} numbers`, `${count} for ${dims.join(' x ')}`)
  return converted(source, element, stored, ofClass, budget)
}

function converted(source: ElementBytes, element: Element, stored: NumericData, ofClass: NumericClass, budget: MatBudget): NumericData {
  const width = ofClass === 'logical' ? 1 : bytesOf(ofClass)
  if (width !== stored.BYTES_PER_ELEMENT) budget.takeBytes(stored.length * width, source.place(element.at))
  const held = asClass(stored, ofClass)
  if (held === null) throw source.fault('value', element.at, `a number that ${ofClass} cannot hold`, `numbers of class ${ofClass}`)
  return held
}

/** Indices, column starts, values. A logical sparse matrix tags its values as doubles and stores a byte each. */
function sparseValue(source: ElementBytes, header: ArrayHeader, budget: MatBudget): MatSparse {
  const [rows = 0, columns = 0, ...more] = header.dims
  if (more.length > 0) throw source.fault('dimensions', header.position, `a sparse array of ${header.dims.length} dimensions`, '2')
  const rowElement = source.element(header.position, header.end)
  const columnElement = source.element(rowElement.next, header.end)
  const columnStart = source.int32s(columnElement, 'column starts')
  const stored = columnStart[columns] ?? -1
  const rowIndex = source.int32s(rowElement, 'row indices').subarray(0, Math.max(0, stored))
  const rising = columnStart[0] === 0 && columnStart.every((n, c) => n >= (columnStart[c - 1] ?? 0))
  if (columnStart.length !== columns + 1 || !rising || rowIndex.length !== stored) {
    throw source.fault('sparse', columnElement.at, `${columnStart.length} column starts ending with ${stored}`,
      `${columns + 1} that rise from 0 to the count of row indices`)
  }
  const outside = rowIndex.find(row => row < 0 || row >= rows)
  if (outside !== undefined) throw source.fault('sparse', rowElement.at, `the row index ${outside}`, `one from 0 to ${rows - 1}`)
  const ofClass: NumericClass = header.logical ? 'logical' : 'double'
  const first = source.element(columnElement.next, header.end)
  const real = sparseNumbers(source, first, stored, ofClass, budget)
  const matrix = { kind: 'sparse', class: ofClass, dims: [rows, columns], rowIndex, columnStart, real } as const
  if (!header.complex) return matrix
  return { ...matrix, imaginary: sparseNumbers(source, source.element(first.next, header.end), stored, ofClass, budget) }
}

function sparseNumbers(source: ElementBytes, element: Element, stored: number, ofClass: NumericClass, budget: MatBudget): NumericData {
  const size = element.end - element.start
  const asBytes = ofClass === 'logical' && element.type === 9 && size < stored * 8
  const numbers = source.numbers(asBytes ? { ...element, type: 2 } : element)
  if (numbers.length < stored) throw source.fault('size', element.at, `${numbers.length} numbers`, `${stored}, one for each row index`)
  return converted(source, element, numbers.subarray(0, stored), ofClass, budget)
}

function structValue(source: ElementBytes, header: ArrayHeader, budget: MatBudget, depth: number): MatStruct {
  const className = header.classNumber === 3 ? nameAt(source, header.position, header.end) : undefined
  const lengthElement = source.element(className?.next ?? header.position, header.end)
  const length = source.int32s(lengthElement, 'field name length')[0] ?? 0
  const names = source.element(lengthElement.next, header.end)
  const bytes = source.data(names)
  if (bytes.length > 0 && (length < 1 || bytes.length % length !== 0)) {
    throw source.fault('fields', names.at, `${bytes.length} bytes of field names of ${length} bytes each`, 'a whole number of names')
  }
  const count = bytes.length === 0 ? 0 : bytes.length / length
  budget.takeValues(count, source.place(names.at))
  const fields = Array.from({ length: count }, (_, field) => nameOf(bytes.subarray(field * length, (field + 1) * length)))
  const values = valuesAt(source, header, names.next, count, budget, depth)
  const struct = { kind: 'struct', dims: header.dims, fields, values } as const
  return className === undefined ? { ...struct, class: 'struct' } : { ...struct, class: 'object', className: className.text }
}

/** The arrays inside a cell or struct: `perElement` of them for every element. */
function valuesAt(
  source: ElementBytes, header: ArrayHeader, from: number, perElement: number, budget: MatBudget, depth: number,
): MatValue[] {
  const count = countOf(header.dims) * perElement
  if (count * 8 > header.end - from) {
    throw source.fault(
      'truncated', from, `${header.end - from} bytes`, `at least ${count * 8} for ${count} values of ${header.dims.join(' x ')}`,
    )
  }
  budget.takeValues(count, source.place(from))
  const values: MatValue[] = []
  let position = from
  for (let i = 0; i < count; i++) {
    const element = nestedArray(source, position, header.end)
    if (element.type !== elementTypes.matrix) {
      throw source.fault('type', position, `a data element of type ${element.type}`, 'type 14 (matrix)')
    }
    values.push(arrayValue(source, element.start, element.end, budget, depth + 1))
    position = afterArray(source, element, header.end)
  }
  return values
}

/** The array that stands at `position`, its end that of what holds it where it claims a little more. */
function nestedArray(source: ElementBytes, position: number, end: number): Element {
  const size = position + 8 <= end ? source.view.getUint32(position + 4, source.littleEndian) : 0
  const over = position + 8 + size - end
  if (over <= 0 || over > mostMiscounted(size)) return source.element(position, end)
  const element = source.element(position, end + over)
  return { ...element, end: Math.min(element.end, end), next: Math.min(element.next, end) }
}

/** Where the next array begins: after this one, or, where it was miscounted and none begins there, at the last place before it. */
function afterArray(source: ElementBytes, element: Element, end: number): number {
  if (element.next >= end || isArrayAt(source, element.next, end)) return element.next
  const least = element.next - mostMiscounted(element.end - element.start) - 8
  for (let at = element.at + 8 * Math.floor((element.next - element.at) / 8); at >= least; at -= 8) if (isArrayAt(source, at, end)) return at
  return element.next
}

/** A tag of a matrix, and behind it that of its 8 bytes of flags. */
function isArrayAt(source: ElementBytes, position: number, end: number): boolean {
  const word = (at: number): number => source.view.getUint32(position + at, source.littleEndian)
  return position + 16 <= end && word(0) === elementTypes.matrix && word(8) === 6 && word(12) === 8
}
