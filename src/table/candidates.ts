/** The tables that could be trained on: each variable of each file, and the joins of inputs and targets that stand apart. */
import { columnOfRow, joinTables } from './join.ts'
import { count, plural, shown } from './names.ts'
import { nameParts, type Role, type Side } from './roles.ts'
import type { FileContents, Table } from './table.ts'

export interface Candidate {
  /** The file that the inputs stand in. */
  readonly file: string
  /** All its files: of a join there may be two. */
  readonly files: readonly string[]
  readonly table: Table
  readonly role: Role | null
  readonly side: Side | null
  readonly stem: string
  /** Of a joined table: how many of the last columns are targets. */
  readonly targets: number
}

/** Every table, with inputs and targets joined where names and rows fit; each join is said. */
export function candidatesIn(contents: readonly FileContents[], assumptions: string[]): Candidate[] {
  return joined(contents.flatMap(candidatesOf), assumptions)
}

function candidatesOf(contents: FileContents): Candidate[] {
  const tables = contents.variables.flatMap(variable => (variable.table === undefined ? [] : [variable.table]))
  const ofFile = nameParts(withoutExtension(contents.file))
  return tables.map((table): Candidate => {
    const parts = nameParts(table.name)
    // train.mat and valid.mat may both hold a variable called `data`: then the files' names tell them apart.
    const role = parts.role ?? ofFile.role
    return { file: contents.file, files: [contents.file], table, role, side: parts.side, stem: parts.stem, targets: 0 }
  })
}

/**
 * Replaces each pair of inputs and targets of one role and one stem by their join: two variables of one file, or, where
 * the file has no such targets, of two files.
 */
function joined(candidates: readonly Candidate[], assumptions: string[]): Candidate[] {
  const result = [...candidates]
  for (const inputs of candidates.filter(({ side }) => side === 'inputs')) {
    const named = result.filter(other => other.side === 'targets' && other.role === inputs.role && other.stem === inputs.stem)
    const near = named.filter(other => other.file === inputs.file)
    const choices = near.length > 0 ? near : named
    const partners = choices.filter(other => targetsFor(inputs.table, other.table) !== null)
    const [partner] = partners
    const targets = partner === undefined ? null : targetsFor(inputs.table, partner.table)
    if (partner === undefined || targets === null) assumptions.push(...choices.map(other => unfit(inputs.table, other.table)))
    if (partner === undefined || targets === null || partners.length > 1) continue
    const files = [...new Set([inputs.file, partner.file])]
    const table = joinTables(inputs.table, targets, files.length === 1 ? null : { inputs: inputs.file, targets: partner.file })
    result.splice(result.indexOf(inputs), 1, { ...inputs, files, table, side: null, targets: targets.columns.length })
    result.splice(result.indexOf(partner), 1)
    if (targets !== partner.table) assumptions.push(`${shown(partner.table.name)} is one row of ${count(targets.rows)}: it was taken as a column.`)
    assumptions.push(`${shown(inputs.table.name)} (${plural(inputs.table.columns.length, 'column')}) and ${shown(targets.name)} `
      + `(${plural(targets.columns.length, 'column')}) were joined: inputs from the one, targets from the other.`)
  }
  return result
}

/** The targets as they stand, or their only row as a column, whichever has the inputs' rows. */
function targetsFor(inputs: Table, targets: Table): Table | null {
  if (targets.rows === inputs.rows) return targets
  return targets.rows === 1 && targets.columns.length === inputs.rows ? columnOfRow(targets) : null
}

function unfit(inputs: Table, targets: Table): string {
  const size = ({ name, rows, columns }: Table): string => `${shown(name)} (${count(rows)} x ${count(columns.length)})`
  return `${size(targets)} was not joined to ${size(inputs)}: their numbers of rows differ.`
}

export function withoutExtension(file: string): string {
  return file.replace(/(?<=.)\.[^.]*$/, '')
}
