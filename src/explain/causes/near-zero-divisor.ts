/** A target that is a quotient whose divisor comes near 0: a few rows hold nearly all of its variance. docs/causes/near-zero-divisor.md */
import { median, robustScale } from '../../numeric/stats.ts'
import type { Experiment } from '../../training/experiment.ts'
import { calm } from '../calm.ts'
import { say, type Cause, type Fix } from '../finding.ts'
import { attemptsOf } from '../fixes.ts'
import { learnedOf } from '../learned.ts'

/** Rows whose target lies this many robust spreads from its median. A normal target has none, a quotient of normal ones 1 in 20. */
const far = 10
/** Where what is left without those is still mostly tail, rows from here on go as well. */
const nearer = 4

export const nearZeroDivisor: Cause = {
  id: 'near-zero-divisor',
  explains: ['not-learning', 'learned-less'],
  words: {
    en: {
      'name': 'near-zero divisor in the target',
      'summary': '{rows:count} rows hold {share:share} of the variance of {target}, up to {largest:figure} where half of it lies within {spread:figure} of {median:figure}, and in them {column} lies within {near:figure} of {centre:figure}: the target seems to be divided by something that is near 0 there.',
      'proof': "With {change:said} the network learns: {after:share} of the best constant's loss is left on the training rows, by step {steps:count}.",
      'fix': 'leaves those rows out; better, predict the dividend, and divide afterwards',
      'ruled-out': 'the target has no far rows',
    },
    zh: {
      'name': '目标中接近 0 的除数',
      'summary': '{target} 的方差有 {share:share} 集中在 {rows:count} 行，最大达 {largest:figure}，而一半的值与 {median:figure} 相差不超过 {spread:figure}；在这些行中 {column} 与 {centre:figure} 相差不超过 {near:figure}：目标似乎除以了一个在那里接近 0 的量。',
      'proof': '改为{change:said}后网络学到了：到第 {steps:count} 步，训练行上剩余最优常数损失的 {after:share}。',
      'fix': '去掉这些行；更好的做法是预测被除数，之后再除',
      'ruled-out': '目标没有远离的行',
    },
  },
  check({ experiment, fitness }) {
    const found = divisorOf(experiment)
    if (found === null) return null
    const { rows, index: _, ...facts } = found
    const fixes = [rows, rowsBeyond(experiment, nearer)].map(out => leaveOut(experiment, out, found))
    return {
      weight: 0.86, summary: say('summary', { ...facts, rows: rows.length }), cells: [], evident: true, evidence: { ...facts, rows: rows.length }, tryThis: attemptsOf(fixes), chance: null,
      cured: replay => calm(replay) && learnedOf(replay.experiment, replay.final).share < Math.min(0.7, 0.9 * fitness.worst),
      proofSays: ({ experiment: other, final }) => say('proof', { after: learnedOf(other, final).share }),
      fixes,
    }
  },
  ruleOut: ({ experiment, incident }) => (incident === null && experiment.encoding.target.kind === 'numeric' && farRows(experiment) === null ? say('ruled-out') : null),
}

function leaveOut({ settings }: Experiment, rows: readonly number[], { index, centre, near }: Divisor): Fix {
  const excluded = [...new Set([...settings.excludeRows, ...rows.map(row => row + 1)])].sort((a, b) => a - b)
  return {
    flags: [`--exclude-rows ${excluded.join(',')}`], changes: [{ kind: 'settings', set: { excludeRows: excluded } }], says: say('fix'),
    code: {
      python: `d = d[np.abs(d[:, ${index}] - ${figure(centre)}) > ${figure(2 * near)}]`,
      matlab: `T(abs(T(:,${index + 1}) - ${figure(centre)}) <= ${figure(2 * near)},:) = [];`,
    },
  }
}

/** Digits enough for a bound that a person will look at. */
function figure(value: number): string {
  return String(Number(value.toPrecision(3)))
}

interface Far {
  readonly target: string
  readonly rows: readonly number[]
  /** Of the target's squared distances from its median. */
  readonly share: number
  readonly largest: number
  readonly median: number
  readonly spread: number
}

/** Rows of the table, from 0, whose target lies this many robust spreads from its median. */
function rowsBeyond(experiment: Experiment, spreads: number): number[] {
  const found = targetOf(experiment)
  return found === null ? [] : found.finite.filter(row => Math.abs(found.value(row) - found.centre) > spreads * found.spread)
}

/** The one target that is a measurement, and where half of it lies. */
function targetOf({ training: { table, columns, rows }, encoding }: Experiment): { name: string; finite: number[]; value: (row: number) => number; centre: number; spread: number } | null {
  const column = table.columns[columns.targets[0] ?? -1]
  if (columns.targets.length !== 1 || column?.kind !== 'numeric' || encoding.target.kind !== 'numeric') return null
  const value = (row: number): number => column.values[row] ?? Number.NaN
  const finite = Array.from(rows).filter(row => Number.isFinite(value(row)))
  const values = finite.map(value)
  return { name: column.name, finite, value, centre: median(values), spread: robustScale(values) }
}

/** Far rows of a target where few of them hold nearly all of its variance; else null. */
function farRows(experiment: Experiment): Far | null {
  const target = targetOf(experiment)
  if (target === null) return null
  const { name, finite, value, centre, spread } = target
  const found = rowsBeyond(experiment, far)
  const squares = (of: readonly number[]): number => of.reduce((sum, row) => sum + (value(row) - centre) ** 2, 0)
  const share = squares(found) / squares(finite)
  if (found.length < 5 || found.length > 0.15 * finite.length || !(share > 0.7)) return null
  const largest = found.reduce((most, row) => (Math.abs(value(row) - centre) > Math.abs(most - centre) ? value(row) : most), centre)
  return { target: name, rows: found, share, largest, median: centre, spread: spread / 1.4826 }
}

interface Divisor extends Far {
  /** The input's place in the table, from 0. */
  readonly index: number
  readonly column: string
  readonly centre: number
  readonly near: number
}

/** The input that is nearly the same in all those rows, and varies elsewhere; null where there is none. */
function divisorOf(experiment: Experiment): Divisor | null {
  const found = farRows(experiment)
  if (found === null) return null
  const { table, columns, rows } = experiment.training
  const candidates = columns.inputs.flatMap(index => {
    const column = table.columns[index]
    if (column?.kind !== 'numeric') return []
    const at = (of: Iterable<number>): number[] => Array.from(of, row => column.values[row] ?? Number.NaN).filter(Number.isFinite)
    const [here, everywhere] = [at(found.rows), at(rows)]
    const centre = median(here)
    return [{ index, column: column.name, centre, near: robustScale(here), ratio: robustScale(here) / robustScale(everywhere) }]
  }).sort((a, b) => a.ratio - b.ratio)
  const [best] = candidates
  return best === undefined || !(best.ratio < 0.2) ? null : { ...found, index: best.index, column: best.column, centre: best.centre, near: best.near }
}
