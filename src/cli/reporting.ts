/** What fit and resume show while they work and when they are done. */
import type { Experiment } from '../training/experiment.ts'
import type { Observer, StepEvent } from '../training/train.ts'
import { assumptionIn } from '../workflow/assumptions.ts'
import type { Figures } from '../workflow/evaluate.ts'
import type { Run } from '../workflow/fit.ts'
import type { Repair } from '../workflow/repair.ts'
import type { Loss } from '../backends/backend.ts'
import type { CommandContext } from './context.ts'
import { cells, cutTo, formatCount, formatLarge, formatNumber, formatPercent, labelled, lossCurves, progressLine, progressWords, table, visible, type Labelled } from './render.ts'
import type { Speak } from './words.ts'

/** Where prose goes: nowhere, beside a JSON object, or to standard output. */
export interface Voice {
  say(text: string): void
  /** The progress line, drawn over on a terminal. */
  progress(text: string): void
  /** Puts an end to a drawn progress line. */
  settle(): void
}

export function voiceOf(context: CommandContext, { json, quiet }: { json: boolean; quiet: boolean }): Voice {
  if (quiet) return { say: () => {}, progress: () => {}, settle: () => {} }
  const { interactive } = context.progressTerminal
  let drawn = false
  const settle = (): void => {
    if (drawn) context.err('\r\x1b[K')
    drawn = false
  }
  return {
    say(text) {
      settle()
      if (json) context.err(text)
      else context.out(text)
    },
    progress(text) {
      if (interactive) context.err(`\r\x1b[K${text}`)
      else context.err(`${text}\n`)
      drawn = interactive
    },
    settle,
  }
}

/** Every how many milliseconds a progress line is drawn over, or written anew where there is no terminal. */
const redraw = 100
const rewrite = 3000

/** Shows progress, and both losses every `printEvery` steps. */
export function progressObserver(experiment: Experiment, context: CommandContext, voice: Voice, printEvery: number): Observer {
  const { interactive } = context.progressTerminal
  const every = interactive ? redraw : rewrite
  const start = performance.now()
  let next = start + (interactive ? 200 : rewrite)
  let first: number | null = null
  let last: StepEvent | null = null
  let validation: Loss | null = null
  return {
    onStep(event) {
      last = event
      first ??= event.step
      validation = event.validation ?? validation
      if (printEvery > 0 && event.step % printEvery === 0) voice.say(printedLosses(event, context))
    },
    onPause(step) {
      const now = performance.now()
      if (now < next || last === null) return
      next = now + every
      const done = step - (first ?? step) + 1
      const perStep = (now - start) / Math.max(done, 1)
      voice.progress(progressLine({
        step, steps: experiment.steps, loss: last.result.loss.data,
        ...(validation === null ? {} : { validationLoss: validation.data }),
        rowsPerSecond: (experiment.batchSize / perStep) * 1000,
        secondsLeft: ((experiment.steps - step) * perStep) / 1000,
      }, context.progressTerminal, progressWords[context.language]))
    },
  }
}

/** The two lines that the question's program prints: total, data and regularisation loss of training and of validation. */
function printedLosses({ step, result, validation }: StepEvent, { ink, speak }: CommandContext): string {
  const line = (side: 'training' | 'validation', { total, data, regularization }: Loss): string => {
    const paint = (value: number): string => (Number.isFinite(value) ? value.toFixed(6) : ink.nonFinite(String(value)))
    return `${speak(`step.${side}`, { step: formatCount(step).padStart(7), total: paint(total), data: paint(data), regularization: paint(regularization) })}\n`
  }
  return line('training', result.loss) + (validation === null ? '' : line('validation', validation))
}

