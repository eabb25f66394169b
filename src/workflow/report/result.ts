/** What came of the run: its figures beside those of the mean and the straight line, and predicted against measured. */
import { formatNumber, formatPercent } from '../../figures/format.ts'
import { confusionFigure, measuredFigure } from '../../figures/index.ts'
import { decodedOf, measuredAndPredicted } from '../evaluate.ts'
import { lossCurves } from './curves.ts'
import { drawing, element, foreign, grid, section, type Child, type Html } from './html.ts'
import { numberAt, valueAt, type Subject } from './subject.ts'
import type { Speak } from './words.ts'

/** Targets with a line of their own. */
const mostTargets = 50

/** `curves`: whether the loss is drawn here, where it is not drawn above beside its replays. */
export function resultSection(subject: Subject, curves: boolean, speak: Speak): Html {
  const figures = figuresOf(subject)
  return section(speak('result.title'),
    figures === undefined ? element('p', {}, speak('result.none')) : element('p', { class: 'muted' }, measuredOn(subject, speak)),
    figures === undefined ? undefined : figureTable(figures, subject, speak),
    lossTable(subject, speak),
    curves && subject.history.steps.length > 0 ? drawing(lossCurves(subject)) : undefined,
    figures === undefined ? undefined : comparison(figures, subject, speak))
}

/** Of the record's validation table; without one, the model's own on the training rows. */
function figuresOf({ record, model }: Subject): unknown {
  const validation = valueAt(record.result, 'validation')
  return typeof validation === 'object' && validation !== null ? validation : model?.metrics ?? undefined
}

function measuredOn({ record, known }: Subject, speak: Speak): string {
  const { training, validation } = record.data
  const validated = typeof valueAt(record.result, 'validation') === 'object' && valueAt(record.result, 'validation') !== null
  const side = validated ? known?.experiment.validation : known?.experiment.training
  // Of rows put aside of the training table, the record alone does not say how many they are.
  const table = validated ? validation ?? training : training
  const counted = side?.rows.length ?? (validated && table.name === training.name ? null : table.rows)
  const { name } = table
  const message = validated ? 'result.on.validation' : 'result.on.training'
  const on = counted === null ? speak('result.on.split', { name }) : speak(message, { rows: counted, name })
  const failed = record.status === 'non-finite' ? numberAt(record.result, 'incident', 'step') : null
  return failed === null ? on : `${on} ${speak('result.before', { step: failed })}`
}

function figureTable(figures: unknown, { record, withData }: Subject, speak: Speak): Html {
  const end = 'end' as const
  const baseline = (...path: string[]): number | null => numberAt(record.result, 'baseline', ...path)
  if (numberAt(figures, 'accuracy') !== null) {
    const share = (value: number | null): string => (value === null ? '' : formatPercent(value))
    const frequent = valueAt(record.result, 'baseline', 'mostFrequent', 'label')
    const label: Child[] = withData && typeof frequent === 'string' ? [' (', foreign(frequent.slice(0, 60)), ')'] : []
    const name: Child[] = [speak('result.frequent'), ...label]
    const losses = aligned([numberAt(figures, 'logLoss'), baseline('mostFrequent', 'logLoss')])
    return grid([{ text: '' }, { text: speak('result.accuracy'), align: end }, { text: speak('result.log-loss'), align: end }], [
      [speak('result.network'), share(numberAt(figures, 'accuracy')), losses[0]],
      [name, share(baseline('mostFrequent', 'accuracy')), losses[1]],
    ])
  }
  const several = valueAt(figures, 'targets')
  const each: readonly unknown[] = Array.isArray(several) ? several.slice(0, mostTargets) : []
  const networks: { name: Child; of: unknown }[] = [
    { name: speak('result.network'), of: figures },
    ...each.map(of => ({ name: [`${speak('result.network')} · `, foreign(nameOf(of))], of })),
  ]
  const column = (figure: 'rmse' | 'mae' | 'r2', ...beside: (number | null)[]): Child[] =>
    aligned([...networks.map(({ of }) => numberAt(of, figure)), ...beside])
  const rmse = column('rmse', baseline('mean', 'rmse'), baseline('linear', 'rmse'))
  const [mae, r2] = [column('mae', null, null), column('r2', null, null)]
  const heads: Child[] = [...networks.map(({ name }) => name), speak('result.mean'), speak('result.linear')]
  return grid([{ text: '' }, ...(['rmse', 'mae', 'r2'] as const).map(figure => ({ text: speak(`result.${figure}`), align: end }))],
    heads.map((name, i) => [name, rmse[i], mae[i], r2[i]]))
}

