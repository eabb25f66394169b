/**
 * Reads a table as a program that uses whynan does: node bench/whynan-read.mjs FILE [duckdb]. Its last line is JSON: seconds, memory
 * before and at its peak in bytes, and the rows and the columns' sums to hold against other readers. With `duckdb` Parquet is read
 * through DuckDB, as it is where that is installed beside whynan.
 */
import { peakMemory } from './measure/memory.mjs'
import { peerPackage } from './peers/packages.mjs'

const [, , file, mode] = process.argv
const { readTables } = await import('../dist/node/index.js')
const module = mode === 'duckdb' ? peerPackage('@duckdb/node-api') : null
const before = process.memoryUsage().rss
const start = performance.now()
const { tables: [table] } = await readTables(file, { duckdb: { module } })
const seconds = (performance.now() - start) / 1e3
const peak = peakMemory()
const sums = table.columns.map(({ values }) => values.reduce((sum, value) => sum + value, 0))
console.log(JSON.stringify({ seconds, before, peak, rows: table.rows, sums }))
