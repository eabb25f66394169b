/**
 * Which tables to train and to validate on: as told, else by their names, else the only one. Whatever was assumed is said.
 */
import { type Candidate, candidatesIn, withoutExtension } from './candidates.ts'
import { TableError } from './errors.ts'
import { count, isNamed, list, nearestName, plural, shown } from './names.ts'
import type { Role } from './roles.ts'
import type { FileContents, Table, Variable } from './table.ts'

/** The share of training rows put aside for validation where nothing else is said. */
export const defaultValidationShare = 0.2

export interface TablesRequest {
  /** A variable, a file, or FILE:VARIABLE. */
  readonly train?: string | undefined
  /** The same, or the share of training rows to put aside, or none. */
  readonly validation?: string | number | false | undefined
}

export interface FoundTables {
  readonly training: Table
  readonly validation: Table | null
  /** The share of training rows to put aside for validation; null with a validation table, or without validation. */
  readonly validationShare: number | null
  /** Columns of `training` (from 0) that are targets because the file keeps them in a variable of their own; else null. */
  readonly targets: readonly number[] | null
  /** A sentence each. */
  readonly assumptions: readonly string[]
}

/**
 * Finds the training table, and the validation table or the share to put aside for it.
 *
 * Told, a name is a variable's, a file's, or FILE:VARIABLE. Not told, a pair with names like train and valid (else train
 * and test) and the same columns is taken; else the only table, or the largest of one file, with 0.2 of its rows put
 * aside. `train` without `validation` means no validation. Variables such as `X_train` and `y_train` are joined.
 *
 * Throws TableError: `no-such-variable`, `several-variables`, `not-a-table`, `no-table`, `several-tables`, `no-rows`,
 * `one-column`, `no-numeric-columns`, `validation-share`.
 */
export function findTables(contents: readonly FileContents[], request: TablesRequest = {}): FoundTables {
  const assumptions: string[] = []
  const candidates = candidatesIn(contents, assumptions)
  const told = typeof request.validation === 'string' ? named(contents, candidates, request.validation) : null
  const share = typeof request.validation === 'number' ? checkedShare(request.validation) : null

  const said = new Set<Candidate>()
  const found = (training: Candidate, validation: Candidate | null, ofRows: number | null): FoundTables => (
    foundTables(training, validation, ofRows, [...assumptions, ...unused(contents, candidates, new Set([training, validation, ...said]))])
  )
  if (request.train !== undefined) return found(named(contents, candidates, request.train), told, share)
  // The only table, named to validate on, is the one to train on as well.
  if (told !== null && candidates.length === 1) return found(told, told, share)
  const usable = candidates.filter(candidate => candidate !== told && fault(candidate.table) === null)
  if (usable.length === 0) throw nothingUsable(contents, candidates.filter(candidate => candidate !== told))
  if (told !== null || request.validation !== undefined) {
    return found(only(usable, assumptions, said), told, share)
  }
  const pair = pairByName(usable, assumptions, said)
  if (pair !== null) return found(pair.training, pair.validation, null)
  const training = only(usable, assumptions, said)
  // What is put aside is said by who draws it, with the number of rows and the seed.
  return found(training, null, defaultValidationShare)
}

function foundTables(training: Candidate, validation: Candidate | null, share: number | null, assumptions: readonly string[]): FoundTables {
  for (const { table, file } of validation === null ? [training] : [training, validation]) {
    const problem = fault(table)
    if (problem !== null) throw new TableError(problem.id, `${shown(table.name)} in ${shown(file)} ${problem.says}`,
      { table: table.name, file })
  }
  const same = training === validation ? [`${shown(training.table.name)} is trained on and validated on: the validation loss says nothing of other rows.`] : []
  const width = training.table.columns.length
  const targets = training.targets === 0 ? null : Array.from({ length: training.targets }, (_, i) => width - training.targets + i)
  return { training: training.table, validation: validation === training ? another(training.table) : validation?.table ?? null, validationShare: share, targets, assumptions: [...assumptions, ...same] }
}

/** What is said of files that were named and are not used, where nothing else says so. */
function unused(contents: readonly FileContents[], candidates: readonly Candidate[], said: ReadonlySet<Candidate | null>): string[] {
  const spoken = new Set([...said].flatMap(candidate => candidate?.files ?? []))
  return contents.filter(({ file }) => !spoken.has(file)).map(({ file }) => {
    const own = candidates.find(candidate => candidate.file === file)
    const problem = own === undefined ? null : fault(own.table)
    const why = own === undefined ? 'it holds no table.' : problem === null ? 'it was named neither to train nor to validate on.' : `it ${problem.says}`
    return `${shown(file)} is not used: ${why}`
  })
}

