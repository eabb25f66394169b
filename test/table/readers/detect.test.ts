import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { detectFormat } from '../../../src/table/readers/detect.ts'
import { memorySource } from '../../../src/table/readers/source.ts'
import { corpus } from '../../requirements.ts'

const text = (content: string): Uint8Array => new TextEncoder().encode(content)
const hex = (digits: string, length = 64): Uint8Array => {
  const bytes = new Uint8Array(length)
  bytes.set(Buffer.from(digits.replaceAll(' ', ''), 'hex'))
  return bytes
}
const utf16 = (content: string): Uint8Array => Uint8Array.from(Buffer.from(content, 'utf16le'))

/** A zip archive's first local header with one member's name (APPNOTE 4.3.7). */
function zip(member: string): Uint8Array {
  const bytes = hex('504b0304', 200)
  bytes[26] = member.length
  bytes.set(text(member), 30)
  return bytes
}

/** The 128 bytes that begin a MAT-file, with the version and byte order at its end. */
function matHeader(tail: string): Uint8Array {
  const bytes = new Uint8Array(256).fill(32)
  bytes.set(Buffer.from(tail, 'latin1'), 124)
  return bytes
}

describe('formats by their first bytes', () => {
  test.each([
    ['a.csv', text('a,b\n1,2\n'), 'csv'],
    ['a.mat', text('1 2\n3 4\n'), 'csv'],
    ['a.csv', utf16('a,b\n1,2\n3,4\n'), 'csv'],
    ['a.csv', text('\u00e9t\u00e9,b\n1,2\n'), 'csv'],
    ['a.json', text('a,b\n1,2\n'), 'csv'],
    ['a', gzipSync('1'), 'gzip'],
    ['a', hex('93 4e 55 4d 50 59 01 00'), 'npy'],
    ['a', hex('50 41 52 31'), 'parquet'],
    ['a', zip('arr_0.npy'), 'npz'],
    ['a', zip('[Content_Types].xml'), 'xlsx'],
    ['a', zip('xl/workbook.xml'), 'xlsx'],
    ['a', matHeader('\x00\x01IM'), 'mat5'],
    ['a', matHeader('\x01\x00MI'), 'mat5'],
    ['a', matHeader('\x00\x02IM'), 'mat73'],
    ['a', hex('89 48 44 46 0d 0a 1a 0a'), 'mat73'],
    // Version 4, little-endian: type 0, 2 x 1, real, a name of 2 bytes with its zero.
    ['a', hex('00000000 02000000 01000000 00000000 02000000 6100', 40), 'mat4'],
    ['a.csv.npz', zip('readme'), 'npz'],
  ])('%s', async (name, bytes, format) => {
    expect(await detectFormat(memorySource(name, bytes))).toBe(format)
  })
})

describe('what is no table gets a sentence', () => {
  test.each([
    ['old.xls', hex('d0cf11e0a1b11ae1'), /old Excel/],
    ['a.pdf', text('%PDF-1.7\n'), /PDF/],
    ['a.zip', zip('readme.txt'), /zip archive.*Unpack/],
    ['a.docx', zip('[Content_Types].xml'), /without a sheet/],
    ['a.csv', text('<!DOCTYPE html><html></html>'), /web page.*download/],
    ['a.json', text('{"a": 1}'), /JSON/],
    ['a.bin', hex('00 00 01 00 00 00'), /no text.*00 00 01 00/],
    ['a.csv', hex('31 2c 32 0a 00 00 00 07'), /no text/],
    ['a.pkl', hex('80 04 95'), /pickle/],
  ])('%s', async (name, bytes, sentence) => {
    const refusal = { name: 'TableError', id: 'unknown-format', message: expect.stringMatching(sentence) }
    await expect(detectFormat(memorySource(name, bytes))).rejects.toMatchObject(refusal)
  })
})

// scipy's own test files are named after the version that wrote them: 4.2c is version 4; 6, 6.1, 6.5.1 and 7.x are format 5,
// and the one that begins with testhdf5 is version 7.3.
const folder = corpus('mat')
test.skipIf(folder === null)('MAT-files of every version', async () => {
  const at = join(folder ?? '', 'scipy')
  const files = readdirSync(at).filter(file => /_(?:4\.2c|6\.\d.*|7\.\d)_.*\.mat$/.test(file))
  expect(files.length).toBeGreaterThan(40)
  for (const file of files) {
    const bytes = new Uint8Array(readFileSync(join(at, file)))
    const format = /_4\.2c_/.test(file) ? 'mat4' : file.startsWith('testhdf5') ? 'mat73' : 'mat5'
    expect(await detectFormat(memorySource(file, bytes)), file).toBe(format)
  }
})

