/** NumPy's files as NumPy writes them on the spot, and headers that it would not write. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { browserInflate } from '../../../src/browser/inflate.ts'
import { nodeInflate } from '../../../src/node/inflate.ts'
import { readNpy, readNpz, type NpyOptions } from '../../../src/table/readers/npy.ts'
import { memorySource, type Source } from '../../../src/table/readers/source.ts'
import { numberAt } from '../../../src/table/stored.ts'
import type { Table, Variable } from '../../../src/table/table.ts'
import { program } from '../../requirements.ts'

const python = program('python')
const folder = mkdtempSync(join(tmpdir(), 'whynan-npy-'))
afterAll(() => rmSync(folder, { recursive: true }))

function written(name: string, code: string): Source {
  execFileSync(python ?? '', ['-c', `import numpy as np\nimport sys\nout = sys.argv[1]\n${code}`, join(folder, name)])
  return memorySource(name, readFileSync(join(folder, name)))
}

/** Rows of cells; text as text. */
function rows(table: Table | undefined): (number | string | null)[][] {
  if (table === undefined) throw new Error('no table')
  return Array.from({ length: table.rows }, (_, row) => table.columns.map(column =>
    column.kind !== 'text' ? numberAt(column, row) : column.levels[column.codes[row] ?? -1] ?? null))
}

async function only(source: Source, options?: NpyOptions): Promise<Variable> {
  const [variable] = (await readNpy(source, options)).variables
  if (variable === undefined) throw new Error('no variable')
  return variable
}

describe.skipIf(python === null)('arrays that NumPy wrote', () => {
  test('every numeric dtype in both byte orders and both orders of cells', async () => {
    const source = written('all.npz', `
arrays = {}
for kind in ['i1', 'u1', 'i2', 'u2', 'i4', 'u4', 'i8', 'u8', 'f2', 'f4', 'f8', 'b1']:
    for order in '<>':
        for layout in 'CF':
            a = np.array([[0, 1, 2], [3, 4, 100]]).astype(order + kind)
            arrays[kind + {'<': 'l', '>': 'b'}[order] + layout] = np.asarray(a, order=layout)
np.savez_compressed(out, **arrays)`)
    for (const inflate of [nodeInflate, browserInflate]) {
      const { variables, format } = await readNpz(source, { inflate })
      expect(format).toBe('npz')
      expect(variables).toHaveLength(48)
      for (const { name, table, dims } of variables) {
        expect(dims).toEqual([2, 3])
        expect(rows(table), name).toEqual(name.startsWith('b1') ? [[0, 1, 1], [1, 1, 1]] : [[0, 1, 2], [3, 4, 100]])
      }
    }
  })

  test.each([1, 2, 3])('version %i of the header', async version => {
    const source = written('v.npy', `
with open(out, 'wb') as f:
    np.lib.format.write_array(f, np.arange(6.0).reshape(3, 2), version=(${version}, 0))`)
    expect(rows((await only(source)).table)).toEqual([[0, 1], [2, 3], [4, 5]])
  })

  test('no, one and two dimensions; not a number and infinities', async () => {
    expect(rows((await only(written('zero.npy', 'np.save(out, np.float64(2.5))'))).table)).toEqual([[2.5]])
    expect(rows((await only(written('one.npy', 'np.save(out, np.array([np.nan, np.inf, -np.inf, -0.0], dtype="f4"))'))).table))
      .toEqual([[Number.NaN], [Number.POSITIVE_INFINITY], [Number.NEGATIVE_INFINITY], [-0]])
    expect(await only(written('two.npy', 'np.save(out, np.zeros((4, 3), dtype="i2"))'))).toMatchObject({ name: 'two', class: 'int16',
      dims: [4, 3] })
  })

  test('half precision, every bit pattern', async () => {
    const bits = written('half.npy', 'np.save(out, np.arange(65536, dtype="u2").view("f2"))')
    const floats = written('single.npy', 'np.save(out, np.arange(65536, dtype="u2").view("f2").astype("f4"))')
    expect((await only(bits)).table?.columns[0]).toEqual({ ...(await only(floats)).table?.columns[0] })
  })

  test('records are columns: padded, nested in size, with text', async () => {
    const source = written('records.npy', `
dtype = np.dtype([('t', '<f8'), ('n', '>i2'), ('xy', '<f4', (2,)), ('label', 'U3'), ('raw', 'S2')], align=True)
np.save(out, np.array([(1.5, 2, (3, 4), 'ab', b'q'), (2.5, -1, (5, 6), '\\u00fc', b'')], dtype=dtype))`)
    const { table, class: ofClass } = await only(source)
    expect(ofClass).toBe('structured')
    expect(table?.columns.map(({ name }) => name)).toEqual(['t', 'n', 'xy 1', 'xy 2', 'label', 'raw'])
    expect(rows(table)).toEqual([[1.5, 2, 3, 4, 'ab', 'q'], [2.5, -1, 5, 6, '\u00fc', null]])
  })

  test('whole numbers beyond doubles keep their digits', async () => {
    const { assumptions, variables } = await readNpy(written('big.npy', 'np.save(out, np.array([2**53 + 1, 1]))'))
    expect(variables[0]?.table?.origin(0, 0)).toEqual({ text: '9007199254740993' })
    expect(assumptions).toEqual([expect.stringContaining('9007199254740993')])
  })

  test('complex numbers are refused, or give their real part when asked', async () => {
    const source = written('complex.npy', 'np.save(out, np.array([1 + 2j, 3 - 1j]))')
    expect((await only(source)).unsupported).toContain('complex')
    expect(rows((await only(source, { complex: 'real' })).table)).toEqual([[1], [3]])
  })

  test.each([
    ['np.array([1, "a", None], dtype=object)', 'never read'],
    ['np.array(["2020-01-01"], dtype="M8[s]")', 'dates'],
    ['np.zeros((2, 2, 2))', '3 dimensions (2 x 2 x 2)'],
    ['np.zeros((0, 3))', 'empty (0 x 3)'],
    ['np.zeros(2, dtype="longdouble")', 'not the same on every machine'],
    ['np.zeros(2, dtype=[("a", [("b", "f8")])])', 'a field a that holds records inside records'],
  ])('%s is no table, and says why', async (array, why) => {
    expect((await only(written('no.npy', `np.save(out, ${array})`))).unsupported).toContain(why)
  })

  test('an archive\'s stored members, one asked for, one not there, one that is no table', async () => {
    const source = written('some.npz', 'np.savez(out, x=np.arange(3.0), y=np.array([{}], dtype=object))')
    const all = await readNpz(source, { inflate: nodeInflate })
    expect(all.variables.map(({ name, table, unsupported }) => [name, table?.rows, unsupported === undefined])).toEqual([['x', 3, true],
      ['y', undefined, false]])
    expect((await readNpz(source, { inflate: nodeInflate, only: ['x'] })).variables).toHaveLength(1)
    await expect(readNpz(source, { inflate: nodeInflate, only: ['z'] })).rejects.toMatchObject({ id: 'npy-no-such-variable',
      message: expect.stringContaining('x, y') })
  })

  test('an archive with zip64 records, as NumPy writes large ones', async () => {
    const source = written('wide.npz', `
import io, zipfile
b = io.BytesIO(); np.save(b, np.arange(4.0))
with zipfile.ZipFile(out, 'w') as z:
    with z.open('x.npy', 'w', force_zip64=True) as f: f.write(b.getvalue())`)
    expect(rows((await readNpz(source, { inflate: nodeInflate })).variables[0]?.table)).toEqual([[0], [1], [2], [3]])
  })
})

