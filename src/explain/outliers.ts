/** Cells of used columns that lie far out of their column: measured in robust spreads from its median, which they cannot move. */
import type { Evidence } from './evidence.ts'
import type { CellPlace } from '../record/change.ts'
import { cellBehind, columnsOfInputs, columnsOfTargets, type Cell } from './cells.ts'

export interface Outlier {
  readonly cell: Cell
  /** Distance from the column's median over its robust spread (or, where more than half the column is one value, over its size). */
  readonly distance: number
}

/** More cells than this are a column's own shape, not strays. */
export const mostOutliers = 20

/** Those at least `least` spreads of the training column out, the farthest first; none from a column that has many. */
export function outliersOf({ experiment, columns, incident }: Evidence, least: number, drawn: ReadonlySet<number>, name: CellPlace['side'] = 'training'): Outlier[] {
  const { training, encoding } = experiment
  const side = experiment[name]
  if (side === null) return []
  const positions = { input: columnsOfInputs(experiment), target: columnsOfTargets(experiment) }
  const found: Outlier[] = []
  for (const { part, index, median, spread, min, max } of columns) {
    if (part === 'target' && encoding.target.kind === 'class') continue
    const scale = spread > 0 ? spread : Math.max(Math.abs(median), 1)
    const distance = (value: number): number => Math.abs(value - median) / scale
    if (name === 'training' && Math.max(distance(min), distance(max)) < least) continue
    const of = part === 'input' ? 'inputs' : 'targets'
    const column = side.table.columns[side.columns[of][training.columns[of].indexOf(index)] ?? index]
    if (column?.kind !== 'numeric') continue
    const here: Outlier[] = []
    side.rows.forEach((row, datasetRow) => {
      const value = column.values[row] ?? Number.NaN
      if (!Number.isFinite(value) || distance(value) < least) return
      const cell = cellBehind(experiment, name, part, datasetRow, positions[part].indexOf(index), incident !== null && drawn.has(datasetRow))
      if (cell !== null) here.push({ cell, distance: distance(value) })
    })
    if (here.length <= mostOutliers) found.push(...here)
  }
  return found.sort((a, b) => b.distance - a.distance)
}
