/**
 * Names in a log: written with underscores, strokes or in capitals, and as frameworks call things. And logs as tables, whose first
 * line holds the names: what Keras's CSVLogger, Lightning's and a line of one's own write.
 */
export type Fields = ReadonlyMap<string, unknown>

/** As frameworks call what a line may hold. */
const otherNames: Readonly<Record<string, string>> = {
  trainloss: 'loss', trainingloss: 'loss', losstrain: 'loss', batchloss: 'loss', trainlossstep: 'loss', trainlossepoch: 'loss', totalloss: 'loss',
  valloss: 'validation', validationloss: 'validation', lossval: 'validation', vallossepoch: 'validation', testloss: 'validation', evalloss: 'validation',
  globalstep: 'step', iteration: 'step', iter: 'step', gradientnorm: 'gradnorm',
}

/** Names without underscores and strokes, in small letters, as this reads them; of two that come to one, the first that has a value. */
export function named(entries: Iterable<readonly [string, unknown]>): Fields {
  const fields = new Map<string, unknown>()
  for (const [name, content] of entries) {
    const plain = name.trim().replace(/[_\-/. ]/g, '').toLowerCase()
    const known = otherNames[plain] ?? plain
    if (fields.get(known) === undefined) fields.set(known, content)
  }
  return fields
}

/** Cells that say that there is no value. */
const absent = /^(?:|na|n\/a|none|null)$/i

/** The columns of a log that is a table. */
export class LogColumns {
  private constructor(private readonly names: readonly string[], private readonly delimiter: string) {}

  /** Null where a line is no header: none of its names is a loss. */
  static of(text: string): LogColumns | null {
    const delimiter = [',', ';', '\t'].find(sign => text.includes(sign)) ?? ','
    const names = cellsOf(text, delimiter)
    const known = named(names.map(name => [name, name]))
    if (!known.has('loss') && !known.has('validation')) return null
    return names.every(name => /^[\w\-/. ]*$/.test(name) && Number.isNaN(Number(name === '' ? 'x' : name))) ? new LogColumns(names, delimiter) : null
  }

  /** A line's cells by their names; those that hold nothing are left out. */
  fields(text: string): Fields {
    const cells = cellsOf(text, this.delimiter)
    return named(this.names.flatMap((name, i): [string, unknown][] => {
      const cell = cells[i] ?? ''
      return absent.test(cell) ? [] : [[name, Number.isNaN(Number(cell)) ? cell : Number(cell)]]
    }))
  }
}

function cellsOf(text: string, delimiter: string): string[] {
  return text.split(delimiter).map(cell => cell.trim().replace(/^"(.*)"$/, '$1'))
}
