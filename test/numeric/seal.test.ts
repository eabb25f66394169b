import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isBroken, sealed } from '../../src/numeric/seal.ts'

const value = { name: 'a', list: [1, 2.5, -0.1, 1e-300], inside: { b: null, c: 'text' } }

test('a checksum is SHA-256 of the compact text of the other fields, and stands last', () => {
  const expected = createHash('sha256').update(JSON.stringify(value)).digest('hex')
  expect(Object.entries(sealed(value)).at(-1)).toEqual(['sha256', expected])
})

test('holds through any layout, and not through a value, a name or a field more or less', () => {
  const text = JSON.stringify(sealed(value), null, 3)
  expect(isBroken(JSON.parse(text))).toBe(false)
  for (const [from, to] of [['2.5', '2.51'], ['"text"', '"Text"'], ['"name"', '"nome"'], ['null', 'null,"d":1']] as const) {
    expect(text).toContain(from)
    expect(isBroken(JSON.parse(text.replace(from, to)))).toBe(true)
  }
  expect(isBroken({ name: 'a' })).toBe(false)
  for (const other of [null, 3, 'sha256', []]) expect(isBroken(other)).toBe(false)
})

test('any JSON object holds through writing and reading', () => {
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), object => {
    expect(isBroken(JSON.parse(JSON.stringify(sealed({ inside: object }))))).toBe(false)
  }))
})
