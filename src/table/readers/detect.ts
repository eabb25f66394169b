/** Which format a file has: by its first bytes; its name only decides where the bytes leave a choice. */
import { TableError } from '../errors.ts'
import { looksLikeText } from './csv/encoding.ts'
import { zeroInText } from './csv/zeros.ts'
import { mat4ByteOrder } from './mat4.ts'
import type { Source } from './source.ts'

/** `csv` is any text table; `gzip` holds another file. */
export type Format = 'mat4' | 'mat5' | 'mat73' | 'csv' | 'npy' | 'npz' | 'parquet' | 'xlsx' | 'gzip'

/** Enough for the HDF5 signature behind MATLAB's 512 bytes, and for text to show that it is none. */
const headBytes = 4096

/** Other files that people hand in, by their first bytes (hexadecimal), and what to do instead. */
const strangers: readonly (readonly [bytes: string, what: string, advice: string])[] = [
  ['d0cf11e0a1b11ae1', 'an old Excel or Office file (.xls)', 'Save the sheet as CSV.'],
  ['4152524f5731', 'an Arrow (Feather) file', 'Save it as Parquet or CSV.'],
  ['46454131', 'a Feather file of version 1', 'Save it as CSV.'],
  ['53514c69746520666f726d6174203300', 'an SQLite database', 'Export the table as CSV.'],
  ['255044462d', 'a PDF', 'Export the table itself, as CSV.'],
  ['89504e470d0a1a0a', 'a PNG picture', 'Hand in the table itself.'],
  ['ffd8ff', 'a JPEG picture', 'Hand in the table itself.'],
  ['425a68', 'compressed with bzip2', 'Unpack it first.'],
  ['fd377a585a00', 'compressed with xz', 'Unpack it first.'],
  ['28b52ffd', 'compressed with Zstandard', 'Unpack it first.'],
  ['377abcaf271c', 'a 7-Zip archive', 'Unpack it first.'],
  ['526172211a07', 'a RAR archive', 'Unpack it first.'],
  ['80028', 'a Python pickle', 'Save the array with numpy.savetxt or as a MAT-file.'],
  ['80049', 'a Python pickle', 'Save the array with numpy.savetxt or as a MAT-file.'],
  ['80059', 'a Python pickle', 'Save the array with numpy.savetxt or as a MAT-file.'],
]

const known = 'MAT-files, CSV and other text tables, Parquet, NumPy arrays (.npy, .npz) and Excel workbooks (.xlsx), each also packed with gzip'

/** Finds a file's format. Throws a TableError `unknown-format` that says what the file is, where that can be told. */
export async function detectFormat(source: Source): Promise<Format> {
  const head = await source.read(0, Math.min(source.size, headBytes))
  const hex = [...head.subarray(0, 16)].map(byte => byte.toString(16).padStart(2, '0')).join('')
  if (hex.startsWith('1f8b')) return 'gzip'
  if (hex.startsWith('934e554d5059')) return 'npy'
  if (hex.startsWith('50415231')) return 'parquet'
  if (hex.startsWith('504b0304') || hex.startsWith('504b0506')) return zipFormat(source, head)
  const mat = matFormat(source, head)
  if (mat !== undefined) return mat
  refuseCut(source, head)
  const stranger = strangers.find(([bytes]) => hex.startsWith(bytes))
  if (stranger !== undefined) throw unknown(source, `is ${stranger[1]}`, stranger[2])
  if (!looksLikeText(head)) {
    const zero = head.indexOf(0)
    // Text with zero bytes is told by them, and anything else by its first bytes.
    const told = zero > 0 ? zeroInText(source.name, zero, head, zero) : null
    if (told !== null) throw told
    const first = hex.slice(0, 16).replace(/..(?=.)/g, '$& ')
    throw unknown(source, `is no text and begins with bytes of no known format (${first})`, 'Save the table in one of these.')
  }
  refuseMarkup(source, head)
  return 'csv'
}

function matFormat(source: Source, head: Uint8Array): Format | undefined {
  const hdf5 = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]
  if ([0, 512].some(at => hdf5.every((byte, i) => head[at + i] === byte))) return 'mat73'
  const order = head.length < 128 ? '' : String.fromCharCode(head[126] ?? 0, head[127] ?? 0)
  const major = order === 'IM' ? head[125] : order === 'MI' ? head[124] : undefined
  if (major === 1) return 'mat5'
  if (major === 2) return 'mat73'
  // Version 4 has no signature: its first four bytes are a small number, which no text begins with.
  if (mat4ByteOrder(head) === null) return undefined
  return /\.mat$/i.test(source.name) || mat4HeaderHolds(head) ? 'mat4' : undefined
}

