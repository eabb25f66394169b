/** How fast cells that are not finite are found: node build/bench/whynan-scan.mjs ROWS. The last line is JSON, bytes a second for each kind of column. */
import { findNonFinite } from '../src/table/rows.ts'
import { tableFromColumns } from '../src/table/table.ts'

const rows = Number(process.argv[2])
const columns = [0, 1, 2, 3, 4, 5]

function bytesPerSecond(make: () => Float32Array | Float64Array): number[] {
  const made = columns.map(c => ({ kind: 'numeric' as const, name: `column ${c + 1}`, values: make().map((_, row) => row * 0.5 - c) }))
  const table = tableFromColumns('scan', made)
  made[3]?.values.fill(Number.NaN, rows - 1)
  const bytes = made.reduce((sum, { values }) => sum + values.byteLength, 0)
  return Array.from({ length: 9 }, () => {
    const start = performance.now()
    const found = findNonFinite(table, columns)
    const seconds = (performance.now() - start) / 1e3
    if (found.length !== 1 || found[0]?.row !== rows) throw new Error(`found ${found.length} cells where there is one, in row ${rows}`)
    return bytes / seconds
  })
}

console.log(JSON.stringify({ float64: bytesPerSecond(() => new Float64Array(rows)), float32: bytesPerSecond(() => new Float32Array(rows)) }))
