import { describe, expect, test } from 'vitest'
import type { TableError } from '../../../../src/table/errors.ts'
import { ab, cellsOf, encode, read, shown, tableOf } from './reading.ts'

describe('encodings', () => {
  const content = 'größe,b\n1,é\n2,ü\n'
  const utf16 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'utf16le'))
  const swapped = (bytes: Uint8Array): Uint8Array => Uint8Array.from(Buffer.from(bytes).swap16())
  const expected = [['größe', [1, 2]], ['b', ['é', 'ü']]]

  test.each([
    ['UTF-8', encode(content), undefined, 0],
    ['UTF-8 with a mark', encode(`\ufeff${content}`), undefined, 0],
    ['UTF-16LE with a mark', utf16(`\ufeff${content}`), undefined, 1],
    ['UTF-16BE with a mark', swapped(utf16(`\ufeff${content}`)), undefined, 1],
    ['UTF-16LE without one', utf16(content), undefined, 1],
    ['UTF-16BE without one', swapped(utf16(content)), undefined, 1],
    ['Latin-1', Uint8Array.from(Buffer.from(content, 'latin1')), undefined, 1],
    ['Latin-1, asked for', Uint8Array.from(Buffer.from(content, 'latin1')), 'latin1', 0],
  ])('%s', async (_, bytes, encoding, assumptions) => {
    const contents = await read(bytes, { encoding })
    expect(shown(tableOf(contents))).toEqual(expected)
    expect(contents.assumptions).toHaveLength(assumptions)
  })

  test('GB 18030, by its pairs of high bytes', async () => {
    // 温度 (temperature) is CE C2 B6 C8 in GB 2312.
    const bytes = Uint8Array.from([0xce, 0xc2, 0xb6, 0xc8, ...encode(',b\n1,2\n')])
    expect(await cellsOf(bytes)).toEqual([['温度', [1]], ['b', [2]]])
  })

  test('unknown ones, UTF-32 and zero bytes', async () => {
    await expect(read('a', { encoding: 'klingon' })).rejects.toMatchObject({ id: 'csv-encoding' })
    await expect(read(Uint8Array.of(0xff, 0xfe, 0, 0, 97, 0, 0, 0))).rejects.toMatchObject({ id: 'csv-encoding' })
    await expect(read('a,b\n1,\u0000\n')).rejects.toMatchObject({ id: 'csv-binary', facts: { byte: 6 } })
    await expect(read(`a,b\n${'1,2\n'.repeat(100_000)}\u0000`)).rejects.toMatchObject({ id: 'csv-binary', facts: { byte: 400_004 } })
  })

  const naive = Buffer.from('na\xefve,y\n1,2\n2,3\n3,5\n', 'latin1')
  const long = '1,2\n'.repeat(300_000)
  test.each([
    ['Latin-1 as UTF-8', naive, 'utf-8', 2, 1],
    ['far behind, after a piece of a megabyte', Buffer.concat([Buffer.from(`a,b\n${long}`), naive]), 'utf-8', 4 + 1_200_000 + 2, 300_002],
    // Of two bytes of é one lies in either piece of 2^20 bytes; the second is another byte.
    ['across two pieces', Buffer.concat([Buffer.from(`aaa\n${long}`).subarray(0, 2 ** 20 - 1), Buffer.from([0xc3, 0x2c]), Buffer.from(long)]), 'utf-8', 2 ** 20 - 1, 262_144],
    ['UTF-8 that ends within a character', Buffer.from('a,b\n1,é').subarray(0, -1), 'utf-8', 6, 2],
    ['UTF-16 with a byte too many', Buffer.from('a,b\n1,2\n!', 'utf16le').subarray(0, -1), 'utf-16le', 16, 3],
    ['UTF-8 as GB 18030', Buffer.from('é,b\n1,2\n\xff,3\n', 'latin1'), 'gb18030', 0, 1],
  ])('what is not in the encoding asked for is refused: %s', async (_, bytes, encoding, byte, line) => {
    await expect(read(Uint8Array.from(bytes), { encoding })).rejects.toMatchObject({ id: 'csv-encoding', facts: { byte, line, expected: encoding } })
  })

  test('a header that the wrong encoding makes of the whole file is cut where it is quoted', async () => {
    const bytes = encode(`a,b,y\n${'1,2,3\n'.repeat(10_000)}`)
    const refusal: unknown = await read(bytes, { encoding: 'utf-16le' }).catch((error: unknown) => error)
    expect(refusal).toMatchObject({ id: 'csv-no-rows' })
    // A name is cut at 60 characters; the sentence around it is shorter than 140.
    expect((refusal as TableError).message.length).toBeLessThan(200)
  })

  test('a mark against the encoding asked for is said', async () => {
    const { assumptions } = await read('\ufeffé,b\n1,2\n3,4\n', { encoding: 'latin1' })
    expect(assumptions).toEqual(['The text is read as windows-1252, as was asked, though it begins with the byte order mark of UTF-8.'])
    const bigEndian = Uint8Array.from(Buffer.from('\ufeffa,b\n1,2\n3,4\n', 'utf16le').swap16())
    expect(await cellsOf(bigEndian, { encoding: 'utf-16' })).toEqual(ab)
    expect((await read('\ufeffa,b\n1,2\n3,4\n', { encoding: 'utf-8' })).assumptions).toEqual([])
  })
})
