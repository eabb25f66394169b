import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { dataChange, fingerprint } from '../../src/record/fingerprint.ts'
import { memorySource } from '../../src/table/readers/source.ts'

const bytes = Uint8Array.from({ length: 10_001 }, (_, i) => (i * i) % 251)

describe('a fingerprint', () => {
  test.each([1, 63, 4096, 2 ** 20])('is SHA-256 of the bytes, read %d at a time', async piece => {
    const expected = createHash('sha256').update(bytes).digest('hex')
    expect(await fingerprint(memorySource('a.csv', bytes), piece)).toEqual({ name: 'a.csv', bytes: 10_001, sha256: expected })
  })

  test('tells changed and missing data, and not a new name', async () => {
    const file = { ...(await fingerprint(memorySource('a.csv', bytes))), path: '../../a.csv' }
    expect(dataChange(file, await fingerprint(memorySource('b.csv', bytes)))).toBeNull()
    const longer = dataChange(file, await fingerprint(memorySource('a.csv', new Uint8Array(10_002))))
    expect(longer?.id).toBe('data-changed')
    expect(longer?.message).toContain('a.csv has 10002 bytes, expected 10001')
    const changed = dataChange(file, await fingerprint(memorySource('a.csv', bytes.map(byte => byte ^ 1))))
    expect(changed?.message).toMatch(/the 10001 bytes of a.csv have the checksum [0-9a-f]{12}…, expected [0-9a-f]{12}…/)
    expect(dataChange(file, null)?.id).toBe('data-missing')
    expect(dataChange(file, null)?.message).toContain('is not at ../../a.csv')
  })
})