/** What will be trained, before it is. */
export function plannedLines(files: string, experiment: Experiment, assumptions: readonly string[], context: CommandContext): string {
  const { training, validation, network, settings, encoding, steps, batchSize } = experiment
  const { ink, terminal, speak } = context
  const tables = [training.table, validation?.table].filter(one => one !== undefined)
  const sizes = [...new Set(tables)].map(one => `${visible(one.name)} ${formatCount(one.rows)} x ${one.columns.length}`)
  const target = encoding.target.kind === 'numeric' ? encoding.target.columns.map(column => visible(column.name)).join(', ') : speak('plan.classes', { name: visible(encoding.target.name), count: encoding.target.labels.length })
  const dropout = network.layers.some(layer => layer.dropout > 0) ? `, ${speak('plan.dropout', { shares: [...new Set(network.layers.slice(0, -1).map(layer => layer.dropout))].join(', ') })}` : ''
  const activations = [...new Set(network.layers.slice(0, -1).map(layer => layer.activation))].join(', ')
  const { optimizer } = settings
  const blocks: Labelled[] = [
    { label: shortLabel(visible(files)), text: [...sizes, speak('plan.target', { names: target })].join(' · ') },
    {
      label: speak('label.network'),
      text: `${[network.inputs, ...network.layers.map(layer => layer.units)].join(' - ')}${activations === '' ? '' : ` ${activations}`}${dropout} · ` +
        [`${optimizer.name} ${optimizer.learningRate}`, speak('plan.batch', { rows: batchSize }), speak('plan.steps', { steps }), settings.precision, speak('plan.seed', { seed: String(settings.seed) })].join(' · '),
    },
  ]
  const notes = [...assumptions, ...experiment.assumptions].map(says => ({ label: ink.dim('!'), text: visible(assumptionIn(context.language, says)) }))
  return lines(labelled([...blocks], terminal.width, ink.bold)) + (notes.length === 0 ? '' : lines(labelled(notes, terminal.width)))
}

/** Beside a label as long as a path nothing has room: of a long one its end, where the file's name is. */
function shortLabel(files: string): string {
  const most = 24
  if (cells(files) <= most) return files
  const name = files.slice(Math.max(files.lastIndexOf('/'), files.lastIndexOf('\\')) + 1)
  return cutTo(name === '' ? files : name, most)
}

/** What broke and what was done about it, while training goes on. */
export function repairLine({ step, cause, flags, again }: Repair, { ink, terminal, speak }: CommandContext): string {
  const done = flags.length === 0 ? speak('repair.fix') : flags.join(' ')
  return lines(labelled([{ label: ink.warn(speak('label.repaired')), text: speak(again === true ? 'repair.again' : 'repair.done', { step, cause, done, from: step - 1 }) }], terminal.width))
}

/** What came of it. `begun`: when the work began, on the clock that stands at 0 when the process starts; reading files counts. */
export function finishedLines(run: Run, folder: string, context: CommandContext, begun = 0): string {
  const { ink, terminal, speak } = context
  const { history, experiment, incident, status } = run
  const curve = (losses: readonly (Loss | null)[]): { step: number; loss: number }[] =>
    losses.flatMap((loss, i) => (loss === null ? [] : [{ step: history.steps[i]!, loss: loss.data }]))
  const picture = history.steps.length < 2 ? [] : lossCurves({
    training: curve(history.training), validation: curve(history.validation), steps: experiment.steps,
    names: { training: speak('curve.training'), validation: speak('curve.validation') },
    ...(incident === null || incident.first === 'prediction' ? {} : { incident: { step: incident.step, label: valueOf(run, speak) } }),
  }, terminal)
  const measured = run.validation ?? null
  const blocks: Labelled[] = [
    { label: speak('label.status'), text: statusText(run, ink.nonFinite, speak) },
    ...(measured === null || status === 'non-finite' ? [] : figureBlocks(measured, run, speak)),
    ...(run.repairs.length === 0 ? [] : [{ label: speak('label.repaired'), text: run.repairs.map(({ step, cause, flags }) => speak('repair.made', { step, cause, flags: flags.join(' ') })).join(' · ') }]),
    {
      label: speak('label.speed'),
      text: [speak('speed.rows', { rows: formatLarge(run.rowsPerSecond) }), speak('speed.seconds', { seconds: formatNumber((performance.now() - begun) / 1000) }), speak('speed.backend', { backend: run.backend }),
        ...((experiment.settings.threads ?? 1) > 1 && run.threads === 1 ? [speak('speed.one-thread')] : [])].join(' · '),
    },
    { label: speak('label.run'), text: ink.accent(visible(folder)) },
    ...(incident?.first === 'prediction' ? [{ label: '!', text: ink.nonFinite(speak('result.validation-not-finite', { step: incident.step })) }] : []),
    ...(status === 'non-finite' || incident !== null ? [{ label: speak('label.why'), text: ink.accent(`whynan explain ${visible(folder)}`) }] : []),
    ...(status === 'interrupted' ? [{ label: speak('label.go-on'), text: ink.accent(`whynan resume ${visible(folder)}`) }] : []),
  ]
  return `${lines(picture)}${lines(labelled(blocks, terminal.width, ink.bold))}`
}

