/**
 * A finite cell so far out that a square, a product or a second moment of it overflows, or that it throws the weights off.
 * docs/causes/outlier-overflow.md
 */
import { batchRows } from '../../backends/backend.ts'
import { calm } from '../calm.ts'
import { placeOf } from '../cells.ts'
import type { Evidence } from '../evidence.ts'
import { say, type Cause, type Finding } from '../finding.ts'
import { excludeStrays, noFix } from '../fixes.ts'
import { deleteLines, strayLines } from '../lines.ts'
import { outliersOf } from '../outliers.ts'
import { validates, validationStep } from '../trouble.ts'
import { codeFix, plainFinding } from '../watched/findings.ts'
import { heldRows, rowsOf } from '../watched/timing.ts'
import { watchedCell } from '../watched/run.ts'
import { cellAt } from '../../table/rows.ts'

/** In robust spreads of the column: a normal column of 10^9 rows has none beyond 7. */
const far = 50
const veryFar = 1e3

export const outlierOverflow: Cause = {
  id: 'outlier-overflow',
  explains: ['non-finite', 'validation'],
  words: {
    en: {
      'name': 'overflow',
      'summary.one': 'One cell holds {value:figure}, too much for {stage:said}: {cells:cells}. Half of that column lies within {spread:figure} of {median:figure}.',
      'summary.many': '{count:count} cells lie far outside their columns, up to {value:figure}: {cells:cells}.',
      'fix.one': 'leaves out 1 of {of:count} rows',
      'fix.many': 'leaves out {rows:count} of {of:count} rows',
      'summary.validation': 'The validation loss overflows over {cells:cells}: {value:figure}, where half of the training column lies within {spread:figure} of {median:figure}. Training never reads it.',
      'proof.validation': 'With {cells:said} repaired, the validation loss after step {steps:count} is finite. The weights are the same bits.',
      'fix.validation': 'validate on rows whose values could be measured: leave such rows out of the validation table',
      'ruled-out': 'largest value {largest:figure}',
      'summary.watched': 'The failing batch is the first to hold {cells:cells}: {value:figure} in a column half of which lies within {spread:figure} of {median:figure}.',
    },
    zh: {
      'name': '溢出',
      'summary.one': '有一个单元格的值为 {value:figure}，超出了{stage:said}所能承受的范围：{cells:cells}。该列有一半的值与 {median:figure} 相差不超过 {spread:figure}。',
      'summary.many': '{count:count} 个单元格远离所在列，最大为 {value:figure}：{cells:cells}。',
      'fix.one': '去掉 {of:count} 行中的 1 行',
      'fix.many': '去掉 {of:count} 行中的 {rows:count} 行',
      'summary.validation': '验证损失因{cells:cells}而溢出：其值为 {value:figure}，而训练表该列有一半的值与 {median:figure} 相差不超过 {spread:figure}。训练从未读到它。',
      'proof.validation': '修复{cells:said}后，第 {steps:count} 步之后的验证损失是有限的。权重一位不变。',
      'fix.validation': '只用可信的行来验证：从验证表中去掉这样的行',
      'ruled-out': '最大值 {largest:figure}',
      'summary.watched': '失败的批第一次含有{cells:cells}：{value:figure}，而该列有一半的值与 {median:figure} 相差不超过 {spread:figure}。',
    },
  },
  check(evidence) {
    const { experiment, incident, trace } = evidence
    // A NaN or Infinity that came in with the data was made by no operation.
    if (incident !== null && trace?.birth?.kind === 'data') return null
    if (incident === null && validationStep(evidence) !== null) return strayInValidation(evidence)
    const { columns } = evidence
    const drawn = new Set(incident === null ? [] : batchRows(incident.drawn.batch))
    // What the precision rounds to Infinity is infinite to the network, which is a cause of its own.
    const outliers = outliersOf(evidence, far, drawn).filter(({ cell }) => Math.abs(cell.encoded) !== Infinity)
    const [first] = outliers
    if (first === undefined || (incident === null && !(Math.abs(first.cell.value) > (evidence.bounds.forMoments ?? evidence.bounds.forLoss ?? Infinity)))) return null
    const cells = outliers.map(({ cell }) => cell)
    const column = columns.find(({ index }) => index === first.cell.column - 1)
    const rows = new Set(cells.map(({ index }) => index)).size
    const facts = {
      cells, count: cells.length, rows, of: experiment.training.rows.length, value: first.cell.value, stage: [say(`stage.${trace?.birth?.stage ?? 'loss'}`)],
      median: column?.median ?? Number.NaN, spread: (column?.spread ?? Number.NaN) / 1.4826,
    }
    const isBirth = trace?.birth?.datasetRow !== null && cells.some(({ datasetRow }) => datasetRow === trace?.birth?.datasetRow)
    return {
      weight: isBirth || first.distance > 1e6 ? 0.93 : first.distance > veryFar ? 0.8 : 0.45,
      summary: say(cells.length === 1 ? 'summary.one' : 'summary.many', facts), cells,
      evidence: { value: first.cell.value, distance: first.distance, median: facts.median, spread: facts.spread },
      tryThis: [[{ kind: 'repair', cells: cells.map(placeOf) }]],
      cured: calm,
      chance: null,
      fixes: [excludeStrays(evidence, cells, say(rows === 1 ? 'fix.one' : 'fix.many', facts))],
    }
  },
  ruleOut({ trace }) {
    return trace?.birth?.kind !== 'data' ? null : say('ruled-out', { largest: trace.largest.value })
  },
  watched({ run, columns, newRows, badCells }) {
    const { failure, table, rowsKnown } = run
    if (failure === null || !rowsKnown || heldRows(run, rowsOf(badCells)).atFailure) return null
    const strays = columns.filter(({ part }) => part === 'input' || run.columns.targets.length > 0).flatMap(({ part, index, median, spread }) => newRows.flatMap(row => {
      const column = table.columns[index]
      const value = column?.kind === 'numeric' ? column.values[row] ?? Number.NaN : Number.NaN
      const distance = Math.abs(value - median) / (spread > 0 ? spread : Math.max(Math.abs(median), 1))
      return Number.isFinite(value) && distance >= far ? [{ distance, median, spread: spread / 1.4826, cell: watchedCell('training', part, cellAt(table, row, index), true) }] : []
    })).sort((a, b) => b.distance - a.distance)
    const [first] = strays
    if (first === undefined || strays.length > 20) return null
    const cells = strays.map(({ cell }) => cell)
    const facts = { cells, value: first.cell.value, median: first.median, spread: first.spread }
    return {
      ...plainFinding, cells, weight: first.distance > veryFar ? 0.8 : 0.5, summary: say('summary.watched', facts), evidence: { value: facts.value, distance: first.distance },
      fixes: [{
        ...codeFix(say(cells.length === 1 ? 'fix.one' : 'fix.many', { rows: rowsOf(cells).length, of: table.rows })),
        code: strayLines(cells, { table, columns: run.columns, rows: Uint32Array.from({ length: table.rows }, (_, row) => row), figures: columns }),
      }],
    }
  },
}

