/** Words and numbers that mean a missing value, in tables whose format knows none: text files and sheets are told while they are read. */
import { TableError } from './errors.ts'
import { plural, shown } from './names.ts'
import { missingNumbers } from './readers/csv/numbers.ts'
import type { Column, FileContents, NumericColumn, Table, TextColumn } from './table.ts'

/**
 * The same file with the cells missing that hold one of `missing`, numbers compared by value; `origin` has what stood there.
 * Throws a TableError `missing-stored` for columns that stand outside memory.
 */
export function withMissing(contents: FileContents, missing: readonly string[]): FileContents {
  const words = new Set(missing.map(word => word.trim().toLowerCase()))
  const numbers = missingNumbers(missing, '.')
  const assumptions: string[] = []
  const variables = contents.variables.map(variable => {
    if (variable.table === undefined) return variable
    const { table, cells } = cleared(variable.table, words, numbers)
    if (cells === 0) return variable
    assumptions.push(`${plural(cells, 'cell')} of ${shown(table.name)} ${cells === 1 ? 'holds' : 'hold'} ${missing.map(shown).join(' or ')} and ${cells === 1 ? 'is' : 'are'} missing.`)
    return { ...variable, table }
  })
  return { ...contents, variables, assumptions: [...contents.assumptions, ...assumptions] }
}

function cleared(table: Table, words: ReadonlySet<string>, numbers: ReadonlySet<number>): { readonly table: Table; readonly cells: number } {
  let cells = 0
  const columns = table.columns.map(column => {
    const [made, count] = clearedColumn(table, column, words, numbers)
    cells += count
    return made
  })
  const origin: Table['origin'] = (row, index) => {
    const [was, is] = [table.columns[index], columns[index]]
    const found = table.origin(row, index)
    if (was === is || found.text !== undefined) return found
    const text = was?.kind === 'numeric' && is?.kind === 'numeric' && is.values[row] !== was.values[row] ? String(was.values[row])
      : was?.kind === 'text' && is?.kind === 'text' && (is.codes[row] ?? -1) < 0 ? was.levels[was.codes[row] ?? -1] : undefined
    return text === undefined || text === 'NaN' ? found : { ...found, text, missing: true }
  }
  return { table: { ...table, columns, origin }, cells }
}

function clearedColumn(table: Table, column: Column, words: ReadonlySet<string>, numbers: ReadonlySet<number>): [Column, number] {
  switch (column.kind) {
    case 'numeric': return numbers.size === 0 ? [column, 0] : clearedNumbers(column, numbers)
    case 'text': return clearedTexts(column, words)
    case 'stored': throw new TableError('missing-stored', `${shown(table.name)} is read from disk (--memory), where reading.missing is for text alone. `
      + 'Leave one of the two out, or save the table as CSV.', { table: table.name })
    default: return column satisfies never
  }
}

function clearedNumbers(column: NumericColumn, numbers: ReadonlySet<number>): [Column, number] {
  let count = 0
  // A copy is made when there is something to clear: columns may be views on the file's own bytes.
  let values = column.values
  for (let row = 0; row < values.length; row++) {
    if (!numbers.has(values[row]!)) continue
    if (count++ === 0) values = values.slice()
    values[row] = Number.NaN
  }
  return [count === 0 ? column : { ...column, values }, count]
}

function clearedTexts(column: TextColumn, words: ReadonlySet<string>): [Column, number] {
  const kept = column.levels.filter(level => !words.has(level.trim().toLowerCase()))
  if (kept.length === column.levels.length) return [column, 0]
  const places = new Map(kept.map((level, code) => [level, code]))
  let count = 0
  const codes = column.codes.map(code => {
    const place = places.get(column.levels[code] ?? '') ?? -1
    if (place < 0 && code >= 0) count++
    return place
  })
  return [{ ...column, codes, levels: kept }, count]
}