/** What files of binary formats begin with, by how much of it must be there to tell, and what their names end in. */
const signatures: readonly (readonly [bytes: string, whole: number, what: string, name: RegExp])[] = [
  ['MATLAB 0.0 MAT-file', 128, 'a MAT-file', /\.mat$/i],
  ['MATLAB 7.3 MAT-file', 520, 'a MAT-file of version 7.3', /\.mat$/i],
  ['\x89HDF\r\n\x1a\n', 8, 'a MAT-file of version 7.3', /\.(?:mat|h5)$/i],
  ['\x93NUMPY', 6, 'a NumPy array', /\.npy$/i],
  ['PK\x03\x04', 4, 'a zip archive, as .npz and .xlsx files are', /\.(?:npz|xls[xm])$/i],
  ['PAR1', 4, 'a Parquet file', /\.parquet$/i],
  ['\x1f\x8b', 2, 'a gzip file', /\.gz$/i],
]

/** Refuses a file that ends within what its format begins with; the bytes left may be letters, and then its name tells. */
function refuseCut({ name, size }: Source, head: Uint8Array): void {
  const begins = anyVersion(String.fromCharCode(...head.subarray(0, 32)))
  const cut = signatures.find(([signature, whole, , names]) => {
    const least = Math.min(size, signature.length)
    if (size >= whole || begins.slice(0, least) !== signature.slice(0, least)) return false
    return names.test(name) || (head[0]! & 0x80) !== 0 || head[0] === 0x1f || size >= signature.length
  })
  if (cut === undefined) return
  const [, whole, what] = cut
  throw new TableError('file-cut', `${name} has ${size === 1 ? '1 byte' : `${size} bytes`}, the beginning of ${what}, which has ${whole} and more: it is cut short. Copy or save it again.`,
    { file: name, size })
}

/** MAT-files of level 5 name the version that wrote them: 5.0, 7.0, 7.1. Those of 7.3 are another format. */
function anyVersion(begins: string): string {
  return begins.startsWith('MATLAB 7.3') ? begins : begins.replace(/^MATLAB \d(?:\.\d?)?/, found => found.replace(/\d/g, '0'))
}

/** Rows and columns that are not negative, an imaginary part of 0 or 1, and a name that is there and ends in a zero. */
function mat4HeaderHolds(head: Uint8Array): boolean {
  if (head.length < 22) return false
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  return [true, false].some(littleEndian => {
    const field = (index: number): number => view.getInt32(4 * index, littleEndian)
    const [rows, columns, imaginary, nameLength] = [field(1), field(2), field(3), field(4)] as const
    if (rows < 0 || columns < 0 || (imaginary !== 0 && imaginary !== 1)) return false
    return nameLength >= 2 && nameLength <= 1024 && head[20 + nameLength - 1] === 0
  })
}

/** A zip archive: a workbook or NumPy's, by the name of its first member (30 bytes into the local header, APPNOTE 4.3.7). */
function zipFormat(source: Source, head: Uint8Array): Format {
  const length = (head[26] ?? 0) + 256 * (head[27] ?? 0)
  const member = new TextDecoder().decode(head.subarray(30, 30 + length))
  if (member.endsWith('.npy')) return 'npz'
  if (member === '[Content_Types].xml' || /^(?:xl|_rels|docProps)\//.test(member)) {
    if (/\.(?:docx|pptx)$/i.test(source.name)) throw unknown(source, 'is an Office document without a sheet', 'Save the table as CSV.')
    return 'xlsx'
  }
  if (/\.npz$/i.test(source.name)) return 'npz'
  if (/\.xls[xm]$/i.test(source.name)) return 'xlsx'
  throw unknown(source, 'is a zip archive', 'Unpack it and hand in the table in it.')
}

/** Text that is no table: a web page that was saved instead of the file, XML, JSON. */
function refuseMarkup(source: Source, head: Uint8Array): void {
  const start = new TextDecoder().decode(head.subarray(0, 512)).trimStart().toLowerCase()
  if (/^(?:<!doctype html|<html|<head|<body)/.test(start)) {
    throw unknown(source, 'is a web page (HTML)', 'If it was downloaded, a page came instead of the file: download the file itself.')
  }
  if (start.startsWith('<?xml')) throw unknown(source, 'is XML', 'Save the table as CSV.')
  if (/^[[{]/.test(start) && /\.(?:json|jsonl|ndjson|ipynb)$/i.test(source.name)) throw unknown(source, 'is JSON', 'Save the table as CSV.')
}

function unknown(source: Source, what: string, advice: string): TableError {
  return new TableError('unknown-format', `${source.name} ${what}. What can be read: ${known}. ${advice}`, { file: source.name })
}
