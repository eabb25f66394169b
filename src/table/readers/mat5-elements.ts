/**
 * Data elements of MAT-files of version 5 to 7: a tag of type and size, then the data, padded to 8 bytes.
 * The MathWorks, "MAT-File Format", chapter 1, "Level 5 MAT-File Format": data element format and data types.
 */
import type { TableError } from '../errors.ts'
import { bytesOf, storedValues, type Storage } from './mat-numbers.ts'
import { matError, type NumericData } from './mat-values.ts'

export const elementTypes = { matrix: 14, compressed: 15, utf8: 16, utf16: 17, utf32: 18 } as const

/** The numeric types by their numbers in the file. */
const storages: ReadonlyMap<number, Storage> = new Map([
  [1, 'int8'], [2, 'uint8'], [3, 'int16'], [4, 'uint16'], [5, 'int32'], [6, 'uint32'],
  [7, 'single'], [9, 'double'], [12, 'int64'], [13, 'uint64'],
])

export interface Element {
  readonly type: number
  /** Where the tag, the data and what follows the data's padding stand. */
  readonly at: number
  readonly start: number
  readonly end: number
  readonly next: number
}

/** One run of a file's bytes, or of a variable's inflated bytes, with the words to say where in the file it stands. */
export class ElementBytes {
  readonly file: string
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly littleEndian: boolean
  private readonly offset: number
  private readonly inflated: boolean

  /** `offset` is where `bytes` start in the file or, when `inflated`, where the compressed element starts. */
  constructor(file: string, bytes: Uint8Array, littleEndian: boolean, offset: number, inflated: boolean) {
    this.file = file
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.littleEndian = littleEndian
    this.offset = offset
    this.inflated = inflated
  }

  place(position: number): number | string {
    return this.inflated ? `byte ${position} of what byte ${this.offset} inflates to` : this.offset + position
  }

  /** The error for what stands at `position`, to be thrown. */
  fault(id: string, position: number, got: string, expected: string): TableError {
    return matError(id, { file: this.file, byte: this.place(position), got, expected })
  }

  /** The element whose tag stands at `position`; its data must end by `end`. Small elements hold up to 4 bytes in their tag. */
  element(position: number, end: number): Element {
    if (position + 8 > end) throw this.fault('truncated', position, `${Math.max(0, end - position)} bytes`, 'the 8 bytes of a data tag')
    const first = this.view.getUint32(position, this.littleEndian)
    const smallSize = first >>> 16
    if (smallSize > 0) {
      if (smallSize > 4) throw this.fault('tag', position, `a small data element of ${smallSize} bytes`, 'at most 4')
      return { type: first & 0xffff, at: position, start: position + 4, end: position + 4 + smallSize, next: position + 8 }
    }
    const size = this.view.getUint32(position + 4, this.littleEndian)
    const start = position + 8
    if (start + size > end) {
      throw this.fault('truncated', position, `a data element of ${size} bytes`, `at most the ${end - start} bytes that are left`)
    }
    return { type: first, at: position, start, end: start + size, next: Math.min(end, start + Math.ceil(size / 8) * 8) }
  }

  /** How an element's numbers are stored, or null for text, matrices and unknown types. */
  storage(element: Element): Storage | null {
    return storages.get(element.type) ?? null
  }

  /** All numbers of an element, in their stored type. */
  numbers(element: Element): NumericData {
    const storage = this.storage(element)
    if (storage === null) {
      throw this.fault('type', element.at, `a data element of type ${element.type}`, 'a type of numbers (1 to 7, 9, 12 or 13)')
    }
    const size = element.end - element.start
    const width = bytesOf(storage)
    if (size % width !== 0) throw this.fault('size', element.at, `${size} bytes of ${storage}`, `a multiple of ${width}`)
    return storedValues(this.bytes, element.start, size / width, storage, this.littleEndian)
  }

  /** Whole numbers of 32 bits, such as dimensions and indices; type uint32 is taken for int32 as other readers do. */
  int32s(element: Element, what: string): Int32Array {
    if (element.type !== 5 && element.type !== 6) throw this.fault('type', element.at, `${what} of type ${element.type}`, 'type 5 (int32)')
    const numbers = this.numbers(element)
    return new Int32Array(numbers.buffer, numbers.byteOffset, numbers.length)
  }

  data(element: Element): Uint8Array {
    return this.bytes.subarray(element.start, element.end)
  }
}
