/** Holds an explanation against what is known of its case. */
import type { Explanation } from '../../src/explain/explanation.ts'
import type { OddCell, Setup, TrialCase } from './list.ts'

export interface Verdict {
  readonly id: string
  readonly kind: string
  readonly breaks: TrialCase['breaks']
  readonly expected: readonly string[]
  /** What the explanation said. */
  readonly outcome: string
  readonly first: string | null
  readonly proven: boolean
  /** For a healthy run: that it was called healthy. */
  readonly detected: boolean
  readonly right: boolean
  /** Every odd cell of a used column named and no other; null where there are none to name. */
  readonly cellsExact: boolean | null
  /** A decoy was blamed, or a proof has no replay behind it. */
  readonly wrong: string | null
  /** Processor time of explaining, and of the run that is explained, to its planned end. */
  readonly milliseconds: number
  readonly planned: number
  readonly replaced: readonly string[]
}

export function judge(one: TrialCase, said: Pick<Explanation, 'outcome' | 'cause' | 'replays'>, time: Pick<Verdict, 'milliseconds' | 'planned'>, replaced: readonly string[]): Verdict {
  const { outcome, cause, replays } = said
  const healthy = one.breaks === 'nothing'
  const named = new Set((cause?.cells ?? []).map(cell => `${cell.table} ${cell.index} ${cell.column - 1}`))
  const due = new Set(dueCells(one.run, one.cells))
  return {
    id: one.id, kind: healthy ? `healthy: ${one.kind}` : one.kind, breaks: one.breaks, expected: one.expected, outcome,
    first: cause?.id ?? null, proven: cause?.proven ?? false,
    detected: healthy ? outcome === 'healthy' : outcome === 'non-finite' || outcome === 'not-learning' || (outcome === 'at-risk' && cause !== null),
    right: healthy ? cause === null : cause !== null && one.expected.includes(cause.id),
    cellsExact: due.size === 0 ? null : named.size === due.size && [...due].every(cell => named.has(cell)),
    wrong: wrongIn(one, named, cause?.proven ?? false, replays),
    ...time, replaced,
  }
}

/** Where odd cells stand, as `table row column`, from 0. */
function dueCells({ data: { inputs, unused, outputs }, cutRows = [] }: Setup, cells: readonly OddCell[]): string[] {
  const used = Array.from({ length: inputs + unused + outputs }, (_, column) => column).filter(column => column < inputs || column >= inputs + unused)
  return [
    ...cells.map(({ table, row, column }) => `${table} ${row} ${column}`),
    ...cutRows.flatMap(row => used.filter(column => column >= 2).map(column => `training ${row} ${column}`)),
  ]
}

function wrongIn(one: TrialCase, named: ReadonlySet<string>, proven: boolean, replays: Explanation['replays']): string | null {
  const decoy = one.decoys.find(({ table, row, column }) => named.has(`${table} ${row} ${column}`))
  if (decoy !== undefined) return `blames the unused cell at row ${decoy.row}, column ${decoy.column}`
  const held = (kind: string): boolean => replays.some(replay => replay.kind === kind && replay.supports)
  if (proven && !held('taken-away') && !(held('clean') && held('put-back'))) return 'proven without a replay'
  return null
}
