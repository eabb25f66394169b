/** Fixes that causes share: leaving rows out, as flags and as lines of NumPy and MATLAB. */
import type { Change } from '../record/change.ts'
import type { Options } from '../network/recipes.ts'
import type { Experiment } from '../training/experiment.ts'
import type { Cell } from './cells.ts'
import type { Evidence } from './evidence.ts'
import { say, type Fix, type Said } from './finding.ts'
import { dropLines, fillLines, strayLines } from './lines.ts'
import { rateLines } from './rates.ts'

/** Leaves out every row with a cell that is not finite: what `--nonfinite drop` does. */
export function dropNonFinite(evidence: BadCells, side: Cell['side'], says: Said): Fix {
  return { flags: ['--nonfinite drop'], changes: [{ kind: 'settings', set: { nonFinite: 'drop' } }], code: dropLines(askedOf(evidence, side)), says }
}

/** Puts the column's median in: what `--nonfinite impute` does, and what remains where too many rows would go. */
export function imputeNonFinite(evidence: BadCells, side: Cell['side'], says: Said): Fix {
  return { flags: ['--nonfinite impute'], changes: [{ kind: 'settings', set: { nonFinite: 'impute' } }], code: fillLines(askedOf(evidence, side)), says }
}

type BadCells = Pick<Evidence, 'experiment' | 'badCells' | 'badValidationCells'>

/** Of which table the other program asks what is finite, and at which precision: a cell of 1e200 is finite until it is rounded to float32. */
function askedOf({ experiment: { training, validation }, badCells, badValidationCells }: BadCells, side: Cell['side']): Parameters<typeof dropLines>[0] {
  const apart = side === 'validation' && validation !== null && validation.table !== training.table
  const cells = side === 'training' ? badCells : badValidationCells
  const single = cells.some(({ value }) => Number.isFinite(value) && !Number.isFinite(Math.fround(value)))
  return { columns: apart ? validation.columns : training.columns, single, side: apart ? 'validation' : 'training' }
}

/** Leaves the rows of these cells out, which lie far out of their columns. */
export function excludeStrays({ experiment, columns }: Pick<Evidence, 'experiment' | 'columns'>, cells: readonly Cell[], says: Said): Fix {
  const rows = [...new Set(cells.map(({ row }) => row))].sort((a, b) => a - b)
  const all = [...new Set([...experiment.settings.excludeRows, ...rows])].sort((a, b) => a - b)
  return {
    flags: [`--exclude-rows ${all.join(',')}`], changes: [{ kind: 'settings', set: { excludeRows: all } }], says,
    code: strayLines(cells, { ...experiment.training, figures: columns }),
  }
}

/** A setting, as a flag. Other programs say it in their own way. */
export function settingFix(flags: readonly string[], change: Change, says: Said, code: Fix['code'] = { python: null, matlab: null }): Fix {
  return { flags, changes: [change], code, says }
}

/** For causes that no flag cures. */
export function noFix(message: string): Fix {
  return { flags: [], changes: null, code: { python: null, matlab: null }, says: say(message) }
}

/** Settings changed alone, by their flags; where no flag says them, as what a settings file would hold. */
export function settingsFix(set: Options, says: Said, { flags, python = null, matlab = null }: { flags?: readonly string[]; python?: string | null; matlab?: string | null } = {}): Fix {
  return settingFix(flags ?? [`--settings '${JSON.stringify(set)}'`], { kind: 'settings', set }, says, { python, matlab })
}

/** Another learning rate, its schedule and all else of the optimizer as they are; two digits, since nobody sets more. */
export function rateFix(experiment: Pick<Experiment, 'settings' | 'steps'>, rate: number, says: Said): Fix {
  const learningRate = Number(rate.toPrecision(2))
  return settingsFix({ optimizer: { ...experiment.settings.optimizer, learningRate } }, says, { flags: [`--rate ${learningRate}`], ...rateLines(learningRate, experiment) })
}

/** One fix and another, of two faults at once. */
export function bothFixes(one: Fix, other: Fix): Fix {
  const changes: readonly Change[] | null = one.changes === null || other.changes === null ? null : [...one.changes, ...other.changes]
  const lines = (a: string | null, b: string | null): string | null => (a === null && b === null ? null : [...new Set([a, b])].filter(line => line !== null).join('\n'))
  return {
    flags: [...new Set([...one.flags, ...other.flags])], changes, says: say('fix.together', { first: [one.says], second: [other.says] }),
    code: { python: lines(one.code.python, other.code.python), matlab: lines(one.code.matlab, other.code.matlab) },
  }
}

/** What fixes change, as attempts to be tried in the same order. */
export function attemptsOf(fixes: readonly Fix[]): (readonly Change[])[] {
  return fixes.flatMap(({ changes }) => (changes === null ? [] : [changes]))
}
