/**
 * The header of a NumPy array file: magic, version, and a Python dictionary of dtype, order and shape.
 * NumPy Enhancement Proposal 1, and numpy.lib.format for versions 2 and 3.
 */
import { TableError } from '../../errors.ts'

/** One field of a dtype: a plain type such as `<f8`, at its place in each element. */
export interface NpyField {
  /** Empty for a plain array. */
  readonly name: string
  /** Byte order, kind and size: `<f8`, `|b1`, `>U10`. */
  readonly type: string
  readonly offset: number
  readonly size: number
  /** How many values of the type: more than one for a field that is an array itself. */
  readonly count: number
}

export interface NpyHeader {
  readonly fields: readonly NpyField[]
  /** The dtype as the file writes it, for people. */
  readonly dtype: string
  readonly structured: boolean
  readonly itemSize: number
  readonly shape: readonly number[]
  readonly fortranOrder: boolean
  /** Where the data begin. */
  readonly dataStart: number
}

const mostHeaderBytes = 2 ** 20
const mostFields = 100_000
const mostDimensions = 64

export function npyError(file: string, id: string, got: string, expected: string,
  advice = 'The file is damaged or cut short; save it again.'): TableError {
  return new TableError(`npy-${id}`, `${file}: ${got}, expected ${expected}. ${advice}`, { file, got, expected })
}

/** How many of a file's first bytes `npyHeader` needs, from its first 12. */
export function npyHeaderBytes(file: string, start: Uint8Array): number {
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]
  if (!magic.every((byte, i) => start[i] === byte)) throw npyError(file, 'magic', 'no NumPy signature', '\\x93NUMPY in the first bytes')
  const major = start[6] ?? 0
  if (major < 1 || major > 3) throw npyError(file, 'version', `version ${major} of the format`, '1, 2 or 3', 'Save it with numpy.save.')
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength)
  if (start.length < (major === 1 ? 10 : 12)) throw npyError(file, 'truncated', `${start.length} bytes`, 'a header')
  const size = major === 1 ? 10 + view.getUint16(8, true) : 12 + view.getUint32(8, true)
  if (size > mostHeaderBytes) throw npyError(file, 'header', `a header of ${size} bytes`, `at most ${mostHeaderBytes}`)
  return size
}

/** The header, from the bytes that npyHeaderBytes asked for. */
export function npyHeader(file: string, bytes: Uint8Array): NpyHeader {
  const major = bytes[6] ?? 0
  const text = new TextDecoder(major < 3 ? 'latin1' : 'utf-8').decode(bytes.subarray(major === 1 ? 10 : 12))
  const value = new Literal(file, text).whole()
  if (!(value instanceof Map)) throw npyError(file, 'header', 'a header that is no dictionary', 'descr, fortran_order and shape')
  const shape = value.get('shape')
  const fortranOrder = value.get('fortran_order')
  const descr = value.get('descr')
  if (!Array.isArray(shape) || typeof fortranOrder !== 'boolean' || descr === undefined) {
    throw npyError(file, 'header', `a header with ${[...value.keys()].map(String).join(', ')}`, 'descr, fortran_order and shape')
  }
  const dims = shape.map(Number)
  if (dims.length > mostDimensions || !dims.every(n => Number.isSafeInteger(n) && n >= 0)) throw npyError(file, 'shape',
    `a shape of ${dims.join(' x ')}`, 'whole numbers, none negative')
  const { fields, size } = fieldsOf(file, descr)
  return { fields, dtype: shown(descr), structured: Array.isArray(descr), itemSize: size, shape: dims, fortranOrder,
    dataStart: bytes.length }
}

function shown(descr: Python): string {
  if (typeof descr === 'string') return descr
  return Array.isArray(descr) ? `structured, ${descr.length} fields` : String(descr)
}

function fieldsOf(file: string, descr: Python): { fields: NpyField[], size: number } {
  if (typeof descr === 'string') {
    const size = sizeOf(file, descr)
    return { fields: [{ name: '', type: descr, offset: 0, size, count: 1 }], size }
  }
  if (!Array.isArray(descr) || descr.length > mostFields) throw npyError(file, 'dtype', `a dtype of ${shown(descr)}`,
    'a type or a list of fields')
  const fields: NpyField[] = []
  let offset = 0
  for (const each of descr) {
    const [names, type, shape] = Array.isArray(each) ? each : []
    // A field may have a title besides its name: (title, name).
    const name = Array.isArray(names) ? names[1] : names
    if (typeof name !== 'string' || type === undefined) throw npyError(file, 'dtype', 'a field without name and type', '(name, type) each')
    const count = shape === undefined ? 1 : (Array.isArray(shape) ? shape : [shape]).map(Number).reduce((product, n) => product * n, 1)
    if (!Number.isSafeInteger(count) || count < 0) throw npyError(file, 'dtype', `a field ${name} of ${count} values`,
      'a whole number of values')
    const nested = typeof type !== 'string'
    const size = nested ? fieldsOf(file, type).size : sizeOf(file, type)
    fields.push({ name, type: nested ? 'V' : type, offset, size, count })
    offset += size * count
  }
  if (!Number.isSafeInteger(offset)) throw npyError(file, 'dtype', 'a dtype beyond all sizes', 'fields that a file can hold')
  return { fields, size: offset }
}

