/**
 * Where cells go while a text file is read. Everything is keyed by its row, so that a row that ran past the bytes at hand
 * can be read again from its start: what is written twice for the last row replaces what was there.
 */
import { decode } from './cells.ts'

/** Why a cell's text is kept: it means missing or infinite as it stands, or it is no number, or a number too large. */
export const asItStood = 0
export const unparsed = 1
export const overflow = 2

/** The texts of those cells of one column that did not become a plain number. Rows must come in order. */
export class CellTexts {
  private rows = new Int32Array(16)
  private starts = new Float64Array(16)
  private kinds = new Uint8Array(16)
  private bytes = new Uint8Array(64)
  private used = 0
  private count = 0

  set(row: number, kind: number, bytes: Uint8Array, start: number, end: number): void {
    if (this.count > 0 && this.rows[this.count - 1] === row) this.used = this.starts[--this.count] ?? 0
    if (this.count === this.rows.length) {
      this.rows = grown(this.rows, this.count * 2)
      this.starts = grown(this.starts, this.count * 2)
      this.kinds = grown(this.kinds, this.count * 2)
    }
    const length = end - start
    if (this.used + length > this.bytes.length) this.bytes = grown(this.bytes, Math.ceil((this.used + length) * 1.5))
    this.bytes.set(bytes.subarray(start, end), this.used)
    this.rows[this.count] = row
    this.starts[this.count] = this.used
    this.kinds[this.count++] = kind
    this.used += length
  }

  /** The text that stood in a row, or undefined when none was kept. */
  text(row: number): string | undefined {
    const at = lastAtOrBefore(this.rows, this.count, row)
    if (at < 0 || this.rows[at] !== row) return undefined
    return decode(this.bytes, this.starts[at] ?? 0, at + 1 < this.count ? this.starts[at + 1] ?? 0 : this.used)
  }

  /** How many were kept for a reason. */
  countOf(kind: number): number {
    let sum = 0
    for (let i = 0; i < this.count; i++) if (this.kinds[i] === kind) sum++
    return sum
  }

  /** Whether one of those kept for a reason is such a text. */
  some(kind: number, such: (text: string) => boolean): boolean {
    for (let i = 0; i < this.count; i++) if (this.kinds[i] === kind && such(this.text(this.rows[i]!) ?? '')) return true
    return false
  }
}

/** Distinct texts, numbered in order of first appearance, found by their bytes without making strings. */
export class Levels {
  private table = new Int32Array(64).fill(-1)
  private hashes = new Int32Array(32)
  private starts = new Float64Array(33)
  private bytes = new Uint8Array(256)
  count = 0

  code(bytes: Uint8Array, start: number, end: number): number {
    // FNV-1a (Fowler, Noll, Vo), 32 bits.
    let hash = -2_128_831_035
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 16_777_619)
    const mask = this.table.length - 1
    let slot = (hash ^ (hash >>> 15)) & mask
    for (;;) {
      const code = this.table[slot]!
      if (code < 0) break
      if (this.hashes[code] === hash && this.holds(code, bytes, start, end)) return code
      slot = (slot + 1) & mask
    }
    this.table[slot] = this.count
    return this.add(hash, bytes, start, end)
  }

  text(code: number): string {
    return decode(this.bytes, this.starts[code] ?? 0, this.starts[code + 1] ?? 0)
  }

  private holds(code: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.starts[code]!
    if (this.starts[code + 1]! - from !== end - start) return false
    for (let i = 0; i < end - start; i++) if (this.bytes[from + i] !== bytes[start + i]) return false
    return true
  }

  private add(hash: number, bytes: Uint8Array, start: number, end: number): number {
    const code = this.count++
    const from = this.starts[code]!
    const to = from + end - start
    if (to > this.bytes.length) this.bytes = grown(this.bytes, Math.ceil(to * 1.5))
    this.bytes.set(bytes.subarray(start, end), from)
    if (this.count === this.hashes.length) {
      this.hashes = grown(this.hashes, this.count * 2)
      this.starts = grown(this.starts, this.count * 2 + 1)
    }
    this.hashes[code] = hash
    this.starts[code + 1] = to
    if (this.count * 2 > this.table.length) this.rehash()
    return code
  }

  private rehash(): void {
    const table = new Int32Array(this.table.length * 2).fill(-1)
    for (let code = 0; code < this.count; code++) {
      const hash = this.hashes[code]!
      let slot = (hash ^ (hash >>> 15)) & (table.length - 1)
      while (table[slot]! >= 0) slot = (slot + 1) & (table.length - 1)
      table[slot] = code
    }
    this.table = table
  }
}

/** Which line each row begins on, kept as the places where it is not simply one line further. */
export class Lines {
  private readonly rows: number[] = []
  private readonly shifts: number[] = []

  note(row: number, line: number): void {
    const shift = line - row
    if (this.shifts[this.shifts.length - 1] === shift) return
    this.rows.push(row)
    this.shifts.push(shift)
  }

  of(row: number): number {
    return row + (this.shifts[lastAtOrBefore(this.rows, this.rows.length, row)] ?? 1)
  }
}

/** How many cells the rows have that ended before the last column. Rows must come in order. */
export class ShortRows {
  private rows = new Int32Array(16)
  private cells = new Int32Array(16)
  private count = 0

  /** The row will be read again. */
  drop(row: number): void {
    if (this.count > 0 && this.rows[this.count - 1] === row) this.count--
  }

  set(row: number, cells: number): void {
    if (this.count === this.rows.length) {
      this.rows = grown(this.rows, this.count * 2)
      this.cells = grown(this.cells, this.count * 2)
    }
    this.rows[this.count] = row
    this.cells[this.count++] = cells
  }

  /** Infinity for a row that has all its cells. */
  cellsOf(row: number): number {
    const at = lastAtOrBefore(this.rows, this.count, row)
    return at < 0 || this.rows[at] !== row ? Infinity : this.cells[at] ?? Infinity
  }
}

/** The last index whose entry is at most `wanted`, among the first `count`, which ascend; -1 when there is none. */
function lastAtOrBefore(sorted: ArrayLike<number>, count: number, wanted: number): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! <= wanted) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** A longer copy of a typed array, zeros behind. */
export function grown<T extends Int32Array | Float64Array | Uint8Array>(array: T, length: number): T
export function grown(array: Int32Array | Float64Array | Uint8Array, length: number): Int32Array | Float64Array | Uint8Array {
  const make = array instanceof Int32Array ? Int32Array : array instanceof Float64Array ? Float64Array : Uint8Array
  const copy = new make(length)
  copy.set(array)
  return copy
}
