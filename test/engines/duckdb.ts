/** DuckDB for tests, or null with a sentence where it was not installed. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { DuckdbModule } from '../../src/node/duckdb.ts'

const entry = join(dirname(fileURLToPath(import.meta.url)), 'node_modules', '@duckdb', 'node-api', 'lib', 'index.js')

export async function duckdbForTests(): Promise<DuckdbModule | null> {
  if (existsSync(entry)) {
    const { default: module }: { default: DuckdbModule } = await import(/* @vite-ignore */ pathToFileURL(entry).href)
    return module
  }
  if (process.env['WHYNAN_REQUIRE']) throw new Error('WHYNAN_REQUIRE is set and DuckDB is missing: node test/engines/install.mjs')
  console.log('DuckDB is not installed (node test/engines/install.mjs): its tests skip.')
  return null
}
