/**
 * A validation table beside its training table, both on disk: what an audit in memory says of how their columns lie in each other
 * (table/audit/shift.ts), of as many rows as the bound of memory allows.
 */
import type { Finding } from '../table/audit/finding.ts'
import type { ColumnSummary } from '../table/audit/profile.ts'
import { checkShift, compare, NewTexts, Outside, reachOf, type Comparison, type Placed } from '../table/audit/shift.ts'
import { sortedFinite } from '../table/audit/sort.ts'
import type { AuditWords } from '../table/audit/words.ts'
import { isFiniteNumber } from '../table/rows.ts'
import type { Table } from '../table/table.ts'
import type { LargeTable } from './duckdb-table.ts'

/** One of the two tables with its names, its summaries, and those of its columns that are used, in the order of the other's. */
export interface ComparedTable {
  readonly table: LargeTable
  readonly names: Table
  readonly summaries: readonly ColumnSummary[]
  readonly used: readonly number[]
}

export interface ComparedOnDisk {
  readonly comparisons: readonly Comparison[]
  readonly findings: readonly Finding[]
  /** Which rows were compared, where those are not all. */
  readonly assumptions: readonly string[]
}

/** Sorting takes as much again. */
const bytesOfCell = 16

/** Compares every pair of used columns. `exactRows`: of a longer table every so many-th row is taken, so that no more are held. */
export async function compareOnDisk(
  training: ComparedTable, validation: ComparedTable, words: AuditWords, { exactRows, memoryBytes }: { readonly exactRows: number, readonly memoryBytes: number },
): Promise<ComparedOnDisk> {
  const comparisons: Comparison[] = []
  const findings: Finding[] = []
  const pairs = training.used.map((own, i) => [own, validation.used[i] ?? -1] as const).sort(([one], [other]) => one - other)
  const ofKind = (kind: 'numeric' | 'text') => pairs.filter(([own]) => training.table.columns[own]?.kind === kind)
  const held = (Math.min(training.table.rows, exactRows) + Math.min(validation.table.rows, exactRows)) * bytesOfCell
  const atOnce = Math.max(1, Math.floor(memoryBytes / 4 / Math.max(1, held)))
  const numeric = ofKind('numeric')
  for (let at = 0; at < numeric.length; at += atOnce) {
    const some = numeric.slice(at, at + atOnce)
    const theirs = await placedColumns(training, some.map(([own]) => own), words, exactRows, [])
    const outside = theirs.map(placed => {
      const reach = placed === null ? null : reachOf(placed.profile.summary)
      return reach === null ? null : new Outside(reach.low, reach.high)
    })
    const ours = await placedColumns(validation, some.map(([, other]) => other), words, exactRows, outside)
    some.forEach((_, i) => {
      const [own, other] = [theirs[i] ?? null, ours[i] ?? null]
      const comparison = own === null || other === null ? null : compare(own, other, pairs.length)
      if (own === null || other === null || comparison === null) return
      comparisons.push(comparison)
      findings.push(...checkShift(own, other, comparison, () => outside[i] ?? { rows: [], count: 0 }))
    })
  }
  for (const [own, other] of ofKind('text')) findings.push(...await newTexts(training, own, validation, other, words))
  return { comparisons, findings, assumptions: [training, validation].flatMap(({ table }) => sampled(table, exactRows)) }
}

function stepOf({ rows }: LargeTable, exactRows: number): number {
  return Math.max(1, Math.ceil(rows / exactRows))
}

function sampled(table: LargeTable, exactRows: number): string[] {
  const step = stepOf(table, exactRows)
  return step === 1 ? [] : [`Of ${table.name} every ${step}th row was compared with the other table.`]
}

/** Columns with their sorted values; every piece is shown to `outside` as well. Null for a column without a summary of numbers. */
async function placedColumns(
  { table, names, summaries }: ComparedTable, indexes: readonly number[], words: AuditWords, exactRows: number, outside: readonly (Outside | null)[],
): Promise<(Placed | null)[]> {
  const step = stepOf(table, exactRows)
  const kept = indexes.map(() => new Float64Array(Math.ceil(table.rows / step)))
  const counts = new Uint32Array(indexes.length)
  for await (const { row, columns } of table.numbers(indexes)) {
    columns.forEach((values, c) => {
      outside[c]?.take(values, row)
      for (let i = (step - (row % step)) % step; i < values.length; i += step) if (isFiniteNumber(values[i]!)) kept[c]![counts[c]!++] = values[i]!
    })
  }
  return indexes.map((index, c) => {
    const [summary, column] = [summaries.find(each => each.column === index + 1), names.columns[index]]
    if (summary?.kind !== 'numeric' || column === undefined) return null
    return { table: names, index, column, profile: { sorted: sortedFinite(kept[c]!.subarray(0, counts[c])), summary }, words }
  })
}

async function newTexts(training: ComparedTable, own: number, validation: ComparedTable, other: number, words: AuditWords): Promise<Finding[]> {
  if (validation.table.columns[other]?.kind !== 'text') return []
  const known = new Set<string>()
  const distinct = `SELECT DISTINCT ${training.table.columns[own]?.sql ?? 'NULL'} FROM ${training.table.relation}`
  for await (const chunk of training.table.database.chunks(distinct)) {
    const vector = chunk.getColumnVector(0)
    for (let row = 0; row < chunk.rowCount; row++) known.add(String(vector.getItem(row)))
  }
  const fresh = new NewTexts(known)
  let row = 0
  for await (const text of validation.table.texts(other)) fresh.take(text, row++)
  return fresh.findings(validation.names, other, words)
}
