/** Files that MATLAB, Octave, SciPy and others wrote over thirty years, each read as its manifest says (SciPy 1.10). */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { nodeInflate } from '../../../src/node/inflate.ts'
import { browserInflate } from '../../../src/browser/inflate.ts'
import { listMat, readMat, readMatValues } from '../../../src/table/readers/mat.ts'
import { memorySource, type Source } from '../../../src/table/readers/source.ts'
import type { MatValue, NumericData } from '../../../src/table/readers/mat-values.ts'
import { corpus } from '../../requirements.ts'

interface Expected {
  class: string
  dims: number[]
  first?: (number | boolean | string | null)[]
  last?: number
  re?: number[]
  im?: number[]
  ir?: number[]
  jc?: number[]
  nnz_stored?: number
  sparse?: boolean
  complex?: boolean
  rows?: string[]
  fields?: string[]
  classname?: string
  elements?: (Expected & Record<string, Expected>)[]
  whosmat_class?: string
  note?: string
  empty?: boolean
}

interface Entry {
  file: string
  format: string
  expect: 'ok' | 'error' | 'ok-or-error' | 'ok-with-unsupported'
  variables?: Record<string, Expected>
}

const folder = corpus('mat')
const manifest: Entry[] = folder === null ? [] : JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))
const files = manifest.filter(({ file }) => folder !== null && existsSync(join(folder, file)))

function source(file: string): Source {
  return memorySource(file, readFileSync(join(folder ?? '', file)))
}

function numbers(data: NumericData, count: number): number[] {
  return Array.from(data.subarray(0, count), Number)
}

/** SciPy changes some empty dimensions: empty cells become 1 x 0, empty chars 0 x 0. h5py (`empty`) says the file's own. */
function expectDims(value: MatValue, { dims, class: ofClass, empty }: Expected): void {
  if (ofClass === 'opaque' || (dims.includes(0) && empty === undefined)) return
  expect(value.dims).toEqual(dims)
}

function expectValue(value: MatValue | undefined, expected: Expected): void {
  if (value === undefined) throw new Error(`no value where ${expected.class} was expected`)
  expectDims(value, expected)
  switch (value.kind) {
    case 'numeric': return expectNumbers(value.class, value.real, value.imaginary, expected)
    case 'sparse':
      expect(expected.sparse).toBe(true)
      expect(value.columnStart).toEqual(Int32Array.from(expected.jc ?? []))
      expect(numbers(value.rowIndex, 16)).toEqual(expected.ir)
      expect(value.real.length).toBe(expected.nnz_stored)
      return expectNumbers(value.class, value.real, value.imaginary, expected)
    case 'char':
      expect(expected.class).toBe('char')
      // SciPy takes the low byte of 16-bit characters beyond Latin-1 for broken UTF-8; the file has the character.
      if (expected.rows?.some(row => row.includes('\ufffd')) && !value.rows.some(row => row.includes('\ufffd'))) return
      // NumPy's strings lose their zeros.
      expect(value.rows.map(row => row.replaceAll('\0', ''))).toEqual(expected.rows ?? [])
      return
    case 'cell':
      expect(expected.class).toBe('cell')
      expected.elements?.forEach((element, i) => expectValue(value.cells[i], element))
      return
    case 'struct':
      expect(value.className ?? value.class).toBe(expected.class === 'object' ? value.className : expected.class)
      if (expected.classname !== undefined) expect(value.className).toBe(expected.classname)
      return expectFields(value, expected)
    case 'opaque':
      // SciPy calls them opaque; h5py shows the class.
      expect(['opaque', 'function_handle', expected.note === undefined ? '' : value.class]).toContain(expected.class)
  }
}

function expectNumbers(ofClass: string, real: NumericData, imaginary: NumericData | undefined, expected: Expected): void {
  expect(ofClass).toBe(expected.class === 'canonical empty' ? 'double' : expected.class)
  expect(imaginary !== undefined && !(expected.first !== undefined)).toBe(expected.complex === true)
  const first = expected.re ?? expected.first ?? []
  expect(numbers(real, first.length)).toEqual(first.map(number))
  if (expected.im !== undefined && imaginary !== undefined) expect(numbers(imaginary, expected.im.length)).toEqual(expected.im)
  if (expected.last !== undefined) expect(Number(real.at(-1))).toBe(expected.last)
}

function number(value: number | boolean | string | null): number {
  return value === null ? Number.NaN : Number(value)
}

/** Fields by name; SciPy renames the second of two equal names (`_1_Station_Q`), which the file does not. */
function expectFields(value: MatValue & { kind: 'struct' }, expected: Expected): void {
  if (expected.fields === undefined) return
  expect(value.fields.length).toBe(expected.fields.length)
  if (!expected.fields.some(field => field.startsWith('_'))) expect(value.fields).toEqual(expected.fields)
  expected.elements?.forEach((element, e) => {
    for (const [name, field] of Object.entries(element)) {
      const f = value.fields.indexOf(name)
      if (name.startsWith('_')) continue
      expect(f).toBeGreaterThanOrEqual(0)
      if (value.fields.lastIndexOf(name) === f) expectValue(value.values[e * value.fields.length + f], field)
    }
  })
}

const readable = files.filter(({ expect: expected }) => expected !== 'error')

describe.skipIf(folder === null)('files of other programs', () => {
  test.each(readable)('reads $file', async ({ file, format, variables = {}, expect: expected }) => {
    if (expected === 'ok-or-error') return void await readMat(source(file), { inflate: nodeInflate }).catch(
      error => expect(error.name).toBe('TableError')
    )
    const read = new Map((await readMatValues(source(file), { inflate: nodeInflate })).map(({ name, value }) => [name, value]))
    for (const [name, variable] of Object.entries(variables)) {
      if (name === 'None') expect([...read.values()].some(({ kind }) => kind === 'opaque')).toBe(true)
      else if (!name.startsWith('__')) expectValue(read.get(name), variable)
    }
    const contents = await readMat(source(file), { inflate: nodeInflate, complex: 'real' })
    expect(contents.format).toBe(format === '7.3' ? 'mat73' : format.startsWith('4') ? 'mat4' : 'mat5')
    for (const { table, unsupported } of contents.variables) expect((table === undefined) !== (unsupported === undefined)).toBe(true)
    const listed = await listMat(source(file), { inflate: nodeInflate })
    expect(contents.variables.map(({ name, class: ofClass, dims }) => ({ name, class: ofClass, dims })))
      .toEqual(listed.map(({ name, class: ofClass, dims }) => ({ name, class: ofClass, dims })))
  })

  test.each(readable)('reads $file in a browser alike', async ({ file, expect: expected }) => {
    if (expected === 'ok-or-error') return
    expect(await readMatValues(source(file), { inflate: browserInflate })).toEqual(
      await readMatValues(source(file), { inflate: nodeInflate })
    )
  })

  test.each(files.filter(({ expect: expected }) => expected === 'error'))('refuses $file', async ({ file }) => {
    for (const inflate of [nodeInflate, browserInflate]) {
      await expect(readMat(source(file), { inflate })).rejects.toMatchObject({ name: 'TableError', id: expect.stringMatching(/^mat-/) })
    }
  })
})
