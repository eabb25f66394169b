/** Findings whose cause is cells that are not finite: NaN or Infinity, in inputs or targets. */
import { placeOf, type Cell } from './cells.ts'
import type { Evidence } from './evidence.ts'
import { say, type Finding } from './finding.ts'
import { dropNonFinite, imputeNonFinite } from './fixes.ts'

/** A finding for these cells, or null when there is none. The trace's own birth among them makes it certain. */
export function cellFinding(evidence: Evidence, cells: readonly Cell[]): Finding | null {
  if (cells.length === 0) return null
  const { experiment, trace } = evidence
  const rows = [...new Set(cells.map(({ index }) => index))]
  const born = trace?.birth?.cell
  const isBirth = born !== undefined && born !== null && cells.some(({ index, column }) => index === born.index && column === born.column)
  const drawn = cells.some(cell => cell.drawn)
  const facts = { cells, rows: rows.length, of: experiment.training.rows.length, precision: experiment.settings.precision }
  const [first] = cells
  const message = cells.length > 1 ? 'summary.many' : Number.isFinite(first?.value) ? 'summary.rounded' : 'summary.one'
  return {
    weight: isBirth ? 0.99 : drawn ? 0.9 : trace === null ? 0.85 : 0.3,
    summary: say(message, { ...facts, count: cells.length }),
    cells,
    evidence: { cells: cells.length, rows: rows.length, trainingRows: experiment.training.rows.length, drawn: cells.filter(cell => cell.drawn).length },
    tryThis: [[{ kind: 'repair', cells: cells.map(placeOf) }]],
    chance: { rows, anyBatch: true },
    fixes: [
      dropNonFinite(evidence, 'training', say(rows.length === 1 ? 'fix.drop.one' : 'fix.drop.many', facts)),
      imputeNonFinite(evidence, 'training', say('fix.impute', facts)),
    ],
  }
}
