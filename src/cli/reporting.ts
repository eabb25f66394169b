/** What fit and resume show while they work and when they are done. */
import type { Experiment } from '../training/experiment.ts'
import type { Observer, StepEvent } from '../training/train.ts'
import type { Figures } from '../workflow/evaluate.ts'
import type { Run } from '../workflow/fit.ts'
import type { Repair } from '../workflow/repair.ts'
import type { Loss } from '../backends/backend.ts'
import type { CommandContext } from './context.ts'
import { formatCount, formatLarge, formatNumber, formatPercent, labelled, lossCurves, progressLine, progressWords, table, visible, type Labelled } from './render.ts'

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
function printedLosses({ step, result, validation }: StepEvent, { ink }: CommandContext): string {
  const line = (name: string, { total, data, regularization }: Loss): string => {
    const paint = (value: number): string => (Number.isFinite(value) ? value.toFixed(6) : ink.nonFinite(String(value)))
    return `step ${formatCount(step).padStart(7)}  ${name.padEnd(10)}  total ${paint(total)}  data ${paint(data)}  regularization ${paint(regularization)}\n`
  }
  return line('training', result.loss) + (validation === null ? '' : line('validation', validation))
}

/** What will be trained, before it is. */
export function plannedLines(files: string, experiment: Experiment, assumptions: readonly string[], context: CommandContext): string {
  const { training, validation, network, settings, encoding, steps, batchSize } = experiment
  const { ink, terminal } = context
  const tables = [training.table, validation?.table].filter(one => one !== undefined)
  const sizes = [...new Set(tables)].map(one => `${visible(one.name)} ${formatCount(one.rows)} x ${one.columns.length}`)
  const target = encoding.target.kind === 'numeric' ? encoding.target.columns.map(column => visible(column.name)).join(', ') : `${visible(encoding.target.name)} (${encoding.target.labels.length} classes)`
  const dropout = network.layers.some(layer => layer.dropout > 0) ? `, dropout ${[...new Set(network.layers.slice(0, -1).map(layer => layer.dropout))].join(', ')}` : ''
  const activations = [...new Set(network.layers.slice(0, -1).map(layer => layer.activation))].join(', ')
  const { optimizer } = settings
  const blocks: Labelled[] = [
    { label: visible(files), text: [...sizes, `target: ${target}`].join(' · ') },
    {
      label: 'network',
      text: `${[network.inputs, ...network.layers.map(layer => layer.units)].join(' - ')}${activations === '' ? '' : ` ${activations}`}${dropout} · ` +
        `${optimizer.name} ${optimizer.learningRate} · batch ${formatCount(batchSize)} · ${formatCount(steps)} steps · ${settings.precision} · seed ${settings.seed}`,
    },
  ]
  const notes = [...assumptions, ...experiment.assumptions].map(says => ({ label: ink.dim('!'), text: visible(says) }))
  return lines(labelled([...blocks], terminal.width, ink.bold)) + (notes.length === 0 ? '' : lines(labelled(notes, terminal.width)))
}

/** What broke and what was done about it, while training goes on. */
export function repairLine({ step, cause, flags }: Repair, { ink, terminal }: CommandContext): string {
  const done = flags.length === 0 ? 'its fix was taken' : flags.join(' ')
  return lines(labelled([{ label: ink.warn('repaired'), text: `step ${formatCount(step)} was not finite: ${cause}, proven by replay. ${done}; training goes on from step ${formatCount(step - 1)}.` }], terminal.width))
}

