/** What is worth knowing of a run that is not ill: rows that it swallowed, what it may have by heart, a line that does better. */
import type { Suspect } from './confirm.ts'
import type { Evidence } from './evidence.ts'
import { say, type Said } from './finding.ts'

/** What a straight line leaves of the network's error, from which on it is clearly better: and R2 differ by this at the least. */
const [clearly, leastGap] = [0.8, 0.02]

export function noticesOf({ case: { beside }, badValidationCells: cells }: Evidence, unproven: readonly Suspect[]): Said[] {
  const own = unproven.flatMap(({ cause: { id: cause }, finding: { notice } }) => (notice === undefined ? [] : [{ ...notice, cause }]))
  // A prediction that a unit bounded is finite, whatever came in.
  const swallowed = cells.length === 0 ? [] : [say('notice.validation', { cells, rows: new Set(cells.map(({ index }) => index)).size })]
  return [...swallowed, ...own, ...lineNotice(beside ?? null, own.length > 0)]
}

/** `unlike`: it is said already why more steps would not help; then any line that is better is. */
function lineNotice(beside: Evidence['case']['beside'] & object | null, unlike: boolean): Said[] {
  if (beside === null) return []
  const line = 1 - (1 - beside.r2) * (beside.line / beside.rmse) ** 2
  const isBetter = 1 - line < (unlike ? 1 : clearly) * (1 - beside.r2) && line - beside.r2 > leastGap
  return isBetter ? [say(unlike ? 'notice.line.too' : 'notice.line', { line, network: beside.r2 })] : []
}
