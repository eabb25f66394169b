/**
 * DuckDB's own reading of Parquet into columns of doubles: node bench/peers/duckdb.mjs read FILE; the last line is JSON, as
 * bench/whynan-read.mjs has it. `write FILE ROWS` makes the table that is read.
 */
import { peakMemory } from '../measure/memory.mjs'
import { peerPackage } from './packages.mjs'

const [, , task, file, rows] = process.argv
const { DuckDBInstance } = peerPackage('@duckdb/node-api')
const quoted = `'${file.replaceAll('\'', '\'\'')}'`
const connection = await (await DuckDBInstance.create(':memory:')).connect()

if (task === 'write') {
  // Numbers with all their digits, spread and drawn from the row's number, so that they pack no better than measurements.
  const columns = [1, 2, 3, 4, 5, 6].map(c => `(hash(i * 8 + ${c}) % 1000000007)::DOUBLE / 1000000007.0 * ${c} AS c${c}`)
  await connection.run(`COPY (SELECT ${columns.join(', ')} FROM range(${Number(rows)}) t(i)) TO ${quoted} (FORMAT parquet)`)
} else {
  const before = process.memoryUsage().rss
  const start = performance.now()
  const counted = await connection.runAndReadAll(`SELECT count(*) FROM ${quoted}`)
  const count = Number(counted.getRows()[0][0])
  const result = await connection.stream(`SELECT * FROM ${quoted}`)
  const columns = Array.from({ length: result.columnCount }, () => new Float64Array(count))
  let row = 0
  for (;;) {
    const chunk = await result.fetchChunk()
    if (chunk === null || chunk.rowCount === 0) break
    columns.forEach((values, c) => values.set(chunk.getColumnVector(c).items.subarray(0, chunk.rowCount), row))
    row += chunk.rowCount
  }
  const seconds = (performance.now() - start) / 1e3
  const peak = peakMemory()
  console.log(JSON.stringify({ seconds, before, peak, rows: row, sums: columns.map(values => values.reduce((sum, value) => sum + value, 0)) }))
}
