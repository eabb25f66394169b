/**
 * Thrift's compact protocol, as far as Parquet uses it: structs of numbers, bytes, lists and structs. Every length is
 * held against the bytes that are left, so that damaged metadata cannot ask for memory.
 * https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */

/** A struct by field number; whole numbers of 64 bits as far as doubles hold them. */
export type Thrift = ReadonlyMap<number, ThriftValue>
export type ThriftValue = number | boolean | Uint8Array | readonly ThriftValue[] | Thrift

const mostDepth = 32
const types = { stop: 0, yes: 1, no: 2, byte: 3, i16: 4, i32: 5, i64: 6, double: 7, binary: 8, list: 9, struct: 12 } as const

export class ThriftReader {
  constructor(private readonly bytes: Uint8Array, public at: number) {}

  /** The struct that begins here. Throws a plain Error where the bytes are no struct. */
  struct(depth = 0): Thrift {
    if (depth > mostDepth) throw new Error(`structs ${depth} deep`)
    const fields = new Map<number, ThriftValue>()
    for (let id = 0; ;) {
      const head = this.byte()
      const type = head & 15
      if (type === types.stop) return fields
      id = head >> 4 === 0 ? this.zigzag() : id + (head >> 4)
      fields.set(id, this.value(type, depth))
    }
  }

  private value(type: number, depth: number): ThriftValue {
    switch (type) {
      case types.yes: return true
      case types.no: return false
      case types.byte: return (this.byte() << 24) >> 24
      case types.i16: case types.i32: case types.i64: return this.zigzag()
      case types.double: return this.double()
      case types.binary: return this.binary()
      case types.list: return this.list(depth)
      case types.struct: return this.struct(depth + 1)
      default: throw new Error(`a value of type ${type}`)
    }
  }

  private list(depth: number): ThriftValue[] {
    const head = this.byte()
    const count = head >> 4 === 15 ? this.varint() : head >> 4
    // Every value takes at least a byte.
    if (count > this.bytes.length - this.at) throw new Error(`a list of ${count} values in ${this.bytes.length - this.at} bytes`)
    const type = head & 15
    const values: ThriftValue[] = []
    for (let i = 0; i < count; i++) values.push(type === types.yes || type === types.no ? this.byte() === 1 : this.value(type, depth + 1))
    return values
  }

  private binary(): Uint8Array {
    const length = this.varint()
    if (length > this.bytes.length - this.at) throw new Error(`${length} bytes where ${this.bytes.length - this.at} are left`)
    const start = this.at
    this.at += length
    return this.bytes.subarray(start, this.at)
  }

  private double(): number {
    if (this.at + 8 > this.bytes.length) throw new Error('a number that is cut short')
    this.at += 8
    return new DataView(this.bytes.buffer, this.bytes.byteOffset + this.at - 8, 8).getFloat64(0, true)
  }

  private zigzag(): number {
    const value = this.varint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  /** Seven bits a byte, at most ten bytes. */
  private varint(): number {
    let value = 0
    for (let shift = 0; shift < 10; shift++) {
      const byte = this.byte()
      value += (byte & 127) * 2 ** (7 * shift)
      if (byte < 128) return value
    }
    throw new Error('a whole number longer than ten bytes')
  }

  private byte(): number {
    const byte = this.bytes[this.at++]
    if (byte === undefined) throw new Error('data that end within a struct')
    return byte
  }
}
