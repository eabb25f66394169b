/**
 * The examples on the pages of causes are what the runs of their tests print, character for character. With `WHYNAN_PAGES=write` they
 * are printed anew: `WHYNAN_PAGES=write npx vitest run test/explain/causes`.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect } from 'vitest'

const folder = resolve(import.meta.dirname, '../../../docs/causes')

/** Holds the example of this number (from 1) on the page of a cause to a text, or writes it there. */
export function expectOnPage(id: string, number: number, text: string): void {
  const path = join(folder, `${id}.md`)
  const page = readFileSync(path, 'utf8')
  const from = page.indexOf('\n## An example')
  const examples = [...page.slice(from).matchAll(/^```\n([^]*?)^```$/gm)]
  const block = examples[number - 1]
  if (block === undefined) throw new Error(`docs/causes/${id}.md has ${examples.length} examples, and a test prints number ${number}.`)
  const start = from + block.index + '```\n'.length
  if (process.env['WHYNAN_PAGES'] === 'write') writeFileSync(path, `${page.slice(0, start)}${text}\n${page.slice(start + (block[1] ?? '').length)}`)
  else expect(block[1], `docs/causes/${id}.md: WHYNAN_PAGES=write npx vitest run test/explain/causes prints it anew`).toBe(`${text}\n`)
}

/** How many examples a page has. */
export function examplesOf(id: string): number {
  const page = readFileSync(join(folder, `${id}.md`), 'utf8')
  return [...page.slice(page.indexOf('\n## An example')).matchAll(/^```\n[^]*?^```$/gm)].length
}
