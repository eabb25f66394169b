/** Validation rows that stand in the training table too: they measure memory. docs/causes/duplicates-across-split.md */
import { RowIndex } from '../../table/audit/duplicates.ts'
import type { Experiment } from '../../training/experiment.ts'
import { fitnessOf } from '../learned.ts'
import { say, type Cause } from '../finding.ts'
import { noFix } from '../fixes.ts'

/** The share of validation rows that are known, from which on they decide the validation loss. */
const most = 0.1
/** A row of so few different values, as of codes and counts, coincides with another by chance. */
const differentRows = 0.99

export const duplicatesAcrossSplit: Cause = {
  id: 'duplicates-across-split',
  explains: ['not-learning', 'learned-less'],
  words: {
    en: {
      'name': 'rows in both tables',
      'summary': '{shared:count} of {of:count} validation rows stand in the training table, cell for cell: the validation loss measures what was memorised.',
      'notice': '{shared:count} of {of:count} validation rows stand in the training table, cell for cell: what is measured on these rows may be memory, and says little of new ones.',
      'proof': 'With those {rows:count} training rows passed over in every batch and all else the same, {after:share} of the best constant\'s loss is left on the validation rows, not {before:share}.',
      'fix': 'Split before rows are copied or sampled, and keep every copy of a row on one side.',
      'ruled-out': 'no validation row stands in the training table',
    },
    zh: {
      'name': '两张表共有的行',
      'summary': '{of:count} 个验证行中有 {shared:count} 个原样出现在训练表中：验证损失衡量的是记忆。',
      'notice': '{of:count} 个验证行中有 {shared:count} 个原样出现在训练表中：在这些行上测得的可能是记忆，难以说明新的行。',
      'proof': '在每批中跳过这 {rows:count} 个训练行、其余不变时，验证行上最优常数的损失还剩 {after:share}，而不是 {before:share}。',
      'fix': '先划分，再复制或抽样；同一行的所有副本都要在同一侧。',
      'ruled-out': '没有验证行出现在训练表中',
    },
  },
  check({ experiment, fitness }) {
    const shared = sharedRows(experiment)
    const { validation } = experiment
    if (validation === null || shared === null || shared.count < most * validation.rows.length || fitness.validation === null) return null
    const before = fitness.validation.share
    const facts = { shared: shared.count, of: validation.rows.length, rows: shared.training.length }
    return {
      weight: 0.96, summary: say('summary', facts), notice: say('notice', facts), cells: [], looksGood: true, foreseen: true, evidence: facts, tryThis: [[{ kind: 'pass-over', rows: shared.training }]], chance: null,
      fixes: [noFix('fix')], proofSays: ({ experiment: without, final }) => say('proof', { ...facts, before, after: fitnessOf(without, final).validation?.share ?? Number.NaN }),
      cured({ experiment: without, final, status }) {
        const after = fitnessOf(without, final).validation
        return status !== 'non-finite' && after !== null && after.share > before + 0.1 && after.share > 1.2 * before
      },
    }
  },
  ruleOut: ({ experiment, incident }) => (incident === null && experiment.validation !== null && sharedRows(experiment)?.count === 0 ? say('ruled-out') : null),
}

/** Validation rows that stand in training, and the training rows (of the table, from 0) that they are; null where rows coincide by chance. */
function sharedRows({ training, validation }: Experiment): { count: number; training: number[] } | null {
  if (validation === null || validation.table === training.table) return null
  const order = (of: { inputs: readonly number[]; targets: readonly number[] }): number[] => [...of.inputs, ...of.targets]
  const index = new RowIndex(training.table, order(training.columns))
  const again = index.fill()
  if (again.length > (1 - differentRows) * training.table.rows) return null
  const found = index.lookUp(validation.table, order(validation.columns))
  const twins = new Set(found.map(({ first }) => first))
  const all = [...twins, ...again.filter(({ first }) => twins.has(first)).map(({ row }) => row)]
  return { count: found.length, training: all.sort((a, b) => a - b) }
}
