/** Fixes that causes share: leaving rows out, as flags and as lines of NumPy and MATLAB. */
import type { Change } from '../record/change.ts'
import type { Options } from '../network/recipes.ts'
import type { OptimizerSpec } from '../network/spec.ts'
import type { Experiment } from '../training/experiment.ts'
import type { Cell } from './cells.ts'
import { say, type Fix, type Said } from './finding.ts'

/** The used columns in the words of NumPy (from 0) and MATLAB (from 1): a range where they are neighbours, else a list. */
export function usedColumns({ training: { columns } }: Experiment): { python: string; matlab: string } {
  const used = [...columns.inputs, ...columns.targets].sort((a, b) => a - b)
  const [first = 0] = used
  const last = used.at(-1) ?? 0
  if (last - first + 1 !== used.length) return { python: `[${used.join(', ')}]`, matlab: `[${used.map(index => index + 1).join(' ')}]` }
  return { python: `${first === 0 ? '' : first}:${last + 1}`, matlab: `${first + 1}:${last + 1}` }
}

/** Leaves out every row with a cell that is not finite: what `--nonfinite drop` does. */
export function dropNonFinite(experiment: Experiment, says: Said): Fix {
  const { python, matlab } = usedColumns(experiment)
  return {
    flags: ['--nonfinite drop'],
    changes: [{ kind: 'settings', set: { nonFinite: 'drop' } }],
    code: { python: `d = d[np.isfinite(d[:, ${python}]).all(axis=1)]`, matlab: `T(any(~isfinite(T(:,${matlab})),2),:) = [];` },
    says,
  }
}

/** Puts the column's median in: what `--nonfinite impute` does, and what remains where too many rows would go. */
export function imputeNonFinite(experiment: Experiment, says: Said): Fix {
  const { python, matlab } = usedColumns(experiment)
  return {
    flags: ['--nonfinite impute'],
    changes: [{ kind: 'settings', set: { nonFinite: 'impute' } }],
    code: {
      python: `c = d[:, ${python}]; d[:, ${python}] = np.where(np.isfinite(c), c, np.nanmedian(np.where(np.isfinite(c), c, np.nan), axis=0))`,
      matlab: `C = T(:,${matlab}); C(~isfinite(C)) = NaN; T(:,${matlab}) = fillmissing(C, 'constant', median(C, 'omitnan'));`,
    },
    says,
  }
}

/** Leaves these rows out. */
export function excludeRows(experiment: Experiment, cells: readonly Cell[], says: Said): Fix {
  const rows = [...new Set(cells.map(({ row }) => row))].sort((a, b) => a - b)
  const all = [...new Set([...experiment.settings.excludeRows, ...rows])].sort((a, b) => a - b)
  const changes: Change[] = [{ kind: 'settings', set: { excludeRows: all } }]
  return {
    flags: [`--exclude-rows ${all.join(',')}`], changes, says,
    code: { python: `d = np.delete(d, [${rows.map(row => row - 1).join(', ')}], axis=0)`, matlab: `T([${rows.join(' ')}],:) = [];` },
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

/** Another learning rate, all else of the optimizer as it is; two digits, since nobody sets more. */
export function rateFix(optimizer: OptimizerSpec, rate: number, says: Said): Fix {
  const learningRate = Number(rate.toPrecision(2))
  return settingsFix({ optimizer: { ...optimizer, learningRate } }, says, {
    flags: [`--rate ${learningRate}`], python: `learning_rate = ${learningRate}`, matlab: `learningRate = ${learningRate};`,
  })
}

/** What fixes change, as attempts to be tried in the same order. */
export function attemptsOf(fixes: readonly Fix[]): (readonly Change[])[] {
  return fixes.flatMap(({ changes }) => (changes === null ? [] : [changes]))
}
