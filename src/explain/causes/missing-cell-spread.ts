/** One missing cell in the mean of its column makes the mean NaN, and scaling by it the whole column. docs/causes/missing-cell-spread.md */
import { say, type Cause } from '../finding.ts'
import { codeFix, plainFinding } from '../watched/findings.ts'
import type { WatchedRun } from '../watched/run.ts'
import { failingAt, heldRows, rowsOf } from '../watched/timing.ts'

export const missingCellSpread: Cause = {
  id: 'missing-cell-spread',
  explains: ['non-finite'],
  words: {
    en: {
      'name': 'a missing cell spread by scaling',
      'summary.without': 'The first step failed without drawing any bad cell, and the table holds {cells:cells}: the mean of a column with one NaN is NaN, and scaling by it makes every row of the column NaN.',
      'summary': 'The first step failed, and the table holds {cells:cells}: where columns are scaled by their mean over all cells, one NaN makes every row of its column NaN.',
      'fix': 'takes mean and deviation over the cells that are there, once such rows are out',
      'ruled-out': 'steps before the failing one were finite, and a column of NaN spares none',
    },
    zh: {
      'name': '缩放使缺失值扩散',
      'summary.without': '第一步没有抽到任何坏单元格就失败了，而表中有{cells:cells}：一列中只要有一个 NaN，均值就是 NaN，用它缩放会使该列每一行都变成 NaN。',
      'summary': '第一步就失败了，而表中有{cells:cells}：若按整列的均值缩放，一个 NaN 会使该列每一行都变成 NaN。',
      'fix': '只对存在的单元格求均值和标准差，并先去掉这样的行',
      'ruled-out': '失败之前的步都有限，而整列 NaN 不会放过任何一步',
    },
  },
  check: () => null,
  watched({ run, badCells }) {
    const cells = badCells.filter(({ value }) => Number.isNaN(value) || Math.abs(value) === Infinity)
    // A program that is known not to scale spreads nothing.
    if (cells.length === 0 || run.declared.standardize === false || failingAt(run) !== 1 || run.failure?.first !== 'loss' || run.after.finite > 0) return null
    const rows = rowsOf(cells)
    const held = run.rowsKnown && heldRows(run, rows).atFailure
    const { badPositions } = run.failure.step
    // A column of NaN spares no row of a batch.
    if (badPositions !== null && badPositions.length < (run.batch ?? 0)) return null
    return {
      ...plainFinding, cells, weight: weightOf(run, rows, held),
      summary: say(run.rowsKnown && !held ? 'summary.without' : 'summary', { cells }), evidence: { cells: cells.length, step: run.failure.step.step },
      fixes: [codeFix(say('fix'), 'd = d[np.isfinite(d).all(axis=1)]; d = (d - d.mean(axis=0)) / d.std(axis=0)', "T(any(~isfinite(T),2),:) = []; T = (T - mean(T,1)) ./ std(T,0,1);")],
    }
  },
  ruleOutWatched: ({ run, badCells }) => (badCells.length > 0 && run.failure !== null && run.losses.length > 0 && run.failure.first === 'loss' ? say('ruled-out') : null),
}

/**
 * How much rarer columns that spread are than rows that are drawn: three to one in a program that scales (many leave out missing
 * cells when they take a mean), ten to one where nobody said that it does.
 */
const rarer = { said: 3, unsaid: 10 }

/**
 * Where no bad cell was drawn, only this explains the first step. Where one was, its row alone explains it as well: but that the
 * very first batch holds one is as rare as the batch is small, and a column that spread always breaks it.
 */
function weightOf({ rowsKnown, batch, table, declared }: WatchedRun, rows: readonly number[], held: boolean): number {
  if (!rowsKnown) return 0.55
  if (!held) return 0.93
  const chance = batch === null ? 0.5 : 1 - (1 - Math.min(batch / table.rows, 1)) ** rows.length
  return chance * (declared.standardize === true ? rarer.said : rarer.unsaid) < 1 ? 0.96 : 0.4
}
