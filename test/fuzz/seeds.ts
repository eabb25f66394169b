/** Whole files to damage: those of the corpora where they are, and made ones of every format. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { corpus } from '../requirements.ts'
import { mat4Matrix } from '../table/readers/write-mat4.ts'
import { doubles as matrix, MatWriter, text } from '../table/readers/write-mat.ts'
import { bits, doubles, parquet, texts, varint, type Codec } from '../table/readers/write-parquet.ts'
import { zip, type Packed } from '../table/readers/write-zip.ts'
import { cell, hdf5, matrix as matrix73 } from '../table/readers/write-mat73.ts'

export const readers = ['csv', 'gzip', 'mat4', 'mat5', 'mat73', 'npy', 'npz', 'parquet', 'xlsx'] as const
export type Reader = (typeof readers)[number]

/** A file to damage: its bytes, or parts that are damaged before they are packed, since a damaged packing hides the rest. */
export interface Seed {
  readonly name: string
  readonly bytes: Uint8Array
  readonly parts?: readonly Packed[]
  /** Packs one damaged part again. */
  readonly repack?: (part: number, damaged: Uint8Array) => Uint8Array
}

/** Larger files are left out: they cost time and damage the same places. */
const largest = 100_000

export async function seedsOf(reader: Reader): Promise<Seed[]> {
  switch (reader) {
    case 'csv': return [...csvSeeds().map(textOf => ({ name: 'a.csv', bytes: new TextEncoder().encode(textOf) })), ...encodedSeeds()]
    case 'gzip': return [
      ...csvSeeds().slice(0, 4).map(textOf => ({ name: 'a.csv.gz', bytes: Uint8Array.from(gzipSync(textOf)) })),
      ...[...npySeeds().slice(0, 2), ...mat5Seeds().slice(0, 1).map(({ bytes }) => bytes)].map(gzipSeed),
    ]
    case 'mat4': return [{ name: 'a.mat', bytes: mat4Seed() },
      { name: 'a.mat', bytes: mat4Matrix('b', [[1.5, 2], [3, 4]], { littleEndian: false }) }, ...corpusSeeds('4')]
    case 'mat5': return [...mat5Seeds(), ...corpusSeeds('5')]
    case 'mat73': return [...await mat73Seeds(), ...corpusSeeds('7.3').filter(({ bytes }) => bytes.length < 10_000)]
    case 'npy': return npySeeds().map(bytes => ({ name: 'a.npy', bytes }))
    case 'npz': return [zipSeed('a.npz', npySeeds().slice(0, 3).map((data, i) => ({ name: `${i}.npy`, data })))]
    case 'parquet': return ([0, 1, 2] as const).map(codec => ({ name: 'a.parquet', bytes: parquetSeed(codec) }))
    case 'xlsx': return [xlsxSeed()]
    default: return reader satisfies never
  }
}

function corpusSeeds(format: string): Seed[] {
  const folder = corpus('mat')
  if (folder === null || !existsSync(join(folder, 'manifest.json'))) return []
  const manifest: { file: string, format: string, bytes: number }[] = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))
  return manifest
    .filter(({ file, format: of, bytes }) => of.startsWith(format) && bytes < largest && existsSync(join(folder, file)))
    .map(({ file }) => ({ name: 'a.mat', bytes: Uint8Array.from(readFileSync(join(folder, file))) }))
}

function csvSeeds(): string[] {
  const rows = Array.from({ length: 40 }, (_, i) => `${i},${(i / 7).toFixed(6)},${i % 3 === 0 ? 'NA' : -i},label ${i % 4},1e${i % 5}`)
  return [
    `a,b,c,d,e\n${rows.join('\n')}\n`,
    'x;y;z\n1,5;2.000,25;-3\n4,5;NaN;"6\n7"\n"1.234,5";inf;-inf\n',
    '# made by a program\ntime\tpressure\ts\tbar\n1\t2\n3\t4\t5\n',
    'sep=|\na|b|c\n1|"2 ""x"""|3\n?|-|null\n1e400|1.#QNAN|0x10\n',
    '   1.0   2.0   3.0\r\n   4.0   5.0   6.0\r\n',
    'date,value\n2020-01-01,1\n2020-01-02 12:30:00,2\n31.12.2020,x\n',
    'x\n1,5\n2,5\n3,5\n', '"a","b"\n"1","2"\n', `${'c,'.repeat(200)}c\n${'1,'.repeat(200)}1\n`,
  ]
}

/** What is packed is damaged before it is packed, too: a damaged packing seldom unpacks. */
function gzipSeed(data: Uint8Array): Seed {
  return { name: 'a.gz', bytes: Uint8Array.from(gzipSync(data)), parts: [{ name: 'a', data }], repack: (_, damaged) => Uint8Array.from(gzipSync(damaged)) }
}

