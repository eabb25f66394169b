/** What could not be taken as it stood, collected while reading and said in one sentence per kind. */
import { quoted } from '../../names.ts'
import type { CellProblem } from '../../table.ts'

const mostKept = 1000

export class Problems {
  /** The first thousand, in the file's order. */
  readonly kept: CellProblem[] = []
  private readonly counts = new Map<CellProblem['kind'], number>()
  /** Those of the row being read, which may have to be read again. */
  private row: CellProblem[] = []

  add(problem: CellProblem): void {
    this.row.push(problem)
  }

  /** The row is whole: its problems count. */
  endRow(): void {
    if (this.row.length === 0) return
    for (const problem of this.row) {
      this.counts.set(problem.kind, (this.counts.get(problem.kind) ?? 0) + 1)
      if (this.kept.length < mostKept) this.kept.push(problem)
    }
    this.row = []
  }

  /** The row will be read again. */
  dropRow(): void {
    this.row = []
  }

  /** One sentence per kind: how many, and where the first ones are. */
  sentences(columns: number): string[] {
    const says: Readonly<Record<CellProblem['kind'], (n: number) => string>> = {
      ragged: n => `${n === 1 ? '1 row does' : `${n} rows do`} not have ${columns} cells; missing ones are NaN, further ones are left out:`,
      unparsed: n => `${n === 1 ? '1 cell' : `${n} cells`} in columns of numbers ${n === 1 ? 'is' : 'are'} no number and became NaN:`,
      overflow: n => `${n === 1 ? '1 number is' : `${n} numbers are`} beyond the largest double and became NaN:`,
    }
    return [...this.counts].map(([kind, count]) => {
      const first = this.kept.filter(problem => problem.kind === kind).slice(0, 3)
      const places = first.map(({ line, column, text }) => `line ${line}${kind === 'ragged' ? '' : `, column ${column} (${quoted(text)})`}`)
      if (places.length === 0) places.push('all after the first thousand problems')
      return `${says[kind](count)} ${places.join('; ')}${count > first.length && first.length > 0 ? '; …' : ''}.`
    })
  }
}