/** Bytes of one value: the number in the type; for U, 4 bytes a character. */
function sizeOf(file: string, type: string): number {
  const parts = /^[<>|=]?([?bBiufcSaUVOmM])(\d{0,12})(?:\[[^\]]{0,40}\])?$/.exec(type)
  if (parts === null) throw npyError(file, 'dtype', `the dtype ${JSON.stringify(type.slice(0, 60))}`, 'one such as <f8',
    'Save the array with a plain dtype.')
  const [, kind, digits = ''] = parts
  if (kind === 'O') return 8
  if (kind === '?') return 1
  const size = digits === '' ? 1 : Number(digits)
  return kind === 'U' ? 4 * size : size
}

export type Python = string | number | boolean | null | Python[] | Map<Python, Python>

/** Python's literals, as far as headers have them: strings, whole numbers, True, False, None, tuples, lists, dictionaries. */
class Literal {
  private at = 0

  constructor(private readonly file: string, private readonly text: string) {}

  whole(): Python {
    const value = this.value(0)
    this.space()
    if (this.at < this.text.length && !/^[\s\0]*$/.test(this.text.slice(this.at))) throw this.fault()
    return value
  }

  private value(depth: number): Python {
    if (depth > 16) throw this.fault()
    this.space()
    const c = this.text[this.at]
    switch (c) {
      case '{': return this.dictionary(depth)
      case '(': return this.list(')', depth)
      case '[': return this.list(']', depth)
      case '\'': case '"': return this.string(c)
      default: return this.word()
    }
  }

  private dictionary(depth: number): Map<Python, Python> {
    const entries = new Map<Python, Python>()
    this.at++
    for (;;) {
      if (this.take('}')) return entries
      const key = this.value(depth + 1)
      if (!this.take(':')) throw this.fault()
      entries.set(key, this.value(depth + 1))
      if (!this.take(',') && this.peek() !== '}') throw this.fault()
    }
  }

  private list(end: string, depth: number): Python[] {
    const items: Python[] = []
    this.at++
    for (;;) {
      if (this.take(end)) return items
      items.push(this.value(depth + 1))
      if (!this.take(',') && this.peek() !== end) throw this.fault()
    }
  }

  private string(quote: string): string {
    const parts: string[] = []
    for (this.at++; this.at < this.text.length; this.at++) {
      const c = this.text[this.at] ?? ''
      if (c === quote) {
        this.at++
        return parts.join('')
      }
      parts.push(c === '\\' ? this.escape() : c)
    }
    throw this.fault()
  }

  /** Python's escapes, as its repr writes them; `at` is left on the last character of one. */
  private escape(): string {
    const c = this.text[++this.at] ?? ''
    const digits = { x: 2, u: 4, U: 8 }[c]
    if (digits === undefined) return { n: '\n', t: '\t', r: '\r' }[c] ?? c
    const hex = this.text.slice(this.at + 1, this.at + 1 + digits)
    const code = /^[0-9a-fA-F]+$/.test(hex) ? Number.parseInt(hex, 16) : Number.NaN
    if (hex.length < digits || !(code <= 0x10ffff)) throw this.fault()
    this.at += digits
    return String.fromCodePoint(code)
  }

  private word(): Python {
    const word = /^(?:-?\d{1,20}L?|True|False|None)/.exec(this.text.slice(this.at, this.at + 24))?.[0]
    if (word === undefined) throw this.fault()
    this.at += word.length
    switch (word) {
      case 'True': return true
      case 'False': return false
      case 'None': return null
      // Python 2 wrote long numbers with an L.
      default: return Number(word.replace('L', ''))
    }
  }

  private take(c: string): boolean {
    if (this.peek() !== c) return false
    this.at++
    return true
  }

  private peek(): string | undefined {
    this.space()
    return this.text[this.at]
  }

  private space(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++
  }

  private fault(): TableError {
    return npyError(this.file, 'header', `a header that cannot be read at character ${this.at}`,
      'a Python dictionary of descr, fortran_order and shape')
  }
}
