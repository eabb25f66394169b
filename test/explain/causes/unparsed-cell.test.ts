import { readCsv } from '../../../src/table/readers/csv.ts'
import { memorySource } from '../../../src/table/readers/source.ts'
import type { Table } from '../../../src/table/table.ts'
import { smoothTable } from '../cases.ts'
import type { Seen } from '../programs.ts'
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
/** A program that trains on a target of words, all of which it takes for NaN. */
async function ofWords(): Promise<Seen> {
  const table = await read(Object.fromEntries(Array.from({ length: 200 }, (_, row) => [`${row} 5`, row % 3 === 0 ? 'yes' : 'no'])))
  return { table, steps: [{ rows: [1, 2], loss: NaN }], options: { target: 'y' } }
}

causeSuite('unparsed-cell', {
  fires: [
    { name: 'a target of words, in another program', step: 1, cells: [], watched: ofWords },
    { name: 'NA and a question mark', onPage: 1, training: await read({ '40 1': 'NA', '90 3': '?' }), options, cells: [[41, 2], [91, 4]] },
    { name: 'in a target', training: await read({ '40 5': 'n.d.' }), options, cells: [[41, 6]] },
  ],
  staysSilent: [
    { name: 'a column of words that is not used', watched: async () => ({ ...await ofWords(), options: { target: 1, inputs: [2, 3] } }) },
    { name: 'an empty cell', training: await read({ '40 1': '' }), options },
    { name: 'numbers alone', training: await read({}), options: { ...options, steps: 300 } },
  ],
})
