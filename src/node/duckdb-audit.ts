/**
 * The audit of a table that stays on disk: DuckDB counts, sorts and finds quantiles within its bound of memory; means and
 * deviations, which go into models, are summed here in block order, so that they have the bits of an audit in memory.
 */
import { checkSurplus } from '../table/audit/cells.ts'
import { checkScales } from '../table/audit/scales.ts'
import { finding, mostRows, type Finding } from '../table/audit/finding.ts'
import type { ColumnSet } from '../table/columns.ts'
import { bins, Histogram, quantileShares, type ColumnSummary, type NumericSummary, type Role, type TextSummary } from '../table/audit/profile.ts'
import { wordsOf, written, type AuditLanguage, type AuditWords } from '../table/audit/words.ts'
import { inValidation, type TableAudit } from '../table/audit.ts'
import { quoted } from '../table/names.ts'
import { isFiniteNumber } from '../table/rows.ts'
import { StreamedScale } from '../table/streamed-scale.ts'
import type { Column, Table } from '../table/table.ts'
import { sqlName } from './duckdb.ts'
import type { LargeColumn, LargeTable } from './duckdb-table.ts'

export interface LargeAuditOptions {
  /** What is predicted from what; left out, every numeric column is an input. */
  readonly columns?: ColumnSet
  /** Rows up to which quantiles and distinct values are exact; beyond, DuckDB's approximations. 50 million unless given. */
  readonly exactRows?: number
  /** Of the findings' sentences; English unless told. */
  readonly language?: AuditLanguage
  /** A validation table's columns may be constant and unscaled, and no weight sees its cells. */
  readonly part?: 'training' | 'validation'
}

export interface LargeAudit extends TableAudit {
  /** What was left out, or is approximate. */
  readonly assumptions: readonly string[]
}

const largestFloat32 = 2 ** 128 * (1 - 2 ** -24)

/** Summaries of all columns, and those findings that need no table in memory. */
export async function auditLarge(table: LargeTable,
  { columns: used, exactRows = 50_000_000, language = 'en', part = 'training' }: LargeAuditOptions = {}): Promise<LargeAudit> {
  const exact = table.rows <= exactRows
  const words = wordsOf(language)
  const names = emptyTable(table)
  const roleOf = ({ kind }: LargeColumn, index: number): Role => {
    if (used === undefined) return kind === 'numeric' ? 'input' : 'unused'
    return used.targets.includes(index) ? 'target' : used.inputs.includes(index) ? 'input' : 'unused'
  }
  const numeric = table.columns.flatMap(({ kind }, index) => (kind === 'numeric' ? [index] : []))
  const streamed = await streamedFigures(table, numeric)
  const ranks = await ranksOf(table, numeric, exact)
  const columns: ColumnSummary[] = []
  const findings = checkSurplus(names, words)
  for (const [index, column] of table.columns.entries()) {
    const role = roleOf(column, index)
    if (column.kind === 'text') {
      const summary = await textSummary(table, column, index, role, exact)
      columns.push(summary)
      if (role !== 'unused' && summary.missing > 0) findings.push(await missingTexts(table, names, index, summary.missing, words))
      continue
    }
    const figures = streamed.get(index)
    if (figures === undefined) continue
    const summary = numericSummary(column, index, role, figures, ranks.get(index))
    columns.push(summary)
    if (role !== 'unused') findings.push(...await checks(table, names, column, index, summary, figures, words, part))
  }
  if (part === 'training') findings.push(...checkScales(names, columns.flatMap(each => (each.kind === 'numeric' && each.role !== 'unused' ? [each] : [])), words))
  const told = part === 'training' ? findings : findings.map(found => inValidation(found, words))
  return {
    name: table.name, rows: table.rows, columns, duplicates: { within: 0, across: 0 }, comparisons: [], findings: bySeverity(told),
    assumptions: [
      ...table.assumptions,
      'The table was audited without loading it: rows that repeat, copies of columns and cells far from all others were not looked for.',
      ...(exact ? [] : ['Quantiles and the numbers of distinct values are approximate.']),
    ],
  }
}

/** Errors first, else in the order in which they were found. */
export function bySeverity(findings: readonly Finding[]): Finding[] {
  const severities = ['error', 'warning', 'note']
  return [...findings].sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity))
}

interface Streamed {
  readonly scale: StreamedScale
  /** The first rows (from 0) that are not finite, and those that float32 cannot hold or square. */
  readonly notFinite: number[]
  readonly huge: number[]
  /** From the second pass on, once the range is known; a column without a finite value has none. */
  histogram?: Histogram
}

