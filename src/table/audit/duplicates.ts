/**
 * Rows that stand twice: found by hash, confirmed cell by cell, in time linear in rows. Where cells stand outside memory, which
 * would be read in any order, a second hash confirms instead: together 64 bits, so that among 10 million rows two different
 * ones are taken for equal with a chance of 3 in a million.
 */
import { piecesOf } from '../stored.ts'
import type { Column, Table } from '../table.ts'

/** Rows of a table, in the chosen columns, that can be looked up. */
export class RowIndex {
  private readonly hashes: Uint32Array
  /** The second hashes, where they stand for the cells. */
  private readonly seconds: Uint32Array | null
  private readonly slots: Int32Array

  /** `others`: a table that will be looked up in this one. */
  constructor(private readonly table: Table, private readonly columns: readonly number[], others: Table | null = null) {
    this.hashes = hashesOf(table, columns, mixed)
    this.seconds = isStored(table) || (others !== null && isStored(others)) ? hashesOf(table, columns, mixedOtherwise) : null
    let size = 16
    while (size < 2 * table.rows) size *= 2
    this.slots = new Int32Array(size).fill(-1)
  }

  /** Puts every row in; returns those that were there already, each pointing at the first of its kind. */
  fill(): { readonly row: number; readonly first: number }[] {
    const again: { row: number; first: number }[] = []
    for (let row = 0; row < this.table.rows; row++) {
      const slot = this.slotOf(this.hashes[row]!, { table: this.table, columns: this.columns, seconds: this.seconds }, row)
      const first = this.slots[slot]!
      if (first < 0) this.slots[slot] = row
      else again.push({ row, first })
    }
    return again
  }

  /** The rows of another table that stand in this one; `columns` are its columns for this table's, in order. */
  lookUp(other: Table, columns: readonly number[]): { readonly row: number; readonly first: number }[] {
    const hashes = hashesOf(other, columns, mixed)
    const sought: Sought = { table: other, columns, seconds: this.seconds === null ? null : hashesOf(other, columns, mixedOtherwise) }
    const found: { row: number; first: number }[] = []
    for (let row = 0; row < other.rows; row++) {
      const first = this.slots[this.slotOf(hashes[row]!, sought, row)]!
      if (first >= 0) found.push({ row, first })
    }
    return found
  }

  /** The slot that holds an equal row, or the free one where it would go. */
  private slotOf(hash: number, sought: Sought, row: number): number {
    const mask = this.slots.length - 1
    let slot = hash & mask
    for (;;) {
      const held = this.slots[slot]!
      if (held < 0 || (this.hashes[held] === hash && this.equal(held, sought, row))) return slot
      slot = (slot + 1) & mask
    }
  }

  private equal(held: number, { table, columns, seconds }: Sought, row: number): boolean {
    if (this.seconds !== null && seconds !== null) return this.seconds[held] === seconds[row]
    return this.columns.every((own, i) => sameCell(this.table.columns[own], held, table.columns[columns[i] ?? -1], row))
  }
}

/** Rows that are looked for. */
interface Sought {
  readonly table: Table
  readonly columns: readonly number[]
  readonly seconds: Uint32Array | null
}

function isStored({ columns }: Table): boolean {
  return columns.some(({ kind }) => kind === 'stored')
}

/** NaN equals NaN here, and 0 equals -0: a missing cell copied is a copy. */
function sameCell(a: Column | undefined, i: number, b: Column | undefined, j: number): boolean {
  if (a?.kind === 'numeric' && b?.kind === 'numeric') {
    const [x, y] = [a.values[i]!, b.values[j]!]
    return x === y || (x !== x && y !== y)
  }
  if (a?.kind === 'text' && b?.kind === 'text') return a.levels[a.codes[i]!] === b.levels[b.codes[j]!]
  return false
}

/** Takes another 32 bits into a hash. */
type Mix = (hash: number, word: number) => number

function hashesOf(table: Table, columns: readonly number[], mix: Mix): Uint32Array {
  const hashes = new Uint32Array(table.rows).fill(0x9e3779b9)
  for (const index of columns) {
    const column = table.columns[index]
    if (column?.kind === 'text') mixTexts(hashes, column, mix)
    else if (column !== undefined) for (const { from, values } of piecesOf(column)) mixNumbers(hashes.subarray(from, from + values.length), values, mix)
  }
  return hashes
}

function mixNumbers(hashes: Uint32Array, values: Float64Array | Float32Array, mix: Mix): void {
  const cell = new Float64Array(1)
  const words = new Uint32Array(cell.buffer)
  for (let row = 0; row < hashes.length; row++) {
    const value = values[row]!
    // One hash for both zeros and for all NaN.
    cell[0] = value === value ? value + 0 : 0.5
    hashes[row] = mix(mix(hashes[row]!, words[0]!), words[1]!)
  }
}

function mixTexts(hashes: Uint32Array, { codes, levels }: { readonly codes: Int32Array; readonly levels: readonly string[] }, mix: Mix): void {
  const ofLevel = Uint32Array.from(levels, text => textHash(text, mix))
  for (let row = 0; row < hashes.length; row++) hashes[row] = mix(hashes[row]!, codes[row]! < 0 ? 1 : ofLevel[codes[row]!]!)
}

function textHash(text: string, mix: Mix): number {
  let hash = text.length
  for (let i = 0; i < text.length; i++) hash = mix(hash, text.charCodeAt(i))
  return hash
}

/** One round of MurmurHash3's 32-bit body with its final mix's shift: every bit of `word` reaches the low bits, where slots look. */
function mixed(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51)
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593)
  const h = hash ^ k ^ (k >>> 16)
  return ((Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) ^ (h >>> 15)) >>> 0
}

/** Another one, by the final mix of MurmurHash3: where two rows meet in one of the hashes they do not in the other. */
function mixedOtherwise(hash: number, word: number): number {
  let h = Math.imul(hash ^ word, 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
