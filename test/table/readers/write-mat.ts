/**
 * Writes MAT-files of version 5 for tests: small, straight from the format's description, and free to say things that
 * no honest writer would (sizes, types, flags). Numbers come as their stored type; `class` may be another.
 */
import { deflateSync } from 'node:zlib'

export type Numbers =
  | Float64Array | Float32Array | Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array
  | BigInt64Array | BigUint64Array

export type Written =
  | { kind: 'numeric', class: string, dims: number[], real: Numbers, imaginary?: Numbers }
  | { kind: 'sparse', dims: [number, number], logical?: boolean, rowIndex: number[], columnStart: number[], real: Numbers }
  | { kind: 'char', dims: number[], data: Uint8Array | Uint16Array | Uint32Array, type: number }
  | { kind: 'cell', dims: number[], cells: Written[] }
  | { kind: 'struct', dims: number[], fields: string[], values: Written[], className?: string }
  | { kind: 'opaque', className: string }
  | { kind: 'raw', class: number, dims: number[], flags?: number, elements: Uint8Array[] }

const classNumbers: Record<string, number> = {
  cell: 1, struct: 2, object: 3, char: 4, sparse: 5, double: 6, single: 7, int8: 8, uint8: 9, int16: 10, uint16: 11,
  int32: 12, uint32: 13, int64: 14, uint64: 15, logical: 9, opaque: 17,
}

function typeOf(numbers: Numbers): number {
  const types: [new (n: number) => Numbers, number][] = [
    [Int8Array, 1], [Uint8Array, 2], [Int16Array, 3], [Uint16Array, 4], [Int32Array, 5], [Uint32Array, 6],
    [Float32Array, 7], [Float64Array, 9], [BigInt64Array, 12], [BigUint64Array, 13],
  ]
  const found = types.find(([ofType]) => numbers instanceof ofType)
  if (found === undefined) throw new Error('no such type of numbers')
  return found[1]
}

export class MatWriter {
  private readonly little: boolean

  constructor(littleEndian = true) {
    this.little = littleEndian
  }

  /** The file's 128 bytes of header. */
  header(): Uint8Array {
    const header = new Uint8Array(128).fill(32)
    header.set(new TextEncoder().encode('MATLAB 5.0 MAT-file, written by a test'))
    header.fill(0, 116, 124)
    header.set(this.little ? [0, 1, 0x49, 0x4d] : [1, 0, 0x4d, 0x49], 124)
    return header
  }

  tag(type: number, size: number): Uint8Array {
    const tag = new Uint8Array(8)
    new DataView(tag.buffer).setUint32(0, type, this.little)
    new DataView(tag.buffer).setUint32(4, size, this.little)
    return tag
  }

  /** An element with its padding; in the small form where it fits and `small` is not switched off. */
  element(type: number, data: Uint8Array, small = true): Uint8Array {
    if (small && data.length >= 1 && data.length <= 4) {
      const element = new Uint8Array(8)
      new DataView(element.buffer).setUint32(0, data.length * 65536 + type, this.little)
      element.set(data, 4)
      return element
    }
    return joined([this.tag(type, data.length), data, new Uint8Array(-data.length & 7)])
  }

  bytes(numbers: Numbers): Uint8Array {
    const bytes = Uint8Array.from(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength))
    if (this.little) return bytes
    const width = numbers.BYTES_PER_ELEMENT
    for (let i = 0; i < bytes.length; i += width) bytes.subarray(i, i + width).reverse()
    return bytes
  }

  numbers(numbers: Numbers): Uint8Array {
    return this.element(typeOf(numbers), this.bytes(numbers))
  }

  text(text: string): Uint8Array {
    return this.element(1, new TextEncoder().encode(text))
  }

  /** An array with its tag, as it stands in a file that is not compressed. */
  array(name: string, value: Written): Uint8Array {
    const body = joined(this.body(name, value))
    return joined([this.tag(14, body.length), body])
  }

  compressed(array: Uint8Array): Uint8Array {
    const data = deflateSync(array)
    return joined([this.tag(15, data.length), data])
  }

  file(variables: Record<string, Written>, compress = false): Uint8Array {
    const arrays = Object.entries(variables).map(([name, value]) => this.array(name, value))
    return joined([this.header(), ...arrays.map(array => (compress ? this.compressed(array) : array))])
  }

  private head(name: string, classNumber: number, flags: number, dims: number[]): Uint8Array[] {
    return [this.numbers(Uint32Array.of(classNumber + flags * 256, 0)), this.numbers(Int32Array.from(dims)), this.text(name)]
  }

  private body(name: string, value: Written): Uint8Array[] {
    switch (value.kind) {
      case 'numeric': {
        const flags = (value.class === 'logical' ? 2 : 0) + (value.imaginary === undefined ? 0 : 8)
        const head = this.head(name, classNumbers[value.class] ?? 99, flags, value.dims)
        return [...head, this.numbers(value.real), ...(value.imaginary === undefined ? [] : [this.numbers(value.imaginary)])]
      }
      case 'sparse':
        return [
          ...this.head(name, 5, value.logical ? 2 : 0, value.dims),
          this.numbers(Int32Array.from(value.rowIndex)), this.numbers(Int32Array.from(value.columnStart)), this.numbers(value.real),
        ]
      case 'char':
        return [...this.head(name, 4, 0, value.dims), this.element(value.type, this.bytes(value.data))]
      case 'cell':
        return [...this.head(name, 1, 0, value.dims), ...value.cells.map(cell => this.array('', cell))]
      case 'struct': {
        const names = new Uint8Array(32 * value.fields.length)
        value.fields.forEach((field, f) => names.set(new TextEncoder().encode(field), 32 * f))
        return [
          ...this.head(name, value.className === undefined ? 2 : 3, 0, value.dims),
          ...(value.className === undefined ? [] : [this.text(value.className)]),
          this.numbers(Int32Array.of(32)), this.element(1, names, false), ...value.values.map(each => this.array('', each)),
        ]
      }
      case 'opaque':
        return [
          this.numbers(Uint32Array.of(17, 0)), this.text(name), this.text('MCOS'), this.text(value.className),
          this.array('', { kind: 'numeric', class: 'uint32', dims: [6, 1], real: Uint32Array.of(0xdd000000, 2, 1, 1, 1, 1) }),
        ]
      case 'raw':
        return [...this.head(name, value.class, value.flags ?? 0, value.dims), ...value.elements]
      default:
        return value satisfies never
    }
  }
}

export function joined(parts: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

export function doubles(dims: number[], values: ArrayLike<number>): Written {
  return { kind: 'numeric', class: 'double', dims, real: Float64Array.from(values) }
}

export function text(value: string): Written {
  return { kind: 'char', dims: [1, value.length], data: Uint16Array.from(value, unit => unit.charCodeAt(0)), type: 4 }
}
