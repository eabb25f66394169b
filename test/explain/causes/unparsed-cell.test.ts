import { readCsv } from '../../../src/table/readers/csv.ts'
import { memorySource } from '../../../src/table/readers/source.ts'
import type { Table } from '../../../src/table/table.ts'
import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

/** A table as it is read from a file in which some cells hold text. */
async function read(texts: Readonly<Record<string, string>>): Promise<Table> {
  const { columns, rows } = smoothTable(200, 5)
  const lines = Array.from({ length: rows }, (_, row) => columns.map((column, c) => texts[`${row} ${c}`] ?? (column.kind === 'numeric' ? String(column.values[row]) : '')).join(';'))
  const { variables } = await readCsv(memorySource('training.csv', new TextEncoder().encode(`a;b;c;d;e;y\n${lines.join('\n')}\n`)))
  const [variable] = variables
  if (variable?.table === undefined || variable.table === null) throw new Error('The file should hold a table.')
  return variable.table
}

const options = { ...small, steps: 60, optimizer: { name: 'adam', learningRate: 0.02 } }
causeSuite('unparsed-cell', {
  fires: [
    { name: 'NA and a question mark', training: await read({ '40 1': 'NA', '90 3': '?' }), options, cells: [[41, 2], [91, 4]] },
    { name: 'in a target', training: await read({ '40 5': 'n.d.' }), options, cells: [[41, 6]] },
  ],
  staysSilent: [
    { name: 'an empty cell', training: await read({ '40 1': '' }), options },
    { name: 'numbers alone', training: await read({}), options: { ...options, steps: 300 } },
  ],
})