/** The same cells as a table of its own: where both sides are one table, validation rows are held-back training rows. */
function another(table: Table): Table {
  return { ...table, origin: (row, column) => table.origin(row, column) }
}

/** The candidate that a request names. */
function named(contents: readonly FileContents[], candidates: readonly Candidate[], wanted: string): Candidate {
  const base = wanted.replace(/^.*[\\/]/, '')
  const fits = [
    (candidate: Candidate) => candidate.table.name === wanted,
    (candidate: Candidate) => `${candidate.file}:${candidate.table.name}` === base,
    (candidate: Candidate) => candidate.file === base,
    (candidate: Candidate) => withoutExtension(candidate.file) === base,
    (candidate: Candidate) => candidate.table.name.toLowerCase() === wanted.toLowerCase(),
  ]
  for (const fit of fits) {
    const matching = candidates.filter(fit)
    const usable = matching.filter(candidate => fault(candidate.table) === null)
    const [first] = usable.length === 0 ? matching : usable
    if (usable.length > 1) throw several(wanted, usable)
    if (first !== undefined) return first
  }
  throw noSuch(contents, candidates, wanted)
}

function several(wanted: string, usable: readonly Candidate[]): TableError {
  const choices = usable.map(candidate => `${candidate.file}:${candidate.table.name}`)
  return new TableError('several-variables', `${shown(wanted)} may be any of ${list(choices.map(shown))}: write the one that is meant in `
    + `this way.`, { wanted, choices })
}

function noSuch(contents: readonly FileContents[], candidates: readonly Candidate[], wanted: string): TableError {
  const variables = contents.flatMap(file => file.variables)
  const variable = variables.find(({ name }) => name === wanted)
  if (variable !== undefined && variable.table === undefined) {
    return new TableError('not-a-table', `${shown(wanted)} cannot be used as a table: ${reason(variable)}`,
      { wanted, class: variable.class, dims: variable.dims })
  }
  const names = [...new Set([...candidates.map(({ table }) => table.name), ...contents.map(({ file }) => file)])]
  const nearest = nearestName(wanted, names)
  const hint = nearest === null ? '' : ` Was ${shown(nearest)} meant?`
  const where = list(contents.map(({ file }) => shown(file)))
  return new TableError('no-such-variable', `There is no variable or file ${shown(wanted)}: ${where} `
    + `${contents.length === 1 ? 'holds' : 'hold'} ${describe(candidates)}.${hint}`, { wanted, names, nearest })
}

function describe(candidates: readonly Candidate[]): string {
  if (candidates.length === 0) return 'no table'
  return list(candidates.map(({ table }) => `${shown(table.name)} (${count(table.rows)} x ${count(table.columns.length)})`))
}

function reason(variable: Variable): string {
  return variable.unsupported ?? `it is of class ${shown(variable.class)} with dimensions ${variable.dims.join(' x ')}; a table has rows `
    + `and columns of numbers.`
}

/** A training and a validation table that their names tell: train with valid, else train with test. */
function pairByName(usable: readonly Candidate[], assumptions: string[], said: Set<Candidate>): { training: Candidate; validation: Candidate } | null {
  const pairs = (role: Role) => usable.filter(candidate => candidate.role === 'training').flatMap(training =>
    usable.filter(other => other.role === role && other.stem === training.stem && sameColumns(training.table, other.table))
      .map(validation => ({ training, validation })))
  const byValidation = pairs('validation')
  const byTest = pairs('test')
  const choices = byValidation.length > 0 ? byValidation : byTest
  const [pair] = choices
  if (pair === undefined) {
    for (const candidate of usable.filter(({ role }) => role === 'validation' || role === 'test')) {
      said.add(candidate)
      assumptions.push(`${shown(candidate.table.name)} is not used: its columns are not those of a training table.`)
    }
    return null
  }
  if (choices.length > 1) throw tooMany(choices.flatMap(({ training, validation }) => [training, validation]))
  const { training, validation } = pair
  assumptions.push(`Training on ${shown(training.table.name)}, validating on ${shown(validation.table.name)}: their names and columns `
    + `fit together.`)
  if (byValidation.length > 0) byTest.forEach(other => said.add(other.validation))
  if (byValidation.length > 0 && byTest.length > 0) assumptions.push(`${list(byTest.map(other => shown(other.validation.table.name)))} `
    + `is left for testing.`)
  return pair
}