/** What came of it. */
export function finishedLines(run: Run, folder: string, context: CommandContext): string {
  const { ink, terminal } = context
  const { history, experiment, incident, status } = run
  const curve = (losses: readonly (Loss | null)[]): { step: number; loss: number }[] =>
    losses.flatMap((loss, i) => (loss === null ? [] : [{ step: history.steps[i]!, loss: loss.data }]))
  const picture = history.steps.length < 2 ? [] : lossCurves({
    training: curve(history.training), validation: curve(history.validation), steps: experiment.steps,
    ...(incident === null || incident.first === 'prediction' ? {} : { incident: { step: incident.step, label: valueOf(run) } }),
  }, terminal)
  const measured = run.validation ?? null
  const blocks: Labelled[] = [
    { label: 'status', text: statusText(run, ink.nonFinite) },
    ...(measured === null || status === 'non-finite' ? [] : figureBlocks('validation', measured, run)),
    ...(run.repairs.length === 0 ? [] : [{ label: 'repaired', text: run.repairs.map(({ step, cause, flags }) => `step ${formatCount(step)}, ${cause} (${flags.join(' ')})`).join(' · ') }]),
    { label: 'speed', text: `${formatLarge(run.rowsPerSecond)} rows/s in training steps · ${formatNumber(run.seconds)} s in all · ${run.backend} backend` },
    { label: 'run', text: ink.accent(visible(folder)) },
    ...(incident?.first === 'prediction' ? [{ label: '!', text: ink.nonFinite(`the validation loss is not finite from step ${formatCount(incident.step)} on; training went on, and its best weights cannot be told`) }] : []),
    ...(status === 'non-finite' || incident !== null ? [{ label: 'why', text: ink.accent(`whynan explain ${visible(folder)}`) }] : []),
    ...(status === 'interrupted' ? [{ label: 'go on', text: ink.accent(`whynan resume ${visible(folder)}`) }] : []),
  ]
  return `${lines(picture)}${lines(labelled(blocks, terminal.width, ink.bold))}`
}

function statusText({ status, steps, experiment, incident, result }: Run, paint: (text: string) => string): string {
  switch (status) {
    case 'completed': return `completed ${formatCount(steps)} steps${bestText(result, experiment)}`
    case 'early-stopped': return `stopped early after ${formatCount(steps)} of ${formatCount(experiment.steps)} steps${bestText(result, experiment)}`
    case 'interrupted': return `interrupted after ${formatCount(steps)} of ${formatCount(experiment.steps)} steps; what was trained is kept`
    case 'non-finite':
      return `${paint(`the ${incident?.first ?? 'loss'} became ${Number.isNaN(result.incident?.loss.total) ? 'NaN' : 'not finite'} at step ${formatCount(incident?.step ?? 0)}`)}; the parameters before it are kept`
    default: return status satisfies never
  }
}

function bestText({ best }: Run['result'], { settings }: Experiment): string {
  return best === null || settings.earlyStopping === false ? '' : `, best weights of step ${formatCount(best.step)} restored`
}

function valueOf({ result }: Run): string {
  const total = result.incident?.loss.total
  return total === undefined || Number.isFinite(total) ? 'not finite' : String(total)
}

function figureBlocks(label: string, figures: Figures, { baseline }: Run): Labelled[] {
  if ('rmse' in figures) {
    const beside = [
      baseline.mean === undefined ? '' : `mean ${formatNumber(baseline.mean.rmse)}`,
      baseline.linear === undefined ? '' : `straight line ${formatNumber(baseline.linear.rmse)}`,
    ].filter(part => part !== '').join(', ')
    const total = { label, text: `RMSE ${formatNumber(figures.rmse)}   R2 ${formatNumber(figures.r2)}   MAE ${formatNumber(figures.mae)}   (RMSE of the ${beside})` }
    const each = (figures.targets ?? []).map(one => ({ label: '', text: `${visible(one.name)}: RMSE ${formatNumber(one.rmse)}   R2 ${formatNumber(one.r2)}` }))
    return [total, ...each]
  }
  const { mostFrequent } = baseline
  const beside = mostFrequent === undefined ? '' : `   (always ${visible(mostFrequent.label)}: ${formatPercent(mostFrequent.accuracy)}, ${formatNumber(mostFrequent.logLoss)})`
  return [
    { label, text: `accuracy ${formatPercent(figures.accuracy)}   log-loss ${formatNumber(figures.logLoss)}${beside}` },
    ...confusionLines(figures.confusion).map((text, i) => ({ label: i === 0 ? 'confusion' : '', text })),
  ]
}

/** Measured classes down, predicted classes across; only as many classes as one can read. */
function confusionLines({ labels, counts }: { readonly labels: readonly string[]; readonly counts: readonly (readonly number[])[] }): string[] {
  if (labels.length > 12) return [`${labels.length} classes; see figures/confusion.svg`]
  const names = labels.map(label => visible(label).slice(0, 16))
  return table(
    [{ head: 'measured \\ predicted' }, ...names.map(head => ({ head, align: 'end' as const }))],
    names.map((name, t) => [name, ...(counts[t] ?? []).map(count => formatCount(count))]),
  )
}

function lines(parts: readonly string[]): string {
  return parts.length === 0 ? '' : `${parts.join('\n')}\n`
}
