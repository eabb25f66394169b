/** Rows that were to be left out are drawn all the same: cleaning gave a new table, and nobody kept it. docs/causes/cleaning-thrown-away.md */
import { say, type Cause } from '../finding.ts'
import { codeFix, plainFinding } from '../watched/findings.ts'
import { rowsOf } from '../watched/timing.ts'

export const cleaningThrownAway: Cause = {
  id: 'cleaning-thrown-away',
  explains: ['non-finite'],
  words: {
    en: {
      'name': 'cleaning thrown away',
      'summary': 'The program is said to clean its table, and its batches hold rows that cleaning leaves out: {cells:cells}. What cleaning returned was not kept, or not trained on.',
      'fix': 'keeps what cleaning returns, and trains on that',
    },
    zh: {
      'name': '清洗结果被丢弃',
      'summary': '据说程序会清洗表格，而它的批中仍有本应去掉的行：{cells:cells}。清洗返回的结果没有保留，或没有用来训练。',
      'fix': '保留清洗返回的结果，并用它训练',
    },
  },
  check: () => null,
  watched({ run, badCells }) {
    if (run.declared.cleaned !== true) return null
    const drawn = new Set(run.failure?.step.rows ?? [])
    const cells = badCells.filter(({ index }) => drawn.has(index) || run.drawnAt(index) > 0)
    if (cells.length === 0) return null
    return {
      ...plainFinding, cells, weight: run.failure === null ? 0.5 : cells.some(({ index }) => drawn.has(index)) ? 0.97 : 0.6,
      summary: say('summary', { cells }), evidence: { cells: cells.length }, chance: { rows: rowsOf(badCells), anyBatch: true },
      fixes: [codeFix(say('fix'), 'd = d[np.isfinite(d).all(axis=1)]  # and: df = df.dropna()', 'T = rmmissing(T);')],
    }
  },
}
