import { chmodSync, mkdtempSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { openFile, standardInput } from '../../src/node/source.ts'

const folder = mkdtempSync(join(tmpdir(), 'whynan-source-'))

describe('files', () => {
  test('are read at positions', async () => {
    const path = join(folder, 'digits.txt')
    writeFileSync(path, '0123456789')
    const source = await openFile(path)
    expect([source.name, source.size]).toEqual(['digits.txt', 10])
    expect(new TextDecoder().decode(await source.read(3, 7))).toBe('3456')
    expect(await source.read(10, 10)).toHaveLength(0)
    truncateSync(path, 5)
    await expect(source.read(3, 7)).rejects.toMatchObject({ id: 'file-changed', facts: { byte: 5 } })
    await source.close()
  })

  test('that are missing, folders or not for this user get a sentence', async () => {
    const missing = join(folder, 'no.csv')
    const refusal = { name: 'TableError', id: 'file-missing', message: expect.stringContaining(missing) }
    await expect(openFile(missing)).rejects.toMatchObject(refusal)
    await expect(openFile(folder)).rejects.toMatchObject({ name: 'TableError', id: 'file-is-folder' })
    const file = join(folder, 'file')
    writeFileSync(file, '')
    await expect(openFile(join(file, 'inside.csv'))).rejects.toMatchObject({ id: 'file-missing' })
  })

  // The superuser may read everything.
  test.skipIf(process.getuid?.() === 0)('that may not be read', async () => {
    const path = join(folder, 'secret.csv')
    writeFileSync(path, '1')
    chmodSync(path, 0)
    await expect(openFile(path)).rejects.toMatchObject({ id: 'file-unreadable' })
  })
})

test('standard input that does not end is given up at half a gigabyte', async () => {
  const chunk = Buffer.alloc(2 ** 24, 49)
  function* endless(): Generator<Buffer> {
    for (;;) yield chunk
  }
  await expect(standardInput(Readable.from(endless()))).rejects.toMatchObject({ name: 'TableError', id: 'pipe-too-long' })
})

test('standard input is read whole', async () => {
  const source = await standardInput(Readable.from([Buffer.from('a,b\n'), '1,2\n']))
  expect([source.name, source.size]).toEqual(['standard input', 8])
  expect(new TextDecoder().decode(await source.read(0, 8))).toBe('a,b\n1,2\n')
})