function npy(header: string, data: Uint8Array, version = 1): Source {
  const text = new TextEncoder().encode(header)
  const size = version === 1 ? [text.length & 255, text.length >> 8] : [text.length & 255, text.length >> 8, 0, 0]
  return memorySource('a.npy', Uint8Array.from([0x93, ...new TextEncoder().encode('NUMPY'), version, 0, ...size, ...text, ...data]))
}

const bytes16 = new Uint8Array(new Float64Array([1, 2]).buffer)

describe('headers that lie or are damaged', () => {
  test.each([
    ['more than the file holds', '{"descr": "<f8", "fortran_order": False, "shape": (1000000000000,)}', 'npy-size'],
    ['a shape beyond all numbers', `{"descr": "<f8", "fortran_order": False, "shape": (${'9'.repeat(19)}, 2)}`, 'npy-shape'],
    ['a negative shape', '{"descr": "<f8", "fortran_order": False, "shape": (-2,)}', 'npy-shape'],
    ['no shape', '{"descr": "<f8", "fortran_order": False}', 'npy-header'],
    ['no dictionary', '[1, 2]', 'npy-header'],
    ['code instead of a literal', '{"descr": __import__("os"), "fortran_order": False, "shape": (2,)}', 'npy-header'],
    ['a quote that stays open', '{"descr": "<f8', 'npy-header'],
    ['parentheses without end', '('.repeat(5000), 'npy-header'],
    ['an unknown dtype', '{"descr": "<q8", "fortran_order": False, "shape": (2,)}', 'npy-dtype'],
    ['a field without a type', '{"descr": [("a",)], "fortran_order": False, "shape": (2,)}', 'npy-dtype'],
    ['less than the file holds', '{"descr": "<f8", "fortran_order": False, "shape": (1,)}', 'npy-size'],
  ])('%s', async (_, header, id) => {
    await expect(readNpy(npy(header, bytes16))).rejects.toMatchObject({ name: 'TableError', id })
  })

  test('a cut anywhere', async () => {
    const whole = npy('{"descr": "<f8", "fortran_order": False, "shape": (2,), }\n', bytes16)
    expect((await only(whole)).table?.rows).toBe(2)
    const bytes = await whole.read(0, whole.size)
    for (let end = 0; end < bytes.length; end++) {
      await expect(readNpy(memorySource('a.npy', bytes.subarray(0, end)))).rejects.toMatchObject({ name: 'TableError',
        id: expect.stringMatching(/^npy-/) })
    }
  })

  test('too much for the memory allowed', async () => {
    await expect(readNpy(npy('{"descr": "<f8", "fortran_order": False, "shape": (2,)}', bytes16),
      { maximumBytes: 15 })).rejects.toMatchObject({ id: 'npy-too-large' })
  })
})