/** So many columns are streamed at once: their pieces take 128 MiB. */
const columnsAtOnce = 256

async function streamedFigures(table: LargeTable, numeric: readonly number[]): Promise<ReadonlyMap<number, Streamed>> {
  const streamed = new Map(numeric.map(index => [index, { scale: new StreamedScale(), notFinite: [], huge: [] } as Streamed]))
  for (let at = 0; at < numeric.length; at += columnsAtOnce) await stream(table, numeric.slice(at, at + columnsAtOnce), streamed)
  return streamed
}

/** A pass for sums, one for squares, more only for numbers near the ends of doubles. */
async function stream(table: LargeTable, numeric: readonly number[], streamed: ReadonlyMap<number, Streamed>): Promise<void> {
  let wanted = [...numeric]
  for (let pass = 0; wanted.length > 0; pass++) {
    for await (const piece of table.numbers(wanted)) {
      wanted.forEach((index, c) => {
        const [values, figures] = [piece.columns[c], streamed.get(index)]
        if (values === undefined || figures === undefined) return
        figures.scale.take(values)
        if (pass === 0) note(values, piece.row, figures)
        else if (pass === 1) figures.histogram?.take(values)
      })
    }
    wanted = wanted.filter(index => streamed.get(index)?.scale.pass() === true)
    if (pass === 0) for (const index of wanted) begin(streamed.get(index))
  }
}

function note(values: Float64Array, row: number, { notFinite, huge }: Streamed): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (!isFiniteNumber(value)) {
      if (notFinite.length < mostRows) notFinite.push(row + i)
    } else if (value * value > largestFloat32 && huge.length < mostRows) huge.push(row + i)
  }
}

function begin(figures: Streamed | undefined): void {
  if (figures === undefined) return
  const { min, max } = figures.scale.figures()
  figures.histogram = new Histogram(min, max)
}

interface Ranks {
  readonly quantiles: readonly number[]
  readonly distinct: number
}

/** Approximations of so many columns are made in one pass; exact figures hold all of a column's values, and are made one by one. */
const approximatedAtOnce = 64

async function ranksOf(table: LargeTable, numeric: readonly number[], exact: boolean): Promise<ReadonlyMap<number, Ranks>> {
  const ranks = new Map<number, Ranks>()
  const each = exact ? 1 : approximatedAtOnce
  const width = quantileShares.length + 1
  for (let at = 0; at < numeric.length; at += each) {
    const some = numeric.slice(at, at + each)
    const row = await table.database.row(ranksSql(table, some, exact), some.length * width)
    some.forEach((index, i) => {
      const [distinct = 0, ...quantiles] = row.slice(i * width, (i + 1) * width).map(Number)
      ranks.set(index, { distinct, quantiles })
    })
  }
  return ranks
}

/** Of each column the number of distinct finite values and their quantiles. A list of quantiles is one state, where each alone would hold every value again. */
function ranksSql({ columns, relation }: LargeTable, some: readonly number[], exact: boolean): string {
  const shares = `[${quantileShares.join(', ')}]`
  const cells = some.map((index, i) => `${columns[index]?.sql ?? 'NULL'} AS x${i}`)
  const states = some.flatMap((_, i) => [
    `${exact ? `count(DISTINCT x${i})` : `approx_count_distinct(x${i})`} FILTER (isfinite(x${i})) AS n${i}`,
    `${exact ? 'quantile_cont' : 'approx_quantile'}(x${i}, ${shares}) FILTER (isfinite(x${i})) AS q${i}`,
  ])
  const wanted = some.flatMap((_, i) => [`n${i}::DOUBLE`, ...quantileShares.map((_share, q) => `q${i}[${q + 1}]::DOUBLE`)])
  return `SELECT ${wanted.join(', ')} FROM (SELECT ${states.join(', ')} FROM (SELECT ${cells.join(', ')} FROM ${relation}))`
}

function numericSummary({ name }: LargeColumn, index: number, role: Role, { scale, histogram }: Streamed, ranks: Ranks | undefined): NumericSummary {
  const { finite, nan, inf, min, max, mean, deviation, constant } = scale.figures()
  const none = finite === 0
  return {
    kind: 'numeric', name, column: index + 1, role, finite, nan, inf, min, max,
    mean: none ? NaN : mean, std: none ? NaN : deviation, constant: !none && constant, distinct: none ? 0 : ranks?.distinct ?? 0,
    quantiles: quantileShares.map((share, i) => ({ share, value: none ? NaN : ranks?.quantiles[i] ?? NaN })),
    histogram: histogram?.counts ?? new Array<number>(bins).fill(0),
  }
}

