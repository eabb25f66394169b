/** A column of one value divided by its deviation, which is 0 or rounding. docs/causes/constant-column.md */
import { say, type Cause } from '../finding.ts'
import { codeFix, plainFinding } from '../watched/findings.ts'
import { failingAt, heldRows, rowsOf } from '../watched/timing.ts'

export const constantColumn: Cause = {
  id: 'constant-column',
  explains: ['non-finite'],
  words: {
    en: {
      'name': 'constant column',
      'summary': 'The first step failed, whatever its batch, and {column} is {value:figure} in every row: less its mean it is 0, its deviation is 0, and 0 / 0 is NaN in every row.',
      'summary.near': 'The first step failed, whatever its batch, and {column} is {value:figure} in every row but for rounding: its deviation is {deviation:figure}, and dividing by it gives noise, or NaN where it comes out as 0.',
      'fix': 'leaves columns without variance out of the scaling',
      'ruled-out': 'no column is constant',
    },
    zh: {
      'name': '常数列',
      'summary': '第一步就失败，与抽到哪批无关，而{column}每一行都是 {value:figure}：减去均值后为 0，标准差也为 0，0 / 0 使每一行都成为 NaN。',
      'summary.near': '第一步就失败，与抽到哪批无关，而{column}除舍入外每一行都是 {value:figure}：标准差为 {deviation:figure}，除以它得到噪声，若恰为 0 则得到 NaN。',
      'fix': '没有方差的列不参与缩放',
      'ruled-out': '没有常数列',
    },
  },
  check: () => null,
  watched({ run, columns, badCells }) {
    if (failingAt(run) !== 1 || run.failure?.first !== 'loss' || run.after.finite > 0 || run.declared.standardize === false) return null
    const column = columns.find(({ part, constant }) => constant && part === 'input')
    if (column === undefined) return null
    const held = heldRows(run, rowsOf(badCells))
    const facts = { column: column.name, value: column.median, deviation: column.max === column.min ? 0 : column.deviation }
    return {
      // Bad cells in the batch, or a column that they could have spread over, explain the first step as well.
      ...plainFinding, weight: held.atFailure ? 0.35 : badCells.length > 0 ? 0.6 : 0.88,
      summary: say(facts.deviation === 0 ? 'summary' : 'summary.near', facts), evidence: facts,
      fixes: [codeFix(say('fix'), 's = d.std(axis=0); s[s <= 1e-10 * np.abs(d).max(axis=0)] = 1; d = (d - d.mean(axis=0)) / s', 's = std(T,0,1); s(s <= 1e-10 * max(abs(T),[],1)) = 1; T = (T - mean(T,1)) ./ s;')],
    }
  },
  ruleOutWatched: ({ columns, run }) => (failingAt(run) === 1 && !columns.some(({ constant }) => constant) ? say('ruled-out') : null),
}
