/** `whynan predict`: what the network of a run says of other rows, as CSV or JSON. */
import { chooseBackend } from '../../backends/choose.ts'
import { pathIn, writeText } from '../../node/files.ts'
import { parseOptions } from '../../network/recipes.ts'
import type { Reading } from '../../network/spec.ts'
import { readingOptions, readTables } from '../../node/read-tables.ts'
import { folderStore } from '../../node/store.ts'
import { toJsonNumber } from '../../numeric/floats.ts'
import { modelFromJson, modelWasChanged } from '../../predict/model.ts'
import { predict, type Prediction } from '../../predict/predict.ts'
import { readRun } from '../../record/read.ts'
import { RecordError } from '../../record/errors.ts'
import type { RunStatus } from '../../record/run.ts'
import { findTables } from '../../table/select.ts'
import type { Table } from '../../table/table.ts'
import type { CommandContext, Options } from '../context.ts'
import { UsageError, whyRefused } from '../errors.ts'
import { formatCount, visible } from '../render.ts'
import { settingsFrom, text } from '../settings.ts'
import { filesOfRun, requireOtherThan } from '../write-page.ts'
import type { Speak } from '../words.ts'

export async function predictCommand([run = '', ...paths]: readonly string[], flags: Options, context: CommandContext): Promise<number> {
  const output = text(flags, 'output')
  await requireOtherThan(output, [...await filesOfRun(run), ...paths])
  const store = folderStore(run)
  const { record, changed } = await readRun(store)
  const sayChanged = (file: string): void => context.err(`${context.speak('run.changed', { file: visible(pathIn(run, file)) })}\n`)
  if (changed) sayChanged('run.json')
  const bytes = await store.read('model.json')
  if (bytes === null) throw noModel(run, record.status)
  const json = new TextDecoder().decode(bytes)
  const model = modelFromJson(json, `model.json in ${run}`)
  if (modelWasChanged(json)) sayChanged('model.json')
  const { contents, tables } = await readTables(paths, readingOptions({ ...meaningOf(record.settings.reading), ...parseOptions(await settingsFrom(flags)).reading }))
  const wanted = text(flags, 'table')
  const [only] = tables
  const table = wanted === undefined && tables.length === 1 && only !== undefined ? only : findTables(contents, { train: wanted, validation: false }).training
  const prediction = await predict(model, table, chooseBackend)
  if (refuses(flags)) refuseBad(prediction, table)
  const says = badSays(prediction, table, context.speak)
  if (says !== '') context.err(says)
  if (flags['json'] === true) context.out(`${JSON.stringify(asJson(prediction, table))}\n`)
  const csv = asCsv(prediction, table.rows)
  if (output !== undefined) await writeOutput(output, csv)
  else if (flags['json'] !== true) context.out(csv)
  return 0
}

function noModel(run: string, status: RunStatus): RecordError {
  if (status === 'non-finite') {
    return new RecordError('no-model', `${run} holds no model.json: the run stopped because a value was not finite. whynan explain ${run} says why and what to change.`)
  }
  return new RecordError('no-model', status === 'completed' || status === 'early-stopped'
    ? `model.json is missing in ${run}, though the run has ended: fit it again by the settings in run.json; the same data give the same model.`
    : `${run} holds no model.json: the run did not end yet. whynan resume ${run} goes on with it.`)
}

/** Whether rows that cannot be predicted are refused instead of put aside. */
function refuses(flags: Options): boolean {
  const said = text(flags, 'badRows') ?? 'aside'
  if (said !== 'aside' && said !== 'refuse') throw new UsageError('bad-rows', `--bad-rows takes aside or refuse; got ${JSON.stringify(said)}.`)
  return said === 'refuse'
}

