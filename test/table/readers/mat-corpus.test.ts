/**
 * Files that MATLAB, Octave, SciPy and others wrote over thirty years, each read as its manifest says (SciPy 1.10). At the end
 * stands how many were read right, refused right, or wrong, by collection and version.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
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

/** What came of each file, filled as the tests go: whatever does not reach its end is wrong. */
const outcomes = new Map<string, 'read right' | 'refused right' | 'wrong'>()

function outcomeTable(): string[] {
  const kinds = ['read right', 'refused right', 'wrong'] as const
  const groups = new Map<string, Entry[]>()
  for (const entry of files) {
    const group = `${entry.file.split('/')[0] ?? ''}, version ${entry.format}`
    groups.set(group, [...(groups.get(group) ?? []), entry])
  }
  const line = (name: string, entries: readonly Entry[]): string =>
    name.padEnd(28) + kinds.map(kind => String(entries.filter(({ file }) => outcomes.get(file) === kind).length).padStart(14)).join('')
  const wrong = [...outcomes].filter(([, outcome]) => outcome === 'wrong').map(([file]) => `wrong: ${file}`)
  return [
    ' '.repeat(28) + kinds.map(kind => kind.padStart(14)).join(''),
    ...[...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, entries]) => line(name, entries)), line('all', files), ...wrong,
  ]
}

afterAll(() => {
  // A run that was narrowed to a few tests has no table to show.
  if (files.length > 0 && files.every(({ file }) => outcomes.has(file))) process.stdout.write(`\n${outcomeTable().join('\n')}\n`)
})

const readable = files.filter(({ expect: expected }) => expected !== 'error')

describe.skipIf(folder === null)('files of other programs', () => {
  test.each(readable)('reads $file', async ({ file, format, variables = {}, expect: expected }) => {
    outcomes.set(file, 'wrong')
    if (expected === 'ok-or-error') {
      const error: unknown = await readMat(source(file), { inflate: nodeInflate }).then(() => null, (reason: unknown) => reason)
      if (error !== null) expect(error).toMatchObject({ name: 'TableError' })
      return void outcomes.set(file, error === null ? 'read right' : 'refused right')
    }
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
    outcomes.set(file, 'read right')
  })

  test.each(readable)('reads $file in a browser alike', async ({ file, expect: expected }) => {
    if (expected === 'ok-or-error') return
    expect(await readMatValues(source(file), { inflate: browserInflate })).toEqual(
      await readMatValues(source(file), { inflate: nodeInflate })
    )
  })

  test.each(files.filter(({ expect: expected }) => expected === 'error'))('refuses $file', async ({ file }) => {
    outcomes.set(file, 'wrong')
    for (const inflate of [nodeInflate, browserInflate]) {
      await expect(readMat(source(file), { inflate })).rejects.toMatchObject({ name: 'TableError', id: expect.stringMatching(/^mat-/) })
    }
    outcomes.set(file, 'refused right')
  })
})
