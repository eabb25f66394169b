/**
 * What a small file may ask for: each of these would take gigabytes, or no end of time, of a reader that believed it, though
 * it breaks no rule of its format. docs/data.md, "Files from anywhere", lists the bounds; damaged files are in each reader's tests.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { nodeInflate } from '../../../src/node/inflate.ts'
import { readTables } from '../../../src/node/read-tables.ts'
import { readCsv } from '../../../src/table/readers/csv.ts'
import { readMat, type ReadMatOptions } from '../../../src/table/readers/mat.ts'
import { readNpy } from '../../../src/table/readers/npy.ts'
import { readParquet } from '../../../src/table/readers/parquet.ts'
import { memorySource } from '../../../src/table/readers/source.ts'
import { readXlsx } from '../../../src/table/readers/xlsx.ts'
import { zipMembers } from '../../../src/table/readers/zip.ts'
import type { FileContents } from '../../../src/table/table.ts'
import { program } from '../../requirements.ts'
import { doubles, MatWriter, type Written } from './write-mat.ts'
import { mat4Matrix } from './write-mat4.ts'
import { parquet, texts } from './write-parquet.ts'
import { zip, type Packed } from './write-zip.ts'

const folder = mkdtempSync(join(tmpdir(), 'whynan-bounds-'))
afterAll(() => rmSync(folder, { recursive: true }))
const encoder = new TextEncoder()

function refusal(id: string, facts: Record<string, unknown> = {}): Record<string, unknown> {
  return { name: 'TableError', id, facts }
}

describe('text', () => {
  test('rows of one cell under a header of 100,000: 8 bytes a column for two of the file', async () => {
    const wide = `${'1,'.repeat(99_999)}1\n`
    const bytes = encoder.encode(wide.replaceAll('1', 'c') + wide.repeat(3) + '1\n'.repeat(1000))
    await expect(readCsv(memorySource('a.csv', bytes))).rejects.toMatchObject(refusal('csv-narrow-rows', { columns: 100_000 }))
  })

  test('short rows of an honest table are kept', async () => {
    const bytes = encoder.encode(`${'c,'.repeat(99)}c\n${'1,'.repeat(99)}1\n${'1\n'.repeat(100)}`)
    expect((await readCsv(memorySource('a.csv', bytes))).variables[0]?.dims).toEqual([101, 100])
  })

  test('gzip: a quarter of a gigabyte of blanks in a quarter of a megabyte', async () => {
    const path = join(folder, 'a.csv.gz')
    writeFileSync(path, gzipSync(Buffer.alloc(2 ** 28 + 1, 32)))
    await expect(readTables(path)).rejects.toMatchObject(refusal('gzip-damaged'))
  })
})

describe('MAT-files', () => {
  const read = (values: Record<string, Written>, options: Partial<ReadMatOptions> = {}): Promise<FileContents> =>
    readMat(memorySource('a.mat', new MatWriter().file(values, true)), { inflate: nodeInflate, ...options })

  test('whole numbers of a byte, which become doubles of eight', async () => {
    const zeros: Written = { kind: 'numeric', class: 'int8', dims: [200_000, 1], real: new Int8Array(200_000) }
    await expect(read({ zeros }, { maximumBytes: 1e6 })).rejects.toMatchObject(refusal('mat-too-large'))
    expect((await read({ zeros }, { maximumBytes: 2e6 })).variables[0]?.table?.rows).toBe(200_000)
  })

  test('sparse matrices of two numbers each, whose zeros are written out', async () => {
    const sparse: Written = { kind: 'sparse', dims: [2 ** 20, 1], rowIndex: [0, 5], columnStart: [0, 2], real: Float64Array.of(1, 2) }
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`s${i}`, sparse]))
    // 40 of 8 MiB each.
    await expect(read(many, { maximumBytes: 2 ** 28 })).rejects.toMatchObject(refusal('mat-too-large'))
    const inStruct: Record<string, Written> = { s: { kind: 'struct', dims: [1, 1], fields: Object.keys(many), values: Object.values(many) } }
    await expect(read(inStruct, { maximumBytes: 2 ** 28 })).rejects.toMatchObject(refusal('mat-too-large'))
  })

  test('cells of a number each, a thousand of them in a packed byte: 400 bytes of memory for each', async () => {
    const one = new MatWriter().array('', doubles([1, 1], [3.5]))
    const cells = new Uint8Array(one.length * 1_100_000)
    for (let at = 0; at < cells.length; at += one.length) cells.set(one, at)
    const cell: Written = { kind: 'raw', class: 1, dims: [1_100_000, 1], elements: [cells] }
    await expect(read({ cell })).rejects.toMatchObject(refusal('mat-too-many-values', { expected: 'at most 1048576' }))
  })

  test('more variables than anyone has', async () => {
    const one = new MatWriter().array('x', doubles([1, 1], [1]))
    const bytes = Buffer.concat([new MatWriter().header(), ...Array.from({ length: 100_001 }, () => one)])
    await expect(readMat(memorySource('a.mat', bytes), { inflate: nodeInflate })).rejects.toMatchObject(refusal('mat-too-many-variables'))
    const old = Buffer.concat(Array.from({ length: 100_001 }, () => mat4Matrix('x', [[1]])))
    await expect(readMat(memorySource('a.mat', old), { inflate: nodeInflate })).rejects.toMatchObject(refusal('mat-too-many-variables'))
  })

  test('a sparse matrix of version 4 with columns that cost the file nothing', async () => {
    const bytes = mat4Matrix('s', [[1, 1, 5], [1, 2 ** 24 + 1, 0]], { mopt: 2 })
    await expect(readMat(memorySource('a.mat', bytes), { inflate: nodeInflate })).rejects.toMatchObject(refusal('mat-too-large'))
  })
})

describe('NumPy arrays', () => {
  const npy = (header: string, data: Uint8Array) => memorySource('a.npy',
    Uint8Array.from([0x93, ...encoder.encode('NUMPY'), 1, 0, header.length & 255, header.length >> 8, ...encoder.encode(header), ...data]))

  test('100,000 columns of texts of no bytes', async () => {
    const source = npy("{'descr': [('a', '<f8'), ('b', '|S0', (99999,))], 'fortran_order': False, 'shape': (10000,)}", new Uint8Array(80_000))
    const [variable] = (await readNpy(source)).variables
    expect([variable?.table, variable?.unsupported]).toEqual([undefined, expect.stringContaining('a field b of |S0, whose values have no bytes')])
  })

  test('whole numbers of a byte, which become doubles of eight', async () => {
    const source = npy("{'descr': '|i1', 'fortran_order': False, 'shape': (20000,)}", new Uint8Array(20_000))
    await expect(readNpy(source, { maximumBytes: 100_000 })).rejects.toMatchObject(refusal('npy-too-large'))
    expect((await readNpy(source, { maximumBytes: 160_000 })).variables[0]?.table?.rows).toBe(20_000)
  })
})

test('Parquet: a page that promises more than a quarter of a gigabyte', async () => {
  const page = { rows: 2, values: texts('a', 'b'), size: 2 ** 28 + 1 }
  const bytes = parquet([{ name: 's', type: 6, converted: 0 }], [{ rows: 2, columns: [[page]] }], 2)
  await expect(readParquet(memorySource('a.parquet', bytes), { inflate: nodeInflate })).rejects.toMatchObject(
    { ...refusal('parquet-damaged'), message: expect.stringContaining('a page that unpacks to 268435457 bytes') })
})

describe('workbooks', () => {
  const types = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
  const book = (sheet: string, shared: Partial<Packed>) => memorySource('a.xlsx', zip([
    { name: 'xl/workbook.xml', data: '<workbook><sheets><sheet name="S" r:id="r1"/></sheets></workbook>' },
    { name: 'xl/_rels/workbook.xml.rels', data: `<R><Relationship Id="r1" Type="${types}/worksheet" Target="s.xml"/>`
      + `<Relationship Id="r2" Type="${types}/sharedStrings" Target="t.xml"/></R>` },
    { name: 'xl/s.xml', data: sheet }, { name: 'xl/t.xml', data: '<sst/>', ...shared },
  ]))

  test('a text of 8 MiB that 70 cells share', async () => {
    const cells = Array.from({ length: 70 }, (_, i) => `<row r="${i + 1}"><c r="A${i + 1}" t="s"><v>0</v></c></row>`).join('')
    const source = book(`<worksheet>${cells}</worksheet>`, { data: `<sst><si><t>${'a'.repeat(2 ** 23)}</t></si></sst>` })
    await expect(readXlsx(source, { inflate: nodeInflate })).rejects.toMatchObject(refusal('xlsx-too-large', { limit: 2 ** 29 }))
  })

  test('shared texts of half a gigabyte', async () => {
    await expect(readXlsx(book('<worksheet/>', { size: 2 ** 29 }), { inflate: nodeInflate })).rejects.toMatchObject(
      refusal('zip-too-large', { limit: 2 ** 28 }))
  })

  test('more members, or sheets, than anyone has', async () => {
    const end = Buffer.alloc(22)
    end.write('PK\x05\x06', 'latin1')
    end.writeUInt32LE(2 ** 26 + 1, 12)
    await expect(zipMembers(memorySource('a.zip', end))).rejects.toMatchObject(refusal('zip-too-large'))
    const many = zip([{ name: 'xl/workbook.xml', data: `<workbook><sheets>${'<sheet name="S"/>'.repeat(1001)}</sheets></workbook>` }])
    await expect(readXlsx(memorySource('a.xlsx', many), { inflate: nodeInflate })).rejects.toMatchObject(refusal('xlsx-no-sheets'))
  })
})

const python = program('python')
const h5py = python !== null && spawnSync(python, ['-c', 'import h5py']).status === 0

describe('no path in a file is followed', () => {
  test.skipIf(!h5py)('MAT 7.3: links, values in another file, and a dataset put together from others', async () => {
    const secret = join(folder, 'secret.bin')
    writeFileSync(secret, new Uint8Array(Float64Array.of(41, 42).buffer))
    const path = join(folder, 'paths.mat')
    execFileSync(python ?? '', ['-c', `
import h5py, sys
path, secret = sys.argv[1:]
with h5py.File(path + '.other', 'w') as other: other['x'] = [1.0, 2.0]
with h5py.File(path, 'w') as f:
    f['out'] = h5py.ExternalLink(path + '.other', '/x')
    f['broken'] = h5py.SoftLink('/nowhere')
    f.create_dataset('stored', (2,), 'f8', external=[(secret, 0, 16)])
    layout = h5py.VirtualLayout(shape=(2,), dtype='f8')
    layout[:] = h5py.VirtualSource(path + '.other', 'x', shape=(2,))
    f.create_virtual_dataset('virtual', layout)
    f['ok'] = [3.0, 4.0]
`, path, secret])
    const read = (only: string[]): Promise<FileContents> => readMat(memorySource('a.mat', readFileSync(path)), { inflate: nodeInflate, only })
    const links = (await read(['out', 'broken'])).variables
    expect(links.map(({ unsupported }) => unsupported)).toEqual(links.map(() => expect.stringContaining('links are not followed')))
    await expect(read(['virtual'])).rejects.toMatchObject(refusal('mat-storage'))
    await expect(read(['stored'])).rejects.toMatchObject({ name: 'TableError' })
    expect((await read(['ok'])).variables[0]?.table?.rows).toBe(2)
  })

  test('workbooks: a sheet that is said to lie outside the archive', async () => {
    const types = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
    const secret = join(folder, 'sheet.xml')
    writeFileSync(secret, '<worksheet><row r="1"><c r="A1"><v>42</v></c></row></worksheet>')
    for (const target of [secret, `file://${secret}`, `../../..${secret}`]) {
      const bytes = zip([
        { name: 'xl/workbook.xml', data: '<workbook><sheets><sheet name="S" r:id="r1"/></sheets></workbook>' },
        { name: 'xl/_rels/workbook.xml.rels', data: `<R><Relationship Id="r1" Type="${types}/worksheet" TargetMode="External" Target="${target}"/></R>` },
      ])
      const [sheet] = (await readXlsx(memorySource('a.xlsx', bytes), { inflate: nodeInflate })).variables
      expect([sheet?.table, sheet?.unsupported]).toEqual([undefined, 'S is a chart or has no cells of its own.'])
    }
  })
})