/** Refusals are English, whatever language prose has. */
function refuseBad({ bad }: Prediction, table: Table): void {
  const [first] = bad
  if (first === undefined) return
  const count = new Set(bad.map(({ row }) => row)).size
  const cell = first.text === undefined ? String(first.value) : JSON.stringify(first.text)
  throw new UsageError('rows-not-predicted', `${count} of ${table.rows} rows of ${table.name} cannot be predicted: row ${first.row} holds ${cell} in ${first.columnName}. `
    + 'Nothing was written, since --bad-rows refuse was asked for; mend the cells, or leave it out to get NaN for such rows.')
}

/** What cells mean is as it was when the run was trained; how the other file is written is its own. */
function meaningOf({ dates, complex, missing }: Reading = {}): Reading {
  return { dates, complex, missing }
}

/** So many rows without a prediction are named; the others are counted. */
const mostNamed = 20

/** One sentence for the cells that were filled, and one for the rows without a prediction. */
function badSays(prediction: Prediction, table: Table, speak: Speak): string {
  return filledSays(prediction, speak) + notPredictedSays(prediction, table, speak)
}

function filledSays({ filled }: Prediction, speak: Speak): string {
  const [first] = filled
  if (first === undefined) return ''
  const place = { row: first.row, column: visible(first.columnName) }
  return `${filled.length === 1 ? speak('predict.filled.one', place) : speak('predict.filled', { ...place, count: filled.length })}\n`
}

function notPredictedSays({ bad }: Prediction, table: Table, speak: Speak): string {
  const [first] = bad
  if (first === undefined) return ''
  const rows = [...new Set(bad.map(cell => cell.row))]
  const count = rows.length
  const cell = visible(first.text === undefined ? String(first.value) : JSON.stringify(first.text))
  const facts = { rows: table.rows, row: first.row, column: visible(first.columnName), cell }
  if (count === 1) return `${speak('predict.bad.one', facts)}\n`
  const list = rows.slice(0, mostNamed).map(formatCount).join(speak('list.comma')) + (count > mostNamed ? speak('list.more', { count: count - mostNamed }) : '')
  return `${speak('predict.bad', { ...facts, count, list })}\n`
}

interface OutputColumn {
  readonly name: string
  readonly cell: (row: number) => string | number | null
}

function columnsOf({ values, classes }: Prediction): OutputColumn[] {
  if (classes === null) return values.map(({ name, values: numbers }) => ({ name, cell: row => numbers[row]! }))
  return [
    { name: classes.name, cell: row => classes.labels[row] ?? null },
    ...classes.probabilities.map(({ label, values: numbers }): OutputColumn => ({ name: `probability ${label}`, cell: row => numbers[row]! })),
  ]
}

/** CSV with a header; a row without a prediction holds NaN: readers skip blank lines, and every row after one would move up. */
function asCsv(prediction: Prediction, rows: number): string {
  const columns = columnsOf(prediction)
  const lines = [columns.map(({ name }) => quoted(name)).join(',')]
  for (let row = 0; row < rows; row++) {
    lines.push(columns.map(({ cell }) => {
      const value = cell(row)
      if (value === null) return 'NaN'
      return typeof value === 'number' ? String(value) : quoted(value)
    }).join(','))
  }
  return `${lines.join('\n')}\n`
}

/** RFC 4180. */
function quoted(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}

function asJson(prediction: Prediction, table: Table): object {
  return {
    rows: table.rows,
    predictions: columnsOf(prediction).map(({ name, cell }) => ({
      name,
      values: Array.from({ length: table.rows }, (_, row) => {
        const value = cell(row)
        return typeof value === 'number' ? toJsonNumber(value) : value
      }),
    })),
    notPredicted: prediction.bad.map(({ table: name, row, index, column, text: content }) => ({ table: name, row, index, column, text: content ?? null })),
  }
}

async function writeOutput(path: string, content: string): Promise<void> {
  try {
    await writeText(path, content)
  } catch (error) {
    throw new UsageError('output-not-written', `The predictions were not written to ${path}: ${whyRefused(error)}. Name a file that can be written with -o.`)
  }
}
