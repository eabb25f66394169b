/** A short draw of what `npm run fuzz` does at length: damaged files of every format, each a table or a TableError. */
import { describe, expect, test } from 'vitest'
import { damagedFile, judge } from './draw.ts'
import { Draw, mutate } from './mutate.ts'
import { readers, seedsOf } from './seeds.ts'

/** Inputs per reader. Those of version 7.3 go through libhdf5 and take longest. */
const counts = { csv: 150, gzip: 150, mat4: 500, mat5: 250, mat73: 25, npy: 500, npz: 150, parquet: 300, xlsx: 150 } as const

describe.each(readers)('%s', reader => {
  test('whole, it is read; damaged, it is read or refused', async () => {
    const seeds = await seedsOf(reader)
    for (const { name, bytes } of seeds) expect(await judge(name, bytes)).toBeNull()
    for (let index = 0; index < counts[reader]; index++) {
      const { name, bytes } = damagedFile(seeds, 20, index)
      const fault = await judge(name, bytes)
      if (fault !== null) throw new Error(`${reader}, seed 20, index ${index}: ${fault}`)
    }
  })

  test('the made files are tables', async () => {
    const { readSource } = await import('../../src/node/read-tables.ts')
    const { memorySource } = await import('../../src/table/readers/source.ts')
    const [seed] = await seedsOf(reader)
    if (seed === undefined) throw new Error('no file to damage')
    const { variables } = await readSource(memorySource(seed.name, seed.bytes), { duckdb: { module: null } })
    expect(variables.some(({ table }) => table !== undefined)).toBe(true)
  })
})

describe('damage', () => {
  const bytes = Uint8Array.from({ length: 200 }, (_, i) => i)

  test('is the same for the same seed and index, and leaves the file as it was', () => {
    for (let index = 0; index < 50; index++) {
      expect(mutate(new Draw(1, index), bytes, bytes)).toEqual(mutate(new Draw(1, index), bytes, bytes))
    }
    expect(bytes).toEqual(Uint8Array.from({ length: 200 }, (_, i) => i))
  })

  test('differs for others, and changes lengths as well as bytes', () => {
    const files = Array.from({ length: 200 }, (_, index) => mutate(new Draw(2, index), bytes, bytes))
    expect(new Set(files.map(file => file.join(' '))).size).toBeGreaterThan(190)
    expect(files.some(file => file.length < 200) && files.some(file => file.length > 200)).toBe(true)
    expect(files.filter(file => file.length === 200).length).toBeGreaterThan(50)
  })

  test('takes nothing from an empty file', () => {
    const files = Array.from({ length: 100 }, (_, index) => mutate(new Draw(3, index), new Uint8Array(0), new Uint8Array(0)))
    expect(files.every(file => file instanceof Uint8Array)).toBe(true)
  })
})