function distinctSql(exact: boolean): string {
  return exact ? 'count(DISTINCT x)' : 'approx_count_distinct(x)'
}

async function textSummary({ database, relation, rows }: LargeTable, { name, sql }: LargeColumn, index: number, role: Role,
  exact: boolean): Promise<TextSummary> {
  const cells = `(SELECT nullif(${sql}, '') AS x FROM ${relation})`
  const [present, distinct] = await database.row(`SELECT count(x)::DOUBLE, ${distinctSql(exact)}::DOUBLE FROM ${cells}`, 2)
  const frequent: { text: string, count: number }[] = []
  const most = `SELECT x, count(*)::DOUBLE AS n FROM ${cells} WHERE x IS NOT NULL GROUP BY x ORDER BY n DESC, x LIMIT 8`
  for await (const chunk of database.chunks(most)) {
    for (let i = 0; i < chunk.rowCount; i++) frequent.push({ text: String(chunk.getColumnVector(0).getItem(i)),
      count: Number(chunk.getColumnVector(1).getItem(i)) })
  }
  return { kind: 'text', name, column: index + 1, role, present: Number(present), missing: rows - Number(present),
    distinct: Number(distinct), frequent }
}

async function checks(table: LargeTable, names: Table, column: LargeColumn, index: number, summary: NumericSummary,
  { notFinite, huge }: Streamed, words: AuditWords, part: 'training' | 'validation'): Promise<Finding[]> {
  const place = words.place(names, index)
  const { finite, nan, inf, min, max, mean, constant, role } = summary
  const found: Finding[] = []
  const texts = { count: column.texts, examples: column.notNumber === null || column.texts === 0 ? [] : await textsIn(table, column.notNumber, column.name) }
  const missing = nan - texts.count
  if (missing + inf > 0) {
    const says = words.notFinite(place, missing, inf, table.rows, { rows: notFinite, count: missing + inf })
    found.push(finding(words, 'not-finite', names, index, says,
      { rows: notFinite, count: missing + inf, facts: { finite, nan: missing, inf } }))
  }
  if (texts.count > 0) {
    found.push(finding(words, 'text-in-numbers', names, index, words.texts(place, texts.count, texts.examples.map(quoted), null),
      { rows: notFinite, count: texts.count, facts: { texts: texts.examples } }))
  }
  const largest = Math.max(Math.abs(min), Math.abs(max))
  if (largest * largest > largestFloat32) {
    const extreme = Math.abs(min) === largest ? min : max
    const at = { rows: huge, count: huge.length }
    const [id, says] = largest > largestFloat32 ? ['beyond-float32', words.beyondFloat32(place, written(extreme), at)] as const
      : ['square-overflows', words.squareOverflows(place, written(extreme), at)] as const
    found.push(finding(words, id, names, index, says, { rows: huge, facts: { largest: extreme } }))
  }
  if (part === 'training' && finite > 1 && constant) {
    const says = words.constant(place, min === max ? written(min) : null, written(min), written(max), finite === table.rows ? null : finite)
    const id = role === 'target' ? 'constant-target' : 'constant-column'
    found.push(finding(words, id, names, index, says, { facts: { mean, min, max } }))
  }
  return found
}

async function missingTexts(table: LargeTable, names: Table, index: number, missing: number, words: AuditWords): Promise<Finding> {
  const rows: number[] = []
  let row = 0
  for await (const text of table.texts(index)) {
    if (text === null) rows.push(row)
    if (rows.length === Math.min(missing, mostRows)) break
    row++
  }
  const says = words.missingTexts(words.place(names, index), missing, table.rows, { rows, count: missing })
  return finding(words, 'not-finite', names, index, says, { rows, count: missing, facts: { missing } })
}

/** Some of a column's texts that are no numbers. */
async function textsIn({ database, relation }: LargeTable, condition: string, name: string): Promise<string[]> {
  const examples: string[] = []
  for await (const chunk of database.chunks(`SELECT DISTINCT ${sqlName(name)} FROM ${relation} WHERE ${condition} LIMIT 3`)) {
    for (let i = 0; i < chunk.rowCount; i++) examples.push(String(chunk.getColumnVector(0).getItem(i)))
  }
  return examples.sort()
}

/** The table's names without its cells, for sentences. */
export function emptyTable({ name, rows, columns, surplus }: LargeTable): Table {
  const empty = columns.map((column): Column => (column.kind === 'numeric'
    ? { kind: 'numeric', name: column.name, values: new Float64Array(0) }
    : { kind: 'text', name: column.name, codes: new Int32Array(0), levels: [] }))
  return { name, rows, columns: empty, origin: () => ({}), ...surplus }
}
