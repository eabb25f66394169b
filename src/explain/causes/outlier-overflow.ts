/**
 * A finite cell so far out that a square, a product or a second moment of it overflows, that it throws the weights off, or that it
 * counts for more than all other rows. docs/causes/outlier-overflow.md
 */
import { leastBound } from '../bounds.ts'
import { batchRows } from '../../backends/backend.ts'
import type { Change } from '../../record/change.ts'
import { cellAt } from '../../table/rows.ts'
import { calm, cured } from '../calm.ts'
import { placeOf, type Cell } from '../cells.ts'
import { firstDrawn } from '../chance.ts'
import { dominantOf, shareOfGradient, shareOfValidationLoss } from '../dominant.ts'
import type { Evidence } from '../evidence.ts'
import { say, type Cause, type Finding, type Fix, type Said } from '../finding.ts'
import { bothFixes, excludeStrays } from '../fixes.ts'
import { fitnessOf } from '../learned.ts'
import { deleteLines, strayLines } from '../lines.ts'
import { mostOutliers, outliersOf, type Outlier } from '../outliers.ts'
import { validates, validationStep } from '../trouble.ts'
import { codeFix, plainFinding } from '../watched/findings.ts'
import { heldRows, rowsOf } from '../watched/timing.ts'
import { watchedCell } from '../watched/facts.ts'

/** In robust spreads of the column: a normal column of 10^9 rows has none beyond 7. */
const far = 50
const veryFar = 1e3
/** Of a loss or a variance: what is left is nothing beside it. */
const nearlyAll = 0.9

