/**
 * What tables hold, and what in them would harm training. Every finding is a fact about the cells, with its rule stated
 * where it is checked; a column that is not used is summarised and never blamed. Time is linear in rows, but for one sort of
 * each column.
 */
import { checkExtremes, checkFinite, checkMagnitude, checkSurplus, type Profiled } from './audit/cells.ts'
import { checkDependence } from './audit/dependence.ts'
import { RowIndex } from './audit/duplicates.ts'
import { finding, mostRows, type Finding } from './audit/finding.ts'
import { profileOf, textSummaryOf, type ColumnSummary, type NumericSummary, type Role } from './audit/profile.ts'
import { checkCounting, checkOffset, checkScales, checkVariation } from './audit/scales.ts'
import { checkCategories, checkShift, compare, Outside, type Comparison } from './audit/shift.ts'
import { wordsOf, type AuditLanguage, type AuditWords } from './audit/words.ts'
import { matchColumns, type ColumnSet } from './columns.ts'
import { shown } from './names.ts'
import type { Table, TextColumn } from './table.ts'
import { inMemory } from './stored.ts'

export type { Finding, FindingId } from './audit/finding.ts'
export type { ColumnSummary } from './audit/profile.ts'
export type { Comparison } from './audit/shift.ts'

export interface TableAudit {
  readonly name: string
  readonly rows: number
  readonly columns: readonly ColumnSummary[]
  /** Rows that repeat an earlier row of this table, or, of a validation table, one of the training table; in the used columns. */
  readonly duplicates: { readonly within: number; readonly across: number }
  /** Of a validation table: how each used column of numbers lies in it and in the training table. */
  readonly comparisons: readonly Comparison[]
  readonly findings: readonly Finding[]
}

/** What `audit --json` prints; NaN and infinities are for the printer to write as strings. */
export interface Audit {
  readonly tables: readonly TableAudit[]
}

export interface AuditedTables {
  readonly training: Table
  readonly validation?: Table | null
  /** Of the findings' sentences; English unless told. */
  readonly language?: AuditLanguage
}

/**
 * Audits a training table, and a validation table against it. `columns` (from 0, of the training table) says which are
 * used and how; without it every numeric column counts as an input. Throws TableError `missing-columns` or `column-kind` when the
 * validation table lacks a used column.
 */
export function audit(tables: AuditedTables, columns?: ColumnSet): Audit {
  const { language = 'en' } = tables
  const { training, validation = null } = tables
  const used = columns ?? { inputs: training.columns.flatMap(({ kind }, index) => (kind === 'text' ? [] : [index])), targets: [] }
  const words = wordsOf(language)
  const order = [...used.inputs, ...used.targets]
  const matched = validation === null ? [] : matchColumns(training, order, validation)
  const first = new TableAuditor(training, 'training', used, words)
  const split = used.inputs.length
  const theirs = { inputs: matched.slice(0, split), targets: matched.slice(split) }
  const second = validation === null ? null : new TableAuditor(validation, 'validation', theirs, words)
  first.columns((profiled, index) => {
    const at = matched[order.indexOf(index)]
    if (second !== null && at !== undefined) second.column(at, other => second.compared(profiled, other, order.length))
  })
  second?.columns(() => undefined)
  second?.categories(training, order, matched)
  first.whole(used, training)
  const index = indexWithin(first, order, validation)
  if (second !== null && validation !== null) lookAcross(first, second, index, order, matched)
  return { tables: second === null ? [first.result()] : [first.result(), second.result()] }
}

const validationChecks = [checkFinite, checkMagnitude, checkExtremes]
/** Whether a column varies matters where scales are taken from: in training. */
const trainingChecks = [...validationChecks, checkVariation, checkOffset, checkCounting]

class TableAuditor {
  readonly findings: Finding[] = []
  private readonly comparisons: Comparison[] = []
  duplicates = { within: 0, across: 0 }
  private readonly summaries: (ColumnSummary | undefined)[]
  private readonly rows: Uint32Array
  private readonly roles: readonly Role[]

  constructor(readonly table: Table, private readonly part: 'training' | 'validation', used: ColumnSet, readonly words: AuditWords) {
    this.summaries = new Array<ColumnSummary | undefined>(table.columns.length).fill(undefined)
    this.rows = Uint32Array.from({ length: table.rows }, (_, row) => row)
    const [inputs, targets] = [new Set(used.inputs), new Set(used.targets)]
    this.roles = table.columns.map((_, index) => (targets.has(index) ? 'target' : inputs.has(index) ? 'input' : 'unused'))
    this.findings.push(...checkSurplus(table, words))
  }

  /** Every column not looked at yet; `also` sees each numeric one that is used while its sorted values are at hand. */
  columns(also: (profiled: Profiled, index: number) => void): void {
    for (let index = 0; index < this.table.columns.length; index++) {
      if (this.summaries[index] !== undefined) continue
      this.column(index, profiled => {
        also(profiled, index)
        return []
      })
    }
  }

  column(index: number, also: (profiled: Profiled) => readonly Finding[]): void {
    const { table, words } = this
    const [column, role] = [table.columns[index], this.roles[index] ?? 'unused']
    if (column === undefined) return
    if (column.kind === 'text') {
      const summary = this.summaries[index] ??= textSummaryOf(column, index, role)
      if (role !== 'unused' && summary.kind === 'text' && summary.missing > 0) this.missingTexts(column, index)
      return
    }
    // Of columns that stand outside memory one is held at a time.
    const held = inMemory(column)
    const profiled: Profiled = { table, index, column: held, role, profile: profileOf(held, index, role, this.rows), words }
    this.summaries[index] = profiled.profile.summary
    if (role === 'unused') return
    for (const check of this.part === 'training' ? trainingChecks : validationChecks) this.findings.push(...check(profiled))
    this.findings.push(...also(profiled))
  }

