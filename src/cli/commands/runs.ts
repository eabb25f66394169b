/** `whynan runs`: lists runs, and where their settings differ. */
import { isThere } from '../../node/files.ts'
import { folderStore } from '../../node/store.ts'
import { listRuns, settingsDifferences, type ListedRun } from '../../record/read.ts'
import { RecordError } from '../../record/errors.ts'
import type { RunRecord } from '../../record/run.ts'
import type { CommandContext, Options } from '../context.ts'
import { formatCount, formatNumber, formatPercent, table, visible } from '../render.ts'

export async function runsCommand([folder = 'runs']: readonly string[], flags: Options, context: CommandContext): Promise<number> {
  if (!isThere(folder)) throw new RecordError('no-runs', `There is no folder ${folder}; whynan fit writes its runs into runs/, or name a folder of runs.`)
  const listed = await listRuns(folderStore(folder))
  if (flags['json'] === true) {
    context.out(`${JSON.stringify({ folder, runs: listed.map(asJson) })}\n`)
    return 0
  }
  if (listed.length === 0) {
    context.out(`No runs in ${visible(folder)}; whynan fit DATA writes one.\n`)
    return 0
  }
  const { ink } = context
  const whole = listed.filter(run => 'record' in run)
  const differences = settingsDifferences(whole.map(run => run.record.settings))
  const rows = listed.map(run => {
    if ('error' in run) return [visible(run.name), ink.nonFinite('unreadable'), '', '', visible(run.error.message)]
    const result = asObject(run.record.result)
    return [
      visible(run.name), statusOf(run.record, result, ink.nonFinite), typeof result['steps'] === 'number' ? formatCount(result['steps']) : '',
      figureOf(result), differences.map(difference => `${difference.setting} ${visible(difference.values[whole.indexOf(run)] ?? 'none')}`).join(' · '),
    ]
  })
  context.out(`${table([{ head: 'run' }, { head: 'status' }, { head: 'steps', align: 'end' }, { head: 'validation' }, { head: 'where settings differ' }], rows, ink.bold).join('\n')}\n`)
  return 0
}

function asJson(run: ListedRun): object {
  if ('error' in run) return { name: run.name, error: run.error.message }
  const { status, settings, data, result } = run.record
  return { name: run.name, status, data: data.files.map(file => file.name), settings, result }
}

function statusOf({ status }: RunRecord, result: Record<string, unknown>, paint: (text: string) => string): string {
  if (status !== 'non-finite') return status
  const step = asObject(result['incident'])['step']
  return paint(typeof step === 'number' ? `non-finite at ${formatCount(step)}` : status)
}

function figureOf(result: Record<string, unknown>): string {
  const validation = asObject(result['validation'])
  const { rmse, r2, accuracy } = validation
  if (typeof rmse === 'number') return `RMSE ${formatNumber(rmse)}${typeof r2 === 'number' ? `  R2 ${formatNumber(r2)}` : ''}`
  return typeof accuracy === 'number' ? `accuracy ${formatPercent(accuracy)}` : ''
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