/** Figures of one column with as many decimals as the one that has most, so that they stand at their decimal point. */
function aligned(values: readonly (number | null)[], digits = 4): Child[] {
  const finite = values.flatMap(value => (value !== null && Number.isFinite(value) ? [formatNumber(value, digits)] : []))
  const decimals = finite.some(text => text.includes('e')) ? null : Math.max(0, ...finite.map(text => text.split('.')[1]?.length ?? 0))
  return values.map(value => {
    if (value === null) return ''
    if (!Number.isFinite(value)) return notFinite(value)
    return decimals === null || Math.abs(value) >= 1000 ? formatNumber(value, digits) : value.toFixed(decimals)
  })
}

function nameOf(one: unknown): string {
  const name = valueAt(one, 'name')
  return typeof name === 'string' ? name.slice(0, 60) : ''
}

function lossTable({ record }: Subject, speak: Speak): Html | undefined {
  const parts = ['total', 'data', 'regularization'] as const
  const rows = (['training', 'validation'] as const).flatMap(side => {
    const values = parts.map(part => numberAt(record.result, side, part))
    return values.every(value => value === null) ? [] : [{ name: speak(`result.${side}`), values }]
  })
  const columns = parts.map((_, part) => aligned(rows.map(({ values }) => values[part] ?? null), 5))
  if (rows.length === 0) return undefined
  return grid([{ text: speak('result.loss') }, ...parts.map(part => ({ text: speak(`result.${part}`), align: 'end' as const }))],
    rows.map(({ name }, i) => [name, ...columns.map(column => column[i])]))
}

function notFinite(value: number): Html {
  return element('span', { class: 'nonfinite' }, String(value))
}

/** Each point of predicted against measured is a cell, so that a report without data has none; nor has it names of classes. */
function comparison(figures: unknown, { known, language, withData }: Subject, speak: Speak): Html | undefined {
  const confusion = confusionOf(figures)
  if (confusion !== null) {
    const classes = withData ? confusion.labels : confusion.labels.map((_, i) => speak('class', { number: i + 1 }))
    return drawing(confusionFigure({ language, classes, counts: confusion.counts }))
  }
  const measured = known?.measured ?? null
  if (known === null || measured === null || !withData || known.experiment.encoding.target.kind === 'class') return undefined
  const several = valueAt(figures, 'targets')
  const each: readonly unknown[] = Array.isArray(several) ? several : [figures]
  const outputs = measuredAndPredicted(known.experiment, decodedOf(measured.outputs, measured.side.dataset, known.experiment)).map((output, i) => {
    const [rmse, r2] = [numberAt(each[i], 'rmse'), numberAt(each[i], 'r2')]
    return { ...output, ...(rmse !== null && Number.isFinite(rmse) ? { rmse } : {}), ...(r2 !== null && Number.isFinite(r2) ? { r2 } : {}) }
  })
  return drawing(measuredFigure({ language, outputs }))
}

function confusionOf(figures: unknown): { labels: string[]; counts: number[][] } | null {
  const labels = valueAt(figures, 'confusion', 'labels')
  const counts = valueAt(figures, 'confusion', 'counts')
  if (!Array.isArray(labels) || !Array.isArray(counts) || counts.length !== labels.length) return null
  const rows = counts.map((row: unknown) => (Array.isArray(row) ? row.map((count: unknown) => (typeof count === 'number' ? count : 0)) : []))
  return rows.every(row => row.length === labels.length) ? { labels: labels.map(String), counts: rows } : null
}
