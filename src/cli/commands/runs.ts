/** `whynan runs`: lists runs, and where their settings differ. */
import { isThere } from '../../node/files.ts'
import { folderStore } from '../../node/store.ts'
import { listRuns, settingsDifferences, type ListedRun } from '../../record/read.ts'
import { RecordError } from '../../record/errors.ts'
import type { RunRecord } from '../../record/run.ts'
import type { CommandContext, Options } from '../context.ts'
import { formatCount, formatNumber, formatPercent, table, visible } from '../render.ts'
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
  const rows = listed.map(run => {
    if ('error' in run) return [visible(run.name), ink.nonFinite(speak('runs.unreadable')), '', '', visible(run.error.message)]
    const result = asObject(run.record.result)
    return [
      visible(run.name), statusOf(run.record, result, ink.nonFinite, speak), typeof result['steps'] === 'number' ? formatCount(result['steps']) : '',
      figureOf(result, speak), differences.map(difference => `${difference.setting} ${visible(difference.values[whole.indexOf(run)] ?? speak('runs.no-value'))}`).join(' · '),
    ]
  })
  const heads = [{ head: speak('runs.run') }, { head: speak('runs.status') }, { head: speak('runs.steps'), align: 'end' as const }, { head: speak('runs.validation') }, { head: speak('runs.differences') }]
  context.out(`${table(heads, rows, ink.bold).join('\n')}\n`)
  return 0
}

function asJson(run: ListedRun): object {
  if ('error' in run) return { name: run.name, error: run.error.message }
  const { status, settings, data, result } = run.record
  return { name: run.name, status, data: data.files.map(file => file.name), settings, result }
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
