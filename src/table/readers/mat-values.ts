/**
 * What a MAT-file holds, as its readers hand it on: one union over `kind`, the file's own class and dimensions kept.
 * Numbers stay in the typed array of their class, column after column as MATLAB stores them; int64 stays BigInt.
 * mat-tables.ts makes tables of these.
 */
import { TableError } from '../errors.ts'
import type { Source } from './source.ts'

/** MATLAB's numeric classes and logical (one byte, 0 or 1). */
export type NumericClass =
  | 'double' | 'single' | 'logical'
  | 'int8' | 'uint8' | 'int16' | 'uint16' | 'int32' | 'uint32' | 'int64' | 'uint64'

export type NumericData =
  | Float64Array | Float32Array
  | Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array
  | BigInt64Array | BigUint64Array

export interface MatNumeric {
  readonly kind: 'numeric'
  readonly class: NumericClass
  readonly dims: readonly number[]
  /** Column-major, as long as the product of `dims`. May be a view on the file's own bytes. */
  readonly real: NumericData
  readonly imaginary?: NumericData
}

/** Compressed columns: the rows and values of column c are those from `columnStart[c]` up to `columnStart[c + 1]`. */
export interface MatSparse {
  readonly kind: 'sparse'
  readonly class: NumericClass
  readonly dims: readonly [number, number]
  /** Row of each stored value, from 0. */
  readonly rowIndex: Int32Array
  /** One more than there are columns, never falling, from 0 to the count of stored values. */
  readonly columnStart: Int32Array
  readonly real: NumericData
  readonly imaginary?: NumericData
}

export interface MatChar {
  readonly kind: 'char'
  readonly class: 'char'
  readonly dims: readonly number[]
  /** The rows of characters, page after page; trailing blanks kept. */
  readonly rows: readonly string[]
}

export interface MatCell {
  readonly kind: 'cell'
  readonly class: 'cell'
  readonly dims: readonly number[]
  /** Column-major, as long as the product of `dims`. */
  readonly cells: readonly MatValue[]
}

/** A struct array, or an object of a class from before classdef (`object`, with the class's name). */
export interface MatStruct {
  readonly kind: 'struct'
  readonly class: 'struct' | 'object'
  readonly className?: string
  readonly dims: readonly number[]
  readonly fields: readonly string[]
  /** Field f of element e (column-major) is `values[e * fields.length + f]`. */
  readonly values: readonly MatValue[]
}

/** What only MATLAB can read: tables, strings, datetimes and other classdef objects (`class` is theirs), function handles. */
export interface MatOpaque {
  readonly kind: 'opaque'
  readonly class: string
  readonly dims: readonly number[]
  /** Why it is no table, where it is none of MATLAB's own; goes on after the variable's name. */
  readonly why?: string
}

export type MatValue = MatNumeric | MatSparse | MatChar | MatCell | MatStruct | MatOpaque

/** A variable as its header describes it, before its data are read. */
export interface MatHeader {
  readonly name: string
  /** double, int32, logical, char, cell, struct, sparse, function_handle, or the class of a MATLAB object. */
  readonly class: string
  readonly dims: readonly number[]
  readonly complex: boolean
}

/** A variable whose data can still be left unread. */
export interface MatVariable extends MatHeader {
  read(): Promise<MatValue>
}

/** Bounds that no honest file meets; they keep a hostile one from taking the machine's memory or time. */
export const matLimits = {
  variables: 100_000,
  /** Values inside cells and structs, over the whole file: each takes about 400 bytes. */
  nestedValues: 5_000_000,
  /** Of them this many in any file; more only where the file has a byte for each, which one packed a thousandfold has not. */
  nestedInSmall: 2 ** 20,
  depth: 64,
  dimensions: 64,
  /** Of a sparse matrix of version 4, whose file pays nothing for empty ones. */
  sparseColumns: 2 ** 24,
  /** MATLAB's own names end at 63. */
  nameBytes: 512,
  /** Default of `maximumBytes`: memory for the variables of one file. */
  bytes: 2 ** 31,
} as const

const damaged = 'The file is damaged or cut short; copy or save it again.'

/** A refusal with its place: what stood there, what should have, and what to do. */
export function matError(
  id: string,
  { file, byte, got, expected, advice = damaged, ...facts }: {
    readonly file: string
    readonly byte: number | string
    readonly got: string
    readonly expected: string
    readonly advice?: string
    readonly variable?: string
  },
): TableError {
  const place = typeof byte === 'number' ? `byte ${byte}` : byte
  return new TableError(
    `mat-${id}`, `${file}: ${got} at ${place}, expected ${expected}. ${advice}`, { file, byte, got, expected, ...facts },
  )
}

/** Memory and counts that one file may still use. */
export class MatBudget {
  private readonly file: string
  private readonly mostNested: number
  private bytes = 0
  private nested = 0

  constructor({ name, size }: Pick<Source, 'name' | 'size'>, private readonly maximumBytes: number) {
    this.file = name
    this.mostNested = Math.min(matLimits.nestedValues, Math.max(matLimits.nestedInSmall, size))
  }

  takeBytes(count: number, byte: number | string): void {
    this.bytes += count
    if (this.bytes > this.maximumBytes) {
      throw matError('too-large', {
        file: this.file, byte, got: `${this.bytes} bytes of variables`, expected: `at most ${this.maximumBytes}`,
        advice: 'Read fewer variables (only), or raise maximumBytes if the file is to be trusted.',
      })
    }
  }

  takeValues(count: number, byte: number | string): void {
    this.nested += count
    if (this.nested > this.mostNested) {
      throw matError('too-many-values', {
        file: this.file, byte, got: `${this.nested} values in cells and structs`, expected: `at most ${this.mostNested}`,
        advice: 'Save the numbers as matrices instead.',
      })
    }
  }
}

/** How many values dimensions promise: their product, or 0 when one is 0. */
export function countOf(dims: readonly number[]): number {
  return dims.includes(0) ? 0 : dims.reduce((product, n) => product * n, 1)
}
