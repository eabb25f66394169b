/** `whynan runs`: lists runs, and where their settings differ. */
import { isThere } from '../../node/files.ts'
import { folderStore } from '../../node/store.ts'
import { listRuns, settingsDifferences, type ListedRun, type SettingsDifference } from '../../record/read.ts'
import { RecordError } from '../../record/errors.ts'
import type { RunRecord } from '../../record/run.ts'
import type { CommandContext, Options } from '../context.ts'
import { cells, cutTo, formatCount, formatNumber, formatPercent, table, visible, withoutColours } from '../render.ts'
import type { Speak } from '../words.ts'

export async function runsCommand([folder = 'runs']: readonly string[], flags: Options, context: CommandContext): Promise<number> {
  if (!isThere(folder)) throw new RecordError('no-runs', `There is no folder ${folder}; whynan fit writes its runs into runs/, or name a folder of runs.`)
  const listed = await listRuns(folderStore(folder))
  if (flags['json'] === true) {
    context.out(`${JSON.stringify({ folder, runs: listed.map(asJson) })}\n`)
    return 0
  }
  if (listed.length === 0) {
    context.out(`${context.speak('runs.none', { folder: visible(folder) })}\n`)
    return 0
  }
  const { ink, speak } = context
  const whole = listed.filter(run => 'record' in run)
  const differences = settingsDifferences(whole.map(run => run.record.settings))
  const heads = [{ head: speak('runs.run') }, { head: speak('runs.status') }, { head: speak('runs.steps'), align: 'end' as const }, { head: speak('runs.validation') }]
  const rows = listed.map(run => {
    if ('error' in run) return [visible(run.name), ink.nonFinite(speak('runs.unreadable')), '', '']
    const result = asObject(run.record.result)
    return [
      visible(run.name), markedStatus(run, statusOf(run.record, result, ink.nonFinite, speak), speak), typeof result['steps'] === 'number' ? formatCount(result['steps']) : '',
      figureOf(result, speak),
    ]
  })
  const beside = heads.reduce((sum, { head }, c) => sum + 2 + Math.max(cells(head), ...rows.map(row => cells(withoutColours(row[c] ?? '')))), 0)
  const room = Math.max(leastForSettings, context.terminal.width - beside)
  const last = listed.map(run => ('error' in run ? visible(run.error.message) : fitting(ownSettings(differences, whole.indexOf(run)), room)))
  context.out(`${table([...heads, { head: speak('runs.differences') }], rows.map((row, r) => [...row, last[r] ?? '']), ink.bold).join('\n')}\n`)
  return 0
}

/** However narrow the terminal: so much is shown of where settings differ. */
const leastForSettings = 24

/**
 * What sets one run apart: where more than half of the runs agree on a setting, only the others say theirs. A setting that a run
 * does not have, such as the momentum of Adam, says nothing of it.
 */
function ownSettings(differences: readonly SettingsDifference[], which: number): string[] {
  return differences.flatMap(({ setting, values }) => {
    const own = values[which]
    const usual = values.filter(value => value === own).length * 2 > values.length
    return own === undefined || usual ? [] : [`${setting} ${visible(own)}`]
  })
}

/** As many whole settings as there is room for, and the number of the others. */
function fitting(settings: readonly string[], room: number): string {
  const joined = (count: number): string => [...settings.slice(0, count), ...(count < settings.length ? [`+${settings.length - count}`] : [])].join(' · ')
  let count = settings.length
  while (count > 1 && cells(joined(count)) > room) count--
  return cells(joined(count)) > room ? cutTo(joined(count), room) : joined(count)
}

function asJson(run: ListedRun): object {
  if ('error' in run) return { name: run.name, error: run.error.message }
  const { status, settings, data, result } = run.record
  return { name: run.name, status, data: data.files.map(file => file.name), settings, result, ...(run.changed ? { changed: true } : {}) }
}

function markedStatus({ changed }: { readonly changed: boolean }, status: string, speak: Speak): string {
  return changed ? speak('runs.changed', { status }) : status
}

function statusOf({ status }: RunRecord, result: Record<string, unknown>, paint: (text: string) => string, speak: Speak): string {
  if (status !== 'non-finite') return speak(`runs.${status}`)
  const step = asObject(result['incident'])['step']
  return paint(typeof step === 'number' ? speak('runs.non-finite-at', { step }) : speak('runs.non-finite'))
}

function figureOf(result: Record<string, unknown>, speak: Speak): string {
  const validation = asObject(result['validation'])
  const { rmse, r2, accuracy } = validation
  if (typeof rmse === 'number' && typeof r2 === 'number') return speak('runs.regression', { rmse: formatNumber(rmse), r2: formatNumber(r2) })
  if (typeof rmse === 'number') return speak('runs.rmse', { rmse: formatNumber(rmse) })
  return typeof accuracy === 'number' ? speak('runs.accuracy', { accuracy: formatPercent(accuracy) }) : ''
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
