/** Cells of the validation table that are not finite: its loss is NaN from the first evaluation on, and no weight ever sees it. docs/causes/nan-in-validation.md */
import { placeOf } from '../cells.ts'
import { say, type Cause } from '../finding.ts'
import { dropNonFinite, imputeNonFinite } from '../fixes.ts'
import { validates, validationStep } from '../trouble.ts'
import { codeFix, plainFinding } from '../watched/findings.ts'

export const nanInValidation: Cause = {
  id: 'nan-in-validation',
  explains: ['validation'],
  words: {
    en: {
      'name': 'NaN in the validation table',
      'summary.one': 'One validation row holds a value that is not finite, and every evaluation reads it: {cells:cells}.',
      'summary.many': '{rows:count} validation rows hold values that are not finite, and every evaluation reads them: {cells:cells}.',
      'proof': 'With {cells:said} repaired, the validation loss after step {steps:count} is finite. The weights are the same bits: training never reads these rows.',
      'fix.drop': 'leaves out {rows:count} of {of:count} validation rows',
      'fix.impute': "puts the training column's median into those cells",
      'summary.watched': 'Only the validation loss is not finite: training never read what is wrong. Look for cells of the validation table that are not finite, or that its own scaling makes so.',
      'fix.watched': 'leaves such rows of the validation table out',
    },
    zh: {
      'name': '验证表中的 NaN',
      'summary.one': '有一个验证行含非有限值，每次评估都会读到：{cells:cells}。',
      'summary.many': '{rows:count} 个验证行含非有限值，每次评估都会读到：{cells:cells}。',
      'proof': '修复{cells:said}后，第 {steps:count} 步之后的验证损失是有限的。权重一位不变：训练从不读这些行。',
      'fix.drop': '去掉 {of:count} 个验证行中的 {rows:count} 行',
      'fix.impute': '在这些单元格填入训练表该列的中位数',
      'summary.watched': '只有验证损失非有限：训练从未读到出错之处。请检查验证表中非有限的单元格，或其缩放是否产生了它们。',
      'fix.watched': '去掉验证表中这样的行',
    },
  },
  check(evidence) {
    const { badValidationCells: cells, experiment } = evidence
    const { validation } = experiment
    // Of a run that is only planned: the first evaluation.
    const step = evidence.case.status === 'planned' ? experiment.evaluateEvery : validationStep(evidence)
    if (cells.length === 0 || validation === null || step === null) return null
    const rows = new Set(cells.map(({ index }) => index)).size
    const facts = { cells, rows, of: validation.rows.length }
    return {
      weight: 0.97, summary: say(cells.length === 1 ? 'summary.one' : 'summary.many', facts), cells,
      evidence: { cells: cells.length, rows, validationRows: validation.rows.length, step },
      tryThis: [[{ kind: 'repair', cells: cells.map(placeOf) }]], until: step, proofSays: () => say('proof'), foreseen: true, chance: null,
      cured: validates,
      fixes: [dropNonFinite(evidence, 'validation', say('fix.drop', facts)), imputeNonFinite(evidence, 'validation', say('fix.impute', facts))],
    }
  },
  watched({ run, badValidationCells: cells }) {
    if (run.validationFailure === null) return null
    const fixes = [codeFix(say('fix.watched'), 'v = v[np.isfinite(v).all(axis=1)]', 'V(any(~isfinite(V),2),:) = [];')]
    const counts = { cells, rows: new Set(cells.map(({ index }) => index)).size }
    if (cells.length === 0) return { ...plainFinding, weight: 0.5, summary: say('summary.watched'), evidence: { step: run.validationFailure }, fixes }
    return { ...plainFinding, cells, weight: 0.95, summary: say(cells.length === 1 ? 'summary.one' : 'summary.many', counts), evidence: { cells: cells.length, step: run.validationFailure }, fixes }
  },
}