function statusText({ status, steps, experiment, incident, result }: Run, paint: (text: string) => string, speak: Speak): string {
  const { best } = result
  const restored = best === null || experiment.settings.earlyStopping === false ? '' : speak('status.best', { step: best.step })
  const planned = experiment.steps
  switch (status) {
    case 'completed': return speak('status.completed', { steps, best: restored })
    case 'early-stopped': return speak('status.early-stopped', { steps, planned, best: restored })
    case 'interrupted': return speak('status.interrupted', { steps, planned })
    case 'non-finite': {
      const value = Number.isNaN(result.incident?.loss.total) ? 'NaN' : speak('value.not-finite')
      return paint(speak(`status.${incident?.first ?? 'loss'}`, { value, step: incident?.step ?? 0 })) + speak('status.kept')
    }
    default: return status satisfies never
  }
}

function valueOf({ result }: Run, speak: Speak): string {
  const total = result.incident?.loss.total
  return total === undefined || Number.isFinite(total) ? speak('value.not-finite') : String(total)
}

function figureBlocks(figures: Figures, { baseline }: Run, speak: Speak): Labelled[] {
  const label = speak('label.validation')
  if ('rmse' in figures) {
    const beside = [
      ...(baseline.mean === undefined ? [] : [speak('result.mean', { rmse: formatNumber(baseline.mean.rmse) })]),
      ...(baseline.linear === undefined ? [] : [speak('result.linear', { rmse: formatNumber(baseline.linear.rmse) })]),
    ].join(', ')
    const own = speak('result.regression', { rmse: formatNumber(figures.rmse), r2: formatNumber(figures.r2), mae: formatNumber(figures.mae) })
    const each = (figures.targets ?? []).map(one =>
      ({ label: '', text: speak('result.target', { name: visible(one.name), rmse: formatNumber(one.rmse), r2: formatNumber(one.r2) }) }))
    return [{ label, text: `${own}   ${speak('result.beside', { others: beside })}` }, ...each]
  }
  const { mostFrequent } = baseline
  const own = speak('result.classes', { accuracy: formatPercent(figures.accuracy), loss: formatNumber(figures.logLoss) })
  const beside = mostFrequent === undefined ? '' : speak('result.always', {
    label: visible(mostFrequent.label), accuracy: formatPercent(mostFrequent.accuracy), loss: formatNumber(mostFrequent.logLoss),
  })
  return [
    { label, text: [own, beside].filter(part => part !== '').join('   ') },
    ...confusionLines(figures.confusion, speak).map((text, i) => ({ label: i === 0 ? speak('label.confusion') : '', text })),
  ]
}

/** Measured classes down, predicted classes across; only as many classes as one can read. */
function confusionLines({ labels, counts }: { readonly labels: readonly string[]; readonly counts: readonly (readonly number[])[] }, speak: Speak): string[] {
  if (labels.length > 12) return [speak('result.many-classes', { count: labels.length })]
  const names = labels.map(label => visible(label).slice(0, 16))
  return table(
    [{ head: speak('result.confusion') }, ...names.map(head => ({ head, align: 'end' as const }))],
    names.map((name, t) => [name, ...(counts[t] ?? []).map(count => formatCount(count))]),
  )
}

function lines(parts: readonly string[]): string {
  return parts.length === 0 ? '' : `${parts.join('\n')}\n`
}
