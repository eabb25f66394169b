/**
 * The same bits in a browser: the networks of the golden file, and a whole fit by the built library, in headless Chromium with
 * 1 to 4 threads. The page is served as threads need it (cross-origin isolated), and once as they cannot be had.
 */
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fit } from '../../src/workflow/fit.ts'
import { tableFromColumns } from '../../src/table/table.ts'
import { chromiumForTests, type TestBrowser, type TestPage } from '../engines/playwright.ts'
import { columns, settings } from './fitted.ts'

const root = resolve(import.meta.dirname, '..', '..')
const golden: unknown = JSON.parse(readFileSync(join(root, 'test', 'backends', 'golden', 'bits.json'), 'utf8'))
const browser: TestBrowser | null = await chromiumForTests()
let server: Server
let isolated: TestPage
let plain: TestPage

beforeAll(async () => {
  if (browser === null) return
  const bundle = await rolldown({ input: join(root, 'test', 'browser', 'page.ts'), platform: 'browser', logLevel: 'silent' })
  const { output: [page] } = await bundle.generate({ format: 'iife', codeSplitting: false })
  await bundle.close()
  server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    if (!path.startsWith('/plain')) {
      response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
      response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp')
    }
    if (path.endsWith('/')) response.setHeader('Content-Type', 'text/html').end('<!doctype html><meta charset="utf-8"><script src="page.js"></script>')
    else if (path.endsWith('/page.js')) response.setHeader('Content-Type', 'text/javascript').end(page.code)
    else if (/^\/dist\/[\w/-]+\.js$/.test(path)) response.setHeader('Content-Type', 'text/javascript').end(readFileSync(join(root, path)))
    else response.writeHead(404).end()
  })
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  const open = async (path: string): Promise<TestPage> => {
    const opened = await browser.newPage()
    await opened.goto(`http://127.0.0.1:${port}${path}`)
    return opened
  }
  isolated = await open('/')
  plain = await open('/plain/')
})

afterAll(async () => {
  await browser?.close()
  server?.close()
})

/** A fit in the page, by what `npm run build` made. */
async function fitIn(page: TestPage, threads: number | undefined): Promise<unknown> {
  return page.evaluate(`(async () => {
    const [{ fit, tableFromColumns }, { platform }] = await Promise.all([import('/dist/index.js'), import('/dist/browser/index.js')])
    const table = tableFromColumns('made', ${JSON.stringify(Object.entries(columns).map(([name, values]) => ({ name, values })))}.map(({ name, values }) => ({ kind: 'numeric', name, values: Float64Array.from(values) })))
    const run = await fit(table, { ...${JSON.stringify(settings)}, threads: ${threads}, platform })
    return { status: run.status, hash: run.weightsHash, threads: run.threads }
  })()`)
}

describe.runIf(browser !== null)('in Chromium', () => {
  test.each([1, 2, 3, 4])('every network has its bits on %i threads', async threads => {
    expect(await isolated.evaluate(`hashes(${threads})`)).toEqual(golden)
  })

  test('a page that is not isolated has no threads, and the same bits', async () => {
    expect(await plain.evaluate('hasThreads')).toBe(false)
    expect(await plain.evaluate('hashes(1)')).toEqual(golden)
  })

  test('a fit has the bits of one in Node, on any number of threads', async () => {
    const table = tableFromColumns('made', Object.entries(columns).map(([name, values]) => ({ kind: 'numeric', name, values: Float64Array.from(values) } as const)))
    const { weightsHash } = await fit(table, { ...settings, validation: undefined })
    for (const threads of [1, 2, 3]) expect(await fitIn(isolated, threads)).toEqual({ status: 'completed', hash: weightsHash, threads })
    expect(await fitIn(isolated, undefined)).toMatchObject({ status: 'completed', hash: weightsHash })
    expect(await fitIn(plain, 4)).toEqual({ status: 'completed', hash: weightsHash, threads: 1 })
  })
})