function sameColumns(a: Table, b: Table): boolean {
  if (a.columns.length !== b.columns.length) return false
  if (!a.columns.every(isNamed) || !b.columns.every(isNamed)) return true
  const names = new Set(a.columns.map(column => column.name))
  return b.columns.every(column => names.has(column.name))
}

/** The one table to train on where none is named: the one called training, else the only, else the largest of one file. */
function only(usable: readonly Candidate[], assumptions: string[], said: Set<Candidate>): Candidate {
  const training = usable.filter(({ role }) => role === 'training')
  const others = usable.filter(({ role }) => role === null)
  const choices = training.length > 0 ? training : others.length > 0 ? others : usable
  const bySize = [...choices].sort((a, b) => size(b.table) - size(a.table))
  const [largest, next] = bySize
  if (largest === undefined || next === undefined) {
    if (largest === undefined) throw tooMany(usable)
    usable.forEach(other => said.add(other))
    if (usable.length > 1) assumptions.push(`Training on ${shown(largest.table.name)}, by its name; `
      + `${list(usable.filter(other => other !== largest).map(({ table }) => shown(table.name)))} ${usable.length === 2 ? 'is' : 'are'} `
      + `not used.`)
    return largest
  }
  // Of equals, or of files that were each handed in, none is more likely to be meant.
  if (size(largest.table) === size(next.table) || new Set(choices.map(({ file }) => file)).size > 1) throw tooMany(choices)
  assumptions.push(`Training on ${shown(largest.table.name)}, the largest of ${describe(bySize)}.`)
  return largest
}

function size(table: Table): number {
  return table.rows * table.columns.length
}

function tooMany(choices: readonly Candidate[]): TableError {
  const unique = [...new Set(choices)]
  const several = new Set(unique.map(({ file }) => file)).size > 1
  const write = ({ file, table }: Candidate): string => shown(several ? file : table.name)
  const sized = (one: Candidate): string => `${write(one)} (${count(one.table.rows)} x ${count(one.table.columns.length)})`
  const [first] = unique
  return new TableError('several-tables', `Several tables could be trained on: `
    + `${list(unique.map(sized))}. `
    + `Name the one to train on, such as --train ${first === undefined ? 'NAME' : write(first)}, and with --validation the one to `
    + `validate on.`, { tables: unique.map(({ file, table }) => ({ file, table: table.name })) })
}

/** Why a table cannot be trained on whatever the settings, as the end of a sentence that starts with its name. */
function fault(table: Table): { id: string; says: string } | null {
  const width = table.columns.length
  if (width === 0) return { id: 'no-rows', says: 'has no columns: a table of measurements was expected.' }
  if (table.rows === 0) return { id: 'no-rows', says: `has ${plural(width, 'column')} and no rows: at least two rows of measurements are `
    + `needed.` }
  if (width === 1) return { id: 'one-column', says: `has ${plural(table.rows, 'row')} and a single column: a target and at least one `
    + `input are needed.` }
  if (!table.columns.some(column => column.kind !== 'text')) {
    return { id: 'no-numeric-columns', says: `has ${plural(width, 'column')}, all of them text: at least one column of numbers is `
      + `needed. If its numbers are written in another way (units, decimal commas), write them plainly.` }
  }
  return null
}

function nothingUsable(contents: readonly FileContents[], candidates: readonly Candidate[]): TableError {
  const files = list(contents.map(({ file }) => shown(file)))
  const [largest] = [...candidates].sort((a, b) => size(b.table) - size(a.table))
  const problem = largest === undefined ? null : fault(largest.table)
  if (largest !== undefined && problem !== null) {
    const name = largest.table.name === withoutExtension(largest.file) ? files : `${shown(largest.table.name)} in ${shown(largest.file)}`
    return new TableError(problem.id, `${name} ${problem.says}`,
      { file: largest.file, table: largest.table.name, rows: largest.table.rows, columns: largest.table.columns.length })
  }
  const unsupported = contents.flatMap(({ variables }) => variables.filter(({ table }) => table === undefined))
  const [first] = unsupported
  const says = first === undefined ? '' : reason(first)
  // Readers' sentences begin with the variable's name.
  const why = first === undefined ? '' : ` ${says.startsWith(first.name) ? '' : `${shown(first.name)}: `}${says}`
  return new TableError('no-table', `${files} ${contents.length === 1 ? 'holds' : 'hold'} no table of numbers with rows and columns.${why}`,
    { files: contents.map(({ file }) => file), variables: unsupported.map(({ name }) => name) })
}

function checkedShare(share: number): number {
  if (share > 0 && share < 1) return share
  throw new TableError('validation-share', `The share of rows for validation is ${share}; it lies between 0 and 1, such as 0.2.`, { share })
}
