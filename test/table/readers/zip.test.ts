/** Archives that lie: about sizes, places, sums and packing. */
import { crc32, deflateRawSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { browserInflate } from '../../../src/browser/inflate.ts'
import { nodeInflate } from '../../../src/node/inflate.ts'
import { memorySource } from '../../../src/table/readers/source.ts'
import { zipMembers, zipRead } from '../../../src/table/readers/zip.ts'
import { zip, type Packed } from './write-zip.ts'

async function readAll(bytes: Uint8Array, limit = 1e6): Promise<Record<string, string>> {
  const source = memorySource('a.zip', bytes)
  const read: Record<string, string> = {}
  for (const member of (await zipMembers(source)).values()) {
    const [node, browser] = await Promise.all([nodeInflate, browserInflate].map(inflate => zipRead(source, member, inflate, limit)))
    expect(browser).toEqual(node)
    read[member.name] = new TextDecoder().decode(node)
  }
  return read
}

const long = 'abc'.repeat(50_000)

test('members stored and deflated, empty and longer than a block', async () => {
  const members: Packed[] = [{ name: 'a', data: 'hello' }, { name: 'b', data: long, stored: true }, { name: 'c', data: '' },
    { name: 'd', data: '', stored: true }]
  expect(await readAll(zip(members))).toEqual({ a: 'hello', b: long, c: '', d: '' })
  expect(await readAll(zip(members, 'a comment'))).toEqual({ a: 'hello', b: long, c: '', d: '' })
})

describe('refused', () => {
  test.each<[string, Packed, string]>([
    ['a wrong sum', { name: 'a', data: long, crc: 1 }, 'zip-damaged'],
    ['a size that is too small', { name: 'a', data: long, size: 10 }, 'zip-damaged'],
    ['a size that is too large', { name: 'a', data: long, size: long.length + 1 }, 'zip-damaged'],
    ['a size beyond what deflate gives', { name: 'a', data: 'x', size: 900_000 }, 'zip-damaged'],
    ['a size beyond the limit', { name: 'a', data: 'x', size: 2e9 }, 'zip-too-large'],
    ['a place outside', { name: 'a', data: 'x', at: 1e6 }, 'zip-damaged'],
    ['a place that is no header', { name: 'a', data: 'x', at: 3 }, 'zip-damaged'],
    ['another method', { name: 'a', data: 'x', method: 14 }, 'zip-method'],
    ['a password', { name: 'a', data: 'x', flags: 1 }, 'zip-encrypted'],
    ['more packed bytes than there are', { name: 'a', data: 'x', packedSize: 4000 }, 'zip-damaged'],
  ])('%s', async (_, member, id) => {
    await expect(readAll(zip([member]))).rejects.toMatchObject({ name: 'TableError', id })
  })

  test('members that share their bytes, as bombs have them', async () => {
    const packed = deflateRawSync(new Uint8Array(100_000))
    const twice: Packed[] = Array.from({ length: 50 }, (_, i) =>
      ({ name: `m${i}`, data: '', raw: packed, size: 100_000, crc: crc32(new Uint8Array(100_000)), at: 0 }))
    const archive = zip([...twice.slice(0, 1),
      ...twice.slice(1).map(member => ({ ...member, raw: new Uint8Array(0), packedSize: packed.length }))])
    await expect(readAll(archive)).rejects.toMatchObject({ id: 'zip-damaged', message: expect.stringContaining('together') })
  })

  test('a cut anywhere', async () => {
    const bytes = zip([{ name: 'a', data: 'hello' }, { name: 'b', data: 'x', stored: true }])
    for (let end = 0; end < bytes.length; end++) {
      await expect(readAll(bytes.subarray(0, end))).rejects.toMatchObject({ name: 'TableError', id: 'zip-damaged' })
    }
  })
})