/** A finite cell of the validation table alone that makes its loss overflow. */
function strayInValidation(evidence: Evidence): Finding | null {
  const { experiment, badValidationCells, columns } = evidence
  const strays = badValidationCells.length > 0 ? [] : outliersOf(evidence, veryFar, new Set(), 'validation')
  const [first] = strays
  const step = validationStep(evidence)
  if (first === undefined || step === null) return null
  const cells = strays.map(({ cell }) => cell)
  // Columns of both tables are matched by their place among inputs and targets.
  const of = first.cell.part === 'input' ? 'inputs' : 'targets'
  const place = experiment.validation?.columns[of].indexOf(first.cell.column - 1) ?? -1
  const column = columns.find(({ part, index }) => part === first.cell.part && index === experiment.training.columns[of][place])
  const facts = { cells, value: first.cell.value, median: column?.median ?? Number.NaN, spread: (column?.spread ?? Number.NaN) / 1.4826 }
  const shared = experiment.validation?.table === experiment.training.table
  return {
    weight: 0.9, summary: say('summary.validation', facts), cells, evidence: { value: facts.value, distance: first.distance, median: facts.median, spread: facts.spread },
    tryThis: [[{ kind: 'repair', cells: cells.map(placeOf) }]], until: step, cured: validates, proofSays: () => say('proof.validation'), chance: null,
    fixes: shared ? [excludeStrays(evidence, cells, say('fix.validation'))] : [{ ...noFix('fix.validation'), code: deleteLines(rowsOf(cells), 'validation') }],
  }
}
