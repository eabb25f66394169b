/** Rows that end before the last column: the cells that they lack are NaN. docs/causes/ragged-rows.md */
import { cellFinding } from '../cell-findings.ts'
import type { Cell } from '../cells.ts'
import type { Table } from '../../table/table.ts'
import { say, type Cause, type Finding, type Said } from '../finding.ts'
import { watchedCells } from '../watched/findings.ts'
import { rowsOf } from '../watched/timing.ts'

export const raggedRows: Cause = {
  id: 'ragged-rows',
  explains: ['non-finite'],
  words: {
    en: {
      'name': 'rows cut short',
      'summary.one': 'One training row ends too early, and the cell that it lacks is NaN: {cells:cells}.',
      'summary.row': 'One training row ends too early, and the {count:count} cells that it lacks are NaN: {cells:cells}.',
      'summary.many': '{rows:count} training rows end too early, and the {count:count} cells that they lack are NaN: {cells:cells}.',
      'fix.drop.one': 'leaves out 1 of {of:count} rows',
      'fix.drop.many': 'leaves out {rows:count} of {of:count} rows',
      'fix.impute': "puts the column's median where cells are missing",
      'ruled-out': 'every row has all its cells',
      'ruled-out.long.one': 'no row ends too early, but row {row:count}, on line {line:count}, has too many cells',
      'ruled-out.long.many': 'no row ends too early, but {rows:count} rows have too many cells, the first of them row {row:count}, on line {line:count}',
    },
    zh: {
      'name': '残缺的行',
      'summary.one': '有一个训练行提前结束，缺少的单元格成为 NaN：{cells:cells}。',
      'summary.row': '有一个训练行提前结束，缺少的 {count:count} 个单元格成为 NaN：{cells:cells}。',
      'summary.many': '{rows:count} 个训练行提前结束，缺少的 {count:count} 个单元格成为 NaN：{cells:cells}。',
      'fix.drop.one': '去掉 {of:count} 行中的 1 行',
      'fix.drop.many': '去掉 {of:count} 行中的 {rows:count} 行',
      'fix.impute': '在缺少的单元格填入该列的中位数',
      'ruled-out': '每一行都是完整的',
      'ruled-out.long.one': '没有提前结束的行，但第 {row:count} 行（文件第 {line:count} 行）的单元格过多',
      'ruled-out.long.many': '没有提前结束的行，但有 {rows:count} 行的单元格过多，首先是第 {row:count} 行（文件第 {line:count} 行）',
    },
  },
  check: evidence => said(cellFinding(evidence, absentOf(evidence.badCells))),
  ruleOut: ({ badCells, experiment }) => (badCells.some(({ line }) => line !== undefined) && absentOf(badCells).length === 0
    ? wholeRows(experiment.training.table) : null),
  watched: facts => said(watchedCells(facts, absentOf(facts.badCells))),
}

function absentOf(cells: readonly Cell[]): Cell[] {
  return cells.filter(({ absent }) => absent === true)
}

/** One row usually lacks several cells. */
function said(finding: Finding | null): Finding | null {
  return finding === null || finding.cells.length === 1 || rowsOf(finding.cells).length > 1 ? finding : { ...finding, summary: { ...finding.summary, message: 'summary.row' } }
}

/** That no row ends too early; and which go on too long, since the cells after a stray delimiter stand in other columns. */
function wholeRows(table: Table): Said {
  const { rows: [first] = [], count: rows = 0 } = table.surplus ?? {}
  const line = first === undefined ? undefined : table.origin(first, 0).line
  if (first === undefined || line === undefined) return say('ruled-out')
  return say(rows === 1 ? 'ruled-out.long.one' : 'ruled-out.long.many', { rows, row: first + 1, line })
}