function encodedSeeds(): Seed[] {
  const [table = '', plain = '', , , , dates = ''] = csvSeeds()
  const utf16 = (text: string, low: 0 | 1, mark: number[]): Uint8Array => Uint8Array.from([
    ...mark, ...Array.from(text).flatMap(c => [c.charCodeAt(0) >> (low === 0 ? 0 : 8), c.charCodeAt(0) >> (low === 0 ? 8 : 0)])])
  const encoded = [
    utf16(plain, 0, [0xff, 0xfe]), utf16(dates, 1, [0xfe, 0xff]), utf16(table, 0, []), utf16(plain, 1, []),
    Uint8Array.from([0xef, 0xbb, 0xbf, ...new TextEncoder().encode(plain)]), Uint8Array.from('größe;maß\n1;2\n', c => c.charCodeAt(0) & 255),
    new TextEncoder().encode('größe;maß °C\n1.234,5;2\n−3;∞\n'), Uint8Array.from('T [°C];p [µbar]\r21,5;1.000\r-0,5;²\r', c => c.charCodeAt(0) & 255),
  ]
  return encoded.map(bytes => ({ name: 'a.csv', bytes }))
}

function mat4Seed(): Uint8Array {
  return joined([
    mat4Matrix('x', [[1, 2], [3, 4], [5, 6]]), mat4Matrix('z', [[1, 2]], { imaginary: [[3, 4]] }),
    mat4Matrix('text', [[104, 101, 108]], { mopt: 51 }), mat4Matrix('sp', [[1, 1, 5], [3, 2, 6], [3, 2, 0]], { mopt: 2 }),
  ])
}

function mat5Seeds(): Seed[] {
  return [true, false].flatMap(littleEndian => {
    const writer = new MatWriter(littleEndian)
    const values = {
      x: matrix([4, 3], Array.from({ length: 12 }, (_, i) => i / 7)), words: text('hello'),
      n: { kind: 'numeric', class: 'int64', dims: [2, 2], real: BigInt64Array.of(1n, -2n, 2n ** 60n, 4n) } as const,
      c: { kind: 'cell', dims: [2, 1], cells: [matrix([1, 1], [1]), text('a')] } as const,
      s: { kind: 'struct', dims: [1, 1], fields: ['t', 'y'], values: [matrix([3, 1], [1, 2, 3]), matrix([3, 1], [4, 5, 6])] } as const,
      sp: { kind: 'sparse', dims: [3, 2], rowIndex: [0, 2], columnStart: [0, 1, 2], real: Float64Array.of(1, 2) } as const,
      odd: { kind: 'opaque', className: 'table' } as const,
      z: { kind: 'numeric', class: 'double', dims: [1, 2], real: Float64Array.of(1, 2), imaginary: Float64Array.of(3, 4) } as const,
    } satisfies Parameters<MatWriter['file']>[0]
    const arrays = Object.entries(values).map(([name, value]) => writer.array(name, value))
    const packed: Seed = {
      name: 'a.mat', bytes: writer.file(values, true), parts: arrays.map((data, i) => ({ name: String(i), data })),
      repack: (part, damaged) => joined([writer.header(), ...arrays.map((array, i) => writer.compressed(i === part ? damaged : array))]),
    }
    return [{ name: 'a.mat', bytes: writer.file(values) }, packed]
  })
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts))
}

async function mat73Seeds(): Promise<Seed[]> {
  const bytes = await hdf5(file => {
    const held = file.create_group('#refs#')
    for (const n of [1, 2, 3]) matrix73(held, `v${n}`, 'double', [1, 1], Float64Array.of(n))
    matrix73(held, 'word', 'char', [1, 5], Uint16Array.from('hello', c => c.charCodeAt(0)))
    matrix73(file, 'x', 'double', [20, 3], Float64Array.from({ length: 60 }, Math.sin), [2, 10])
    matrix73(file, 'n', 'int64', [2, 1], BigInt64Array.of(1n, 2n ** 60n))
    matrix73(file, 'flag', 'logical', [2, 2], Uint8Array.of(0, 1, 1, 0))
    cell(file, file, 'c', [2, 2], ['/#refs#/v1', '/#refs#/word', '/#refs#/v2', '/#refs#/v3'])
    const single = file.create_group('s')
    single.create_attribute('MATLAB_class', 'struct')
    matrix73(single, 'a', 'double', [3, 1], Float64Array.of(1, 2, 3))
    const many = file.create_group('many')
    many.create_attribute('MATLAB_class', 'struct')
    cell(file, many, 'v', [3, 1], ['/#refs#/v1', '/#refs#/v2', '/#refs#/v3'], null)
    const sparse = file.create_group('sp')
    sparse.create_attribute('MATLAB_class', 'double')
    sparse.create_attribute('MATLAB_sparse', 3, [], '<Q')
    sparse.create_dataset({ name: 'data', data: Float64Array.of(1, 2) })
    sparse.create_dataset({ name: 'ir', data: BigUint64Array.of(0n, 2n) })
    sparse.create_dataset({ name: 'jc', data: BigUint64Array.of(0n, 1n, 2n) })
  })
  // In the oldest form, deflated and large enough to be read around libhdf5.
  const old = await hdf5(file =>
    matrix73(file, 'x', 'double', [5000, 2], Float64Array.from({ length: 10_000 }, (_, i) => i % 10), [1, 1000]), true)
  return [{ name: 'a.mat', bytes }, { name: 'a.mat', bytes: old }]
}

