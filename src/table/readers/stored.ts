/** A column of numbers that a reader makes piece by piece and that goes into a scratch. */
import { NumberWriter, type Scratch } from '../stored.ts'
import { ExactDigits } from './exact.ts'
import type { MadeColumn } from './mat-columns.ts'

export class MadeWriter {
  private writer: NumberWriter | undefined
  private readonly exact = new ExactDigits()
  private rows = 0

  constructor(private readonly scratch: Scratch, private readonly name: string) {}

  /** The next rows; those of text are none of its. */
  add({ column, exact }: MadeColumn): void {
    if (column.kind !== 'numeric') throw new Error(`no numbers in ${this.name}, a column of numbers`)
    this.writer ??= new NumberWriter(this.scratch, column.values instanceof Float32Array)
    this.writer.append(column.values)
    this.exact.append(exact, this.rows)
    this.rows += column.values.length
  }

  made(): MadeColumn {
    return { column: (this.writer ?? new NumberWriter(this.scratch, false)).column(this.name), exact: this.exact }
  }
}