export const outlierOverflow: Cause = {
  id: 'outlier-overflow',
  explains: ['non-finite', 'validation', 'not-learning', 'learned-less'],
  words: {
    en: {
      'name': 'overflow',
      'summary.one': 'One cell holds {value:figure}, too much for {stage:said}: {cells:cells}. Half of that column lies within {spread:figure} of {median:figure}.',
      'summary.many': '{count:count} cells lie far outside their columns, up to {value:figure}: {cells:cells}.',
      'summary.target': 'One target outweighs all others: {cells:cells} holds {value:figure}, and half of that column lies within {spread:figure} of {median:figure}. That row is {share:percent} of the loss that the best constant leaves, and {gradient:percent} of the first gradient of a batch that draws it.',
      'summary.input': 'One input outweighs all others: {cells:cells} holds {value:figure}, and half of that column lies within {spread:figure} of {median:figure}. That row is {gradient:percent} of the first gradient of a batch that draws it.',
      'summary.scaled': 'One cell decides how its column is scaled: {cells:cells} holds {value:figure}, and half of that column lies within {spread:figure} of {median:figure}. That cell is {share:percent} of the column\'s variance, and what scaling leaves of all others has a deviation of {rest:figure} instead of 1.',
      'summary.outweigh': '{count:count} cells lie far outside their columns and outweigh the rest, up to {value:figure}: {cells:cells}. Half of the column of the farthest lies within {spread:figure} of {median:figure}, and its far cells are {share:percent} of that column\'s variance.',
      'summary.both': '{first:said} {second:said}',
      'proof.outweighs': 'With {cells:said} repaired and every draw the same, {after:share} of the best constant\'s loss is left at step {steps:count}, instead of {before:share}.',
      'proof.outweighs.worse': 'With {cells:said} repaired and every draw the same, {after:share} of the best constant\'s loss is left at step {steps:count}; as it was, {before:figure} times that loss.',
      'fix.one': 'leaves out 1 of {of:count} rows',
      'fix.many': 'leaves out {rows:count} of {of:count} rows',
      'summary.validation': 'The validation loss overflows over {cells:cells} of the validation table {table}: {value:figure}, where half of the training column lies within {spread:figure} of {median:figure}. Training never reads it.',
      'summary.validation.dwarfed': 'The validation loss is about {cells:cells} of the validation table {table}: {value:figure}, where half of the training column lies within {spread:figure} of {median:figure}. {share:percent} of that loss is of such rows.',
      'proof.validation': 'With {cells:said} repaired, the validation loss after step {steps:count} is finite. The weights are the same bits.',
      'proof.validation.dwarfed': 'With {cells:said} repaired, {after:share} of the best constant\'s loss is left on validation rows, instead of {before:share}.',
      'proof.validation.worse': 'With {cells:said} repaired, {after:share} of the best constant\'s loss is left on validation rows; as it was, {before:figure} times that loss.',
      'fix.validation.drawn': 'leaves row {rows:numbers} of {table} out of training and validation',
      'fix.validation': "puts the training column's median there; better correct the value in {table}, or leave row {rows:numbers} out of it",
      'ruled-out': 'largest value {largest:figure}',
      'summary.watched': 'The failing batch is the first to hold {cells:cells}: {value:figure} in a column half of which lies within {spread:figure} of {median:figure}.',
    },
    zh: {
      'name': '溢出',
      'summary.one': '有一个单元格的值为 {value:figure}，超出了{stage:said}所能承受的范围：{cells:cells}。该列有一半的值与 {median:figure} 相差不超过 {spread:figure}。',
      'summary.many': '{count:count} 个单元格远离所在列，最大为 {value:figure}：{cells:cells}。',
      'summary.target': '有一个目标值压过了其余所有的值：{cells:cells}的值为 {value:figure}，而该列有一半的值与 {median:figure} 相差不超过 {spread:figure}。最优常数所剩的损失中，这一行占 {share:percent}；抽到它的批的第一个梯度中，这一行占 {gradient:percent}。',
      'summary.input': '有一个输入值压过了其余所有的值：{cells:cells}的值为 {value:figure}，而该列有一半的值与 {median:figure} 相差不超过 {spread:figure}。抽到它的批的第一个梯度中，这一行占 {gradient:percent}。',
      'summary.scaled': '有一个单元格决定了整列的缩放：{cells:cells}的值为 {value:figure}，而该列有一半的值与 {median:figure} 相差不超过 {spread:figure}。它占该列方差的 {share:percent}，缩放之后其余各值的标准差只剩 {rest:figure}，而不是 1。',
      'summary.outweigh': '{count:count} 个单元格远离所在列并压过了其余的值，最大为 {value:figure}：{cells:cells}。最远者所在的列有一半的值与 {median:figure} 相差不超过 {spread:figure}，其远离的单元格占该列方差的 {share:percent}。',
      'summary.both': '{first:said}{second:said}',
      'proof.outweighs': '修复{cells:said}、其余抽样完全不变时，到第 {steps:count} 步最优常数的损失还剩 {after:share}，而不是 {before:share}。',
      'proof.outweighs.worse': '修复{cells:said}、其余抽样完全不变时，到第 {steps:count} 步最优常数的损失还剩 {after:share}；原来是该损失的 {before:figure} 倍。',
      'fix.one': '去掉 {of:count} 行中的 1 行',
      'fix.many': '去掉 {of:count} 行中的 {rows:count} 行',
      'summary.validation': '验证损失因验证表 {table} 的{cells:cells}而溢出：其值为 {value:figure}，而训练表该列有一半的值与 {median:figure} 相差不超过 {spread:figure}。训练从未读到它。',
      'summary.validation.dwarfed': '验证损失几乎只由验证表 {table} 的{cells:cells}决定：其值为 {value:figure}，而训练表该列有一半的值与 {median:figure} 相差不超过 {spread:figure}。该损失的 {share:percent} 来自这样的行。',
      'proof.validation': '修复{cells:said}后，第 {steps:count} 步之后的验证损失是有限的。权重一位不变。',
      'proof.validation.dwarfed': '修复{cells:said}后，验证行上最优常数的损失还剩 {after:share}，而不是 {before:share}。',
      'proof.validation.worse': '修复{cells:said}后，验证行上最优常数的损失还剩 {after:share}；原来是该损失的 {before:figure} 倍。',
      'fix.validation.drawn': '把 {table} 的第 {rows:numbers} 行从训练和验证中都去掉',
      'fix.validation': '在该处填入训练表该列的中位数；更好的办法是在 {table} 中改正该值，或从中去掉第 {rows:numbers} 行',
      'ruled-out': '最大值 {largest:figure}',
      'summary.watched': '失败的批第一次含有{cells:cells}：{value:figure}，而该列有一半的值与 {median:figure} 相差不超过 {spread:figure}。',
    },
  },
  check(evidence, trouble) {
    // A NaN or Infinity that came in with the data was made by no operation.
    if (evidence.trace?.birth?.kind === 'data') return null
    if (trouble === 'validation') return overflowsInValidation(evidence)
    if (trouble === null) return mayOverflow(evidence)
    return trouble === 'non-finite' ? overflows(evidence) : outweighsAny(evidence)
  },
  ruleOut({ trace }) {
    return trace?.birth?.kind !== 'data' ? null : say('ruled-out', { largest: trace.largest.value })
  },
  watched({ run, columns, newRows, badCells }) {
    const { failure, table, rowsKnown } = run
    if (failure === null || !rowsKnown || heldRows(run, rowsOf(badCells)).atFailure) return null
    const strays = columns.filter(({ part }) => part === 'input' || run.columns.targets.length > 0).flatMap(({ part, index, median, spread }) => {
      const column = table.columns[index]
      if (column?.kind !== 'numeric') return []
      const scale = spread > 0 ? spread : Math.max(Math.abs(median), 1)
      const isFar = (value: number): boolean => Number.isFinite(value) && Math.abs(value - median) >= far * scale
      const here = newRows.filter(row => isFar(column.values[row] ?? Number.NaN))
      // A column of zeros for the most part has many far from 0, in whichever batch they are first seen.
      if (here.length === 0 || Float64Array.from(column.values).filter(isFar).length > mostOutliers) return []
      return here.map(row => ({
        distance: Math.abs((column.values[row] ?? Number.NaN) - median) / scale, median, spread: spread / 1.4826, cell: watchedCell('training', part, cellAt(table, row, index), true),
      }))
    }).sort((a, b) => b.distance - a.distance)
    const [first] = strays
    if (first === undefined || strays.length > mostOutliers) return null
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

/** The failing run's cells far out of their columns. */
function overflows(evidence: Evidence): Finding | null {
  const { incident, trace } = evidence
  const drawn = new Set(incident === null ? [] : batchRows(incident.drawn.batch))
  // What the precision rounds to Infinity is infinite to the network, which is a cause of its own.
  const outliers = outliersOf(evidence, far, drawn).filter(({ cell }) => Math.abs(cell.encoded) !== Infinity)
  const [first] = outliers
  if (first === undefined) return null
  const row = trace?.birth?.datasetRow ?? null
  const isBirth = row !== null && outliers.some(({ cell }) => cell.datasetRow === row)
  return overflowFinding(evidence, outliers, trace?.birth?.stage ?? 'loss', isBirth || first.distance > 1e6 ? 0.93 : first.distance > veryFar ? 0.8 : 0.45)
}

/**
 * Cells that a run which stayed finite, or was never made, may yet overflow over: what the network is given for them passes the
 * bounds. Those are what is needed at the least; a run that took a step with the row, and stayed finite, needed more.
 */
function mayOverflow(evidence: Evidence): Finding | null {
  const { forLoss } = evidence.bounds
  const least = leastBound(evidence.bounds) ?? Infinity
  const outliers = outliersOf(evidence, far, new Set()).filter(({ cell: { encoded, datasetRow } }) => Math.abs(encoded) > least && Math.abs(encoded) !== Infinity && !wasBorne(evidence, datasetRow))
  const largest = Math.max(...outliers.map(({ cell }) => Math.abs(cell.encoded)))
  return outliers.length === 0 ? null : overflowFinding(evidence, outliers, largest > (forLoss ?? Infinity) ? 'term' : 'second-moment', 0.8)
}

/** Whether a run that was made has drawn this row and gone on. */
function wasBorne({ experiment, curve, case: { status, final } }: Evidence, datasetRow: number): boolean {
  if (status === 'planned') return false
  const first = firstDrawn(experiment, [experiment.training.rows[datasetRow] ?? -1])
  return first !== null && first <= Math.max(curve.steps, final?.step ?? 0)
}

function overflowFinding(evidence: Evidence, outliers: readonly Outlier[], stage: string, weight: number): Finding {
  const { experiment } = evidence
  const cells = outliers.map(({ cell }) => cell)
  const distance = outliers[0]?.distance ?? 0
  const rows = rowsOf(cells).length
  const facts = { cells, count: cells.length, rows, of: experiment.training.rows.length, stage: [say(`stage.${stage}`)], ...placeIn(evidence, cells) }
  return {
    weight, summary: say(cells.length === 1 ? 'summary.one' : 'summary.many', facts), cells,
    evidence: { value: facts.value, distance, median: facts.median, spread: facts.spread },
    tryThis: [[{ kind: 'repair', cells: cells.map(placeOf) }]],
    cured: calm,
    chance: null,
    fixes: [excludeStrays(evidence, cells, say(rows === 1 ? 'fix.one' : 'fix.many', facts))],
  }
}

/** The first cell's value, and where half of its training column lies: within `spread` of the median. */
function placeIn({ experiment, columns }: Evidence, [first]: readonly Cell[]): { value: number; median: number; spread: number } {
  const of = first?.part === 'target' ? 'targets' : 'inputs'
  const side = first?.side === 'validation' ? experiment.validation : experiment.training
  // Columns of both tables are matched by their place among inputs and targets.
  const index = experiment.training.columns[of][side?.columns[of].indexOf((first?.column ?? 0) - 1) ?? -1]
  const column = columns.find(one => one.part === first?.part && one.index === index)
  return { value: first?.value ?? Number.NaN, median: column?.median ?? Number.NaN, spread: (column?.spread ?? Number.NaN) / 1.4826 }
}

/** In training rows, in validation rows, or in both: then either alone leaves a run as bad as it was. */
function outweighsAny(evidence: Evidence): Finding | null {
  const [training, validation] = [outweighs(evidence), dwarfsValidation(evidence)]
  if (training === null || validation === null) return training ?? validation
  const own = (said: Said): Said => ({ ...said, cause: 'outlier-overflow' })
  const cells = [...training.cells, ...validation.cells]
  const { experiment } = evidence
  const shared = experiment.validation?.table === experiment.training.table
  const facts = { rows: rowsOf(cells).length, of: experiment.training.rows.length }
  return {
    ...training, cells, summary: say('summary.both', { first: [own(training.summary)], second: [own(validation.summary)] }),
    tryThis: [[{ kind: 'repair', cells: cells.map(placeOf) }]],
    fixes: shared ? [excludeStrays(evidence, cells, say('fix.many', facts))]
      : training.fixes.flatMap(one => validation.fixes.map(other => bothFixes({ ...one, says: own(one.says) }, { ...other, says: own(other.says) }))),
  }
}

/** Cells of training rows that count for more than all the rest of their column. */
function outweighs(evidence: Evidence): Finding | null {
  const { experiment, fitness } = evidence
  const found = dominantOf(evidence, 'training')
  if (found === null) return null
  const { cells, share, rest } = found
  const rows = rowsOf(cells).length
  const gradient = shareOfGradient(experiment, cells[0]?.datasetRow ?? 0)
  const facts = { cells, count: cells.length, rows, of: experiment.training.rows.length, share, rest, gradient, ...placeIn(evidence, cells) }
  const kind = cells.length > 1 ? 'outweigh' : cells[0]?.part === 'target' ? 'target' : experiment.settings.standardize ? 'scaled' : 'input'
  return {
    weight: share > nearlyAll ? 0.92 : 0.6, summary: say(`summary.${kind}`, facts), cells, foreseen: true, evident: true,
    evidence: { value: facts.value, median: facts.median, spread: facts.spread, share, gradient },
    tryThis: [[{ kind: 'repair', cells: cells.map(placeOf) }]], cured, chance: null,
    proofSays: ({ experiment: other, final }) => say(fitness.worst > 1.5 ? 'proof.outweighs.worse' : 'proof.outweighs', { after: fitnessOf(other, final).worst, before: fitness.worst }),
    fixes: [excludeStrays(evidence, cells, say(rows === 1 ? 'fix.one' : 'fix.many', facts))],
  }
}

/** Cells of validation rows that are nearly all of a validation loss that stayed finite. */
function dwarfsValidation(evidence: Evidence): Finding | null {
  const { experiment, fitness, case: { final } } = evidence
  const before = fitness.validation?.share ?? Number.NaN
  const found = experiment.validation === null ? null : dominantOf(evidence, 'validation')
  if (found === null) return null
  const { cells } = found
  // What an input far out does to a prediction only the trained network says.
  if (final === null && cells[0]?.part === 'input') return null
  const share = final === null ? found.share : shareOfValidationLoss(experiment, final, cells.map(({ datasetRow }) => datasetRow))
  if (!(share > 0.5)) return null
  const facts = { cells, share, ...placeIn(evidence, cells), table: cells[0]?.table ?? '' }
  return {
    weight: share > nearlyAll ? 0.91 : 0.6, summary: say('summary.validation.dwarfed', facts), cells, foreseen: true, evident: true,
    evidence: { value: facts.value, median: facts.median, spread: facts.spread, share },
    tryThis: [[{ kind: 'repair', cells: cells.map(placeOf) }]], cured, chance: null,
    proofSays: ({ experiment: other, final: state }) =>
      say(before > 1.5 ? 'proof.validation.worse' : 'proof.validation.dwarfed', { after: fitnessOf(other, state).validation?.share ?? Number.NaN, before }),
    fixes: validationFixes(evidence, cells),
  }
}

/** A finite cell of the validation table alone that makes its loss overflow. */
function overflowsInValidation(evidence: Evidence): Finding | null {
  const strays = evidence.badValidationCells.length > 0 ? [] : outliersOf(evidence, veryFar, new Set(), 'validation')
  const [first] = strays
  const step = validationStep(evidence)
  if (first === undefined || step === null) return null
  const cells = strays.map(({ cell }) => cell)
  const facts = { cells, ...placeIn(evidence, cells), table: first.cell.table }
  return {
    weight: 0.9, summary: say('summary.validation', facts), cells, evidence: { value: facts.value, distance: first.distance, median: facts.median, spread: facts.spread },
    tryThis: [[{ kind: 'repair', cells: cells.map(placeOf) }]], until: step, cured: validates, proofSays: () => say('proof.validation'), chance: null,
    fixes: validationFixes(evidence, cells),
  }
}

/** Rows that were drawn from the training table leave it; in a table of its own no flag leaves rows out, and only the person knows what the cell should hold. */
function validationFixes(evidence: Evidence, cells: readonly Cell[]): Fix[] {
  const { experiment } = evidence
  const facts = { cells, rows: rowsOf(cells).map(row => row + 1), table: cells[0]?.table ?? '' }
  if (experiment.validation?.table === experiment.training.table) return [excludeStrays(evidence, cells, say('fix.validation.drawn', facts))]
  const repair: Change = { kind: 'repair', cells: cells.map(placeOf) }
  return [{ flags: [], changes: [repair], code: deleteLines(rowsOf(cells), 'validation'), says: say('fix.validation', facts) }]
}
