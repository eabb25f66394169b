/** A cause is four things of one name: code, a line in the list, a page, tests. One missing is a failure. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { causes } from '../../../src/explain/causes/index.ts'

const root = resolve(import.meta.dirname, '../../..')
const files = readdirSync(join(root, 'src/explain/causes')).filter(name => name !== 'index.ts').map(name => name.replace(/\.ts$/, ''))

test('every file is in the list', () => expect(causes.map(({ id }) => id).sort()).toEqual(files.sort()))

describe.each(files)('%s', id => {
  const page = join(root, 'docs/causes', `${id}.md`)

  test('has a page that says what one sees, why, how it is proven and how to fix it, with an example', () => {
    expect(existsSync(page), `docs/causes/${id}.md is missing`).toBe(true)
    const text = readFileSync(page, 'utf8')
    for (const heading of ['What you see', 'Why it happens', 'How it is proven', 'How to fix it', 'An example']) expect(text).toContain(`## ${heading}`)
  })

  test('has tests in two tables', () => {
    const path = join(import.meta.dirname, `${id}.test.ts`)
    expect(existsSync(path), `test/explain/causes/${id}.test.ts is missing`).toBe(true)
    const text = readFileSync(path, 'utf8')
    expect(text).toContain(`causeSuite('${id}'`)
    expect(text).toMatch(/fires: \[/)
    expect(text).toMatch(/staysSilent: \[/)
  })
})