  private missingTexts(column: TextColumn, index: number): void {
    const { table, words } = this
    const rows = [...this.rows].filter(row => column.codes[row]! < 0)
    const says = words.missingTexts(words.place(table, index), rows.length, table.rows, { rows, count: rows.length })
    this.findings.push(finding(words, 'not-finite', table, index, says, { rows, facts: { missing: rows.length } }))
  }

  /** A column beside the same of the training table. */
  compared(training: Profiled, own: Profiled, columns: number): Finding[] {
    const comparison = compare(training, own, columns)
    if (comparison === null) return []
    this.comparisons.push(comparison)
    return checkShift(training, own, comparison, (low, high) => new Outside(low, high).take(own.column.values))
  }

  /** Texts that are new to the training table's columns. */
  categories(training: Table, order: readonly number[], matched: readonly number[]): void {
    order.forEach((from, i) => {
      const [own, index] = [training.columns[from], matched[i] ?? -1]
      const column = this.table.columns[index]
      if (own?.kind === 'text' && column?.kind === 'text') this.findings.push(...checkCategories(own, this.table, index, column, this.words))
    })
  }

  /** What several columns tell together. */
  whole({ inputs, targets }: ColumnSet, table: Table): void {
    const { words } = this
    this.findings.push(...checkScales(table, this.numeric(), words), ...checkDependence(table, inputs, targets, words))
    if (table.rows < inputs.length) {
      const says = words.moreColumnsThanRows(shown(table.name), table.rows, inputs.length)
      this.findings.push(finding(words, 'more-columns-than-rows', table, null, says, { facts: { rows: table.rows, inputs: inputs.length } }))
    }
  }

  numeric(): NumericSummary[] {
    return this.summaries.flatMap(summary => (summary?.kind === 'numeric' && summary.role !== 'unused' ? [summary] : []))
  }

  /** How many different rows the columns allow, were they independent: the product of what each may hold. */
  kinds(order: readonly number[]): number {
    return order.reduce((product, index) => product * poolOf(this.summaries[index]?.distinct ?? 1, this.table.rows), 1)
  }

  result(): TableAudit {
    const severities = ['error', 'warning', 'note']
    const told = this.part === 'training' ? this.findings : this.findings.map(found => inValidation(found, this.words))
    const ordered = [...told].sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity))
    const columns = this.summaries.flatMap(summary => summary ?? [])
    return { name: this.table.name, rows: this.table.rows, columns, duplicates: this.duplicates, comparisons: this.comparisons, findings: ordered }
  }
}

/**
 * Repeats are said when there are more than 20 times those that chance makes: in a table of a few whole numbers rows
 * coincide by themselves.
 */
const beyondChance = 20

function indexWithin(auditor: TableAuditor, order: readonly number[], other: Table | null = null): RowIndex {
  const { table, words } = auditor
  const index = new RowIndex(table, order, other)
  const again = index.fill()
  auditor.duplicates = { ...auditor.duplicates, within: again.length }
  const [one] = again
  if (one !== undefined && again.length > (beyondChance * table.rows ** 2) / 2 / auditor.kinds(order)) {
    const says = words.duplicateRows(shown(table.name), again.length, one.row + 1, one.first + 1)
    auditor.findings.push(finding(words, 'duplicate-rows', table, null, says, repeats(again)))
  }
  return index
}

function lookAcross(
  training: TableAuditor, validation: TableAuditor, index: RowIndex, order: readonly number[], matched: readonly number[],
): void {
  const { table, words } = validation
  indexWithin(validation, matched)
  const shared = index.lookUp(table, matched)
  validation.duplicates = { ...validation.duplicates, across: shared.length }
  const [one] = shared
  // The longer table tells best how many different rows there may be.
  const kinds = Math.max(training.kinds(order), validation.kinds(matched))
  if (one === undefined || shared.length <= (beyondChance * table.rows * training.table.rows) / kinds) return
  const says = words.duplicatesAcross(shown(table.name), shared.length, shown(training.table.name), one.row + 1, one.first + 1)
  validation.findings.push(finding(words, 'duplicates-across', table, null, says, repeats(shared)))
}

function repeats(pairs: readonly { readonly row: number; readonly first: number }[]): { rows: number[]; facts: { first: number[] } } {
  return { rows: pairs.map(({ row }) => row), facts: { first: pairs.slice(0, mostRows).map(({ first }) => first + 1) } }
}

/**
 * From how many equally likely values `rows` draws would show `distinct` different ones: distinct = pool (1 - exp(-rows /
 * pool)), solved by halving; rows squared where all differ.
 */
function poolOf(distinct: number, rows: number): number {
  let [low, high] = [Math.log(Math.max(1, distinct)), 2 * Math.log(Math.max(2, rows))]
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2
    const pool = Math.exp(middle)
    if (-pool * Math.expm1(-rows / pool) < distinct) low = middle
    else high = middle
  }
  return Math.exp(high)
}

/** The same cells do less in a validation table: no weight sees them. */
export function inValidation(found: Finding, words: AuditWords): Finding {
  const wouldDo = words.inValidation[found.id]
  return wouldDo === undefined ? found : { ...found, severity: found.severity === 'note' ? 'note' : 'warning', wouldDo }
}
