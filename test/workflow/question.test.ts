import { expect, test } from 'vitest'
import { deflateSync } from 'node:zlib'
import { writeMat } from '../../src/export/mat.ts'
import { readTables } from '../../src/node/read-tables.ts'
import { nodeInflate } from '../../src/node/inflate.ts'
import { memorySource } from '../../src/table/readers/source.ts'
import { readMat } from '../../src/table/readers/mat.ts'
import type { Table } from '../../src/table/table.ts'
import { questionData } from '../../src/workflow/question.ts'
import { oracleData } from '../oracle/golden.ts'

const values = (table: Table): Float64Array[] => table.columns.map(column => (column.kind === 'numeric' ? Float64Array.from(column.values) : new Float64Array()))

test.each([['mapping_clean.mat', 'clean'], ['mapping_one_nan.mat', 'oneNaN']] as const)('makes %s, number for number as the Python program did', async (file, kind) => {
  const written = writeMat(questionData()[kind], deflateSync)
  const ours = await readMat(memorySource(file, written), { inflate: nodeInflate })
  const { tables } = await readTables(oracleData(file))
  expect(ours.variables.map(variable => variable.name)).toEqual(tables.map(table => table.name))
  ours.variables.forEach((variable, i) => expect(values(variable.table!)).toEqual(values(tables[i]!)))
})