function npySeeds(): Uint8Array[] {
  const npy = (header: string, data: Uint8Array): Uint8Array => Uint8Array.from([
    0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, header.length & 255, header.length >> 8, ...new TextEncoder().encode(header), ...data,
  ])
  return [
    npy("{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), }\n", doubles(1, 2, 3, 4, 5, 6)),
    npy("{'descr': '>i2', 'fortran_order': True, 'shape': (4,), }\n", Uint8Array.of(0, 1, 0, 2, 0, 3, 0, 4)),
    npy("{'descr': [('a', '<f4'), ('b', '|S3'), ('c', '<i8', (1,))], 'fortran_order': False, 'shape': (2,), }\n",
      new Uint8Array(30).fill(65)),
    npy("{'descr': '<U2', 'fortran_order': False, 'shape': (2, 1), }\n", Uint8Array.of(65, 0, 0, 0, 66, 0, 0, 0, 67, 0, 0, 0, 0, 0, 0, 0)),
    npy("{'descr': '<c8', 'fortran_order': False, 'shape': (), }\n", doubles(1)),
  ]
}

function zipSeed(name: string, parts: readonly Packed[]): Seed {
  const stored = parts.map(part => ({ ...part, stored: true }))
  return { name, bytes: zip(parts), parts, repack: (part, data) => zip(stored.map((each, i) => (i === part ? { ...each, data } : each))) }
}

function parquetSeed(codec: Codec): Uint8Array {
  const words = texts('a', 'b', 'c')
  return parquet(
    [{ name: 'x', type: 5, optional: true }, { name: 's', type: 6, optional: true, converted: 0 }, { name: 'n', type: 1 },
      { name: 't', type: 2, converted: 10 }],
    [{
      rows: 8, columns: [
        [{ rows: 5, present: [true, false, true, true, true], values: doubles(1, 2, 3, 4) },
          { rows: 3, values: doubles(5, 6, 7), version2: true }],
        [{ rows: 3, values: words, dictionary: true },
          { rows: 8, values: Uint8Array.from([1, ...bits([true, false, true, false, true, false, true, false])]), encoding: 8 }],
        // Delta-packed: blocks of 128 in 4 parts, 8 values, the first 1, the smallest step 1, no bits for the rest.
        [{ rows: 8, values: Uint8Array.from([...varint(128), 4, 8, 2, 2, 0, 0, 0, 0]), encoding: 5 }],
        [{ rows: 8, values: new Uint8Array(BigInt64Array.from({ length: 8 }, (_, i) => BigInt(i) * 1_000_000n).buffer) }],
      ],
    }], codec)
}

function xlsxSeed(): Seed {
  const types = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
  const row = (r: number, cells: string): string => `<row r="${r}">${cells}</row>`
  return zipSeed('a.xlsx', [
    { name: '[Content_Types].xml', data: '<Types/>' },
    { name: '_rels/.rels', data: `<Relationships><Relationship Id="r" Type="${types}/officeDocument" Target="xl/workbook.xml"/></Relationships>` },
    { name: 'xl/workbook.xml', data: '<workbook><workbookPr date1904="0"/><sheets><sheet name="S &amp; T" sheetId="1" r:id="r1"/></sheets></workbook>' },
    { name: 'xl/_rels/workbook.xml.rels', data: `<R><Relationship Id="r1" Type="${types}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="${types}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="r3" Type="${types}/styles" Target="styles.xml"/></R>` },
    { name: 'xl/sharedStrings.xml',
      data: '<sst><si><t>x</t></si><si><r><t xml:space="preserve">y </t></r><r><t>z&#x41;</t></r></si></sst>' },
    { name: 'xl/styles.xml', data: '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>' },
    {
      name: 'xl/worksheets/sheet1.xml',
      data: `<worksheet><sheetData>${row(1, '<c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="inlineStr"><is><t>d</t></is></c>')}${
        row(2, '<c r="A2"><v>1.5</v></c><c r="B2" t="b"><v>1</v></c><c r="C2" s="1"><v>43835.5</v></c>')}${
        row(4, '<c r="A4"><f>1/0</f><v>2</v></c><c r="B4" t="e"><v>#N/A</v></c><c r="C4" t="str"><v>text</v></c>')}</sheetData></worksheet>`,
    },
  ])
}