describe('a file that ends within what its format begins with', () => {
  const mat = 'MATLAB 5.0 MAT-file Platform: GLNXA64'
  const whole = text(`${'MATLAB 7.0 MAT-file, Platform: GLNX86, Created on: Sat Oct  4 19:01:58 2008'.padEnd(116)}${'\0'.repeat(8)}\0\x01IM`)
  test.each<[string, Uint8Array, RegExp]>([
    ['a.npy', Uint8Array.of(0x93), /1 byte, the beginning of a NumPy array/],
    ['renamed', Uint8Array.of(0x93, 0x4e, 0x55), /3 bytes, the beginning of a NumPy array/],
    ['a.mat', text('M'), /a MAT-file, which has 128 and more/],
    ['a.mat', text(mat), /37 bytes, the beginning of a MAT-file, /],
    ['renamed', text(mat), /the beginning of a MAT-file, /],
    ['a.mat', text('MATLAB 7.3 MAT-file'), /version 7.3/],
    // What MATLAB 7.0 wrote, as scipy's testhdf5_7.4_GLNX86.mat begins: blanks up to the offset of subsystem data, then the version.
    ...[8, 9, 12, 20, 41, 60, 100, 124, 125, 127].map(size => ['a.mat', whole.subarray(0, size), new RegExp(`${size} bytes, the beginning of a MAT-file, `)] as [string, Uint8Array, RegExp]),
    ['renamed', whole.subarray(0, 60), /60 bytes, the beginning of a MAT-file, /],
    ['a.mat', hex('89 48 44', 3), /version 7.3/],
    ['a.npz', text('PK'), /zip archive/],
    ['a.parquet', text('PA'), /Parquet/],
    ['a.csv.gz', Uint8Array.of(0x1f), /gzip/],
  ])('%s', async (name, bytes, sentence) => {
    await expect(detectFormat(memorySource(name, bytes))).rejects.toMatchObject({ name: 'TableError', id: 'file-cut', message: expect.stringMatching(sentence) })
  })

  test.each([['m.csv', 'M'], ['a.txt', 'PA'], ['data', 'MATLAB'], ['a.mat', 'Mass 1\n2 3\n']])('text that begins so is text: %s', async (name, content) => {
    expect(await detectFormat(memorySource(name, text(content)))).toBe('csv')
  })
})

describe('text with zero bytes is told by them', () => {
  const rows = '1.5,2.5\n'.repeat(300)
  test.each([
    ['a stray one', text(`a,b\n${rows}\0${rows}`), 'csv-binary', /byte 2404, so it is no text.*by mistake/],
    ['never written', text(`a,b\n${rows}${'\0'.repeat(900)}`), 'csv-binary', /never written/],
    ['UTF-16 behind UTF-8', Uint8Array.from([...text(rows.slice(0, 800)), ...utf16(rows)]), 'csv-binary', /byte 801, from where on the text is UTF-16/],
    ['UTF-32', Uint8Array.from(Array.from('a,b\n1,2\n', letter => [letter.charCodeAt(0), 0, 0, 0]).flat()), 'csv-encoding', /UTF-32/],
    ['UTF-32, big-endian, behind its mark', Uint8Array.from(Array.from('\ufeffa,b\n1,2\n', letter => [0, 0, letter.charCodeAt(0) >> 8, letter.charCodeAt(0) & 255]).flat()), 'unknown-format', /no text/],
  ])('%s', async (_, bytes, id, sentence) => {
    await expect(detectFormat(memorySource('a.csv', bytes))).rejects.toMatchObject({ id, message: expect.stringMatching(sentence) })
  })

  test('UTF-16 of Chinese names, of which one is U+4E00 with a zero of its own', async () => {
    expect(await detectFormat(memorySource('a.csv', utf16(`一,二\n${rows}`)))).toBe('csv')
  })

  test('small integers in binary are no UTF-16', async () => {
    const bytes = new Uint8Array(Int16Array.from({ length: 400 }, (_, i) => i % 30 + 1).buffer)
    await expect(detectFormat(memorySource('a.csv', bytes))).rejects.toMatchObject({ id: 'unknown-format' })
  })
})
