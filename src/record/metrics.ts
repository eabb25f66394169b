/**
 * metrics.csv: one line a step, with the losses and the learning rate, each number the shortest text that reads back as the
 * same float64 (never more than 17 digits). Cells are empty where the validation table was not evaluated.
 */
import type { Loss } from '../backends/backend.ts'
import { NumberText } from '../numeric/decimal.ts'
import { RecordError } from './errors.ts'

const names = [
  'step', 'training_total', 'training_data', 'training_regularization',
  'validation_total', 'validation_data', 'validation_regularization', 'learning_rate',
] as const
export const metricsHeader = `${names.join(',')}\n`

export interface LossColumns {
  readonly total: Float64Array
  readonly data: Float64Array
  readonly regularization: Float64Array
}

/** All steps of a run, in order from step 1; every vector has `rows` elements. */
export interface Metrics {
  readonly rows: number
  readonly training: LossColumns
  /** NaN where it was not evaluated, and where it was NaN: `evaluated` tells. */
  readonly validation: LossColumns
  /** 1 where the validation table was evaluated after the step. */
  readonly evaluated: Uint8Array
  readonly learningRate: Float64Array
}

/** Per step: step, training's three losses, validation's three, learning rate, and whether validation was evaluated. */
const stride = 9

const comma = 0x2c
const lineFeed = 0x0a

/** Steps that are not yet text. Adding one costs a few stores; text is made in batches. */
export class MetricsBuffer {
  private numbers = new Float64Array(stride * 1024)
  private rows = 0
  private readonly text = new NumberText()

  get length(): number {
    return this.rows
  }

  add(step: number, training: Loss, validation: Loss | null, learningRate: number): void {
    if ((this.rows + 1) * stride > this.numbers.length) this.grow()
    const { numbers } = this
    const at = this.rows++ * stride
    numbers[at] = step
    numbers[at + 1] = training.total
    numbers[at + 2] = training.data
    numbers[at + 3] = training.regularization
    numbers[at + 7] = learningRate
    numbers[at + 8] = validation === null ? 0 : 1
    if (validation === null) return
    numbers[at + 4] = validation.total
    numbers[at + 5] = validation.data
    numbers[at + 6] = validation.regularization
  }

  /** The lines of the steps up to `step`, which the buffer forgets. */
  take(step: number = Infinity): Uint8Array {
    let row = 0
    for (; row < this.rows && this.numbers[row * stride]! <= step; row++) this.line(row * stride)
    this.numbers.copyWithin(0, row * stride, this.rows * stride)
    this.rows -= row
    return this.text.take()
  }

  private line(at: number): void {
    const { numbers, text } = this
    const evaluated = numbers[at + 8] === 1
    for (let column = 0; column < names.length; column++) {
      if (column > 0) text.character(comma)
      if (evaluated || column < 4 || column > 6) text.number(numbers[at + column]!)
    }
    text.character(lineFeed)
  }

  private grow(): void {
    const larger = new Float64Array(this.numbers.length * 2)
    larger.set(this.numbers)
    this.numbers = larger
  }
}

/**
 * The steps in the bytes of a metrics.csv. A last line without its line feed was torn by a crash: it is left out where
 * `torn` is `drop`. Throws RecordError `metrics-damaged` with the line (from 1) where a line is not what whynan writes.
 */
export function parseMetrics(bytes: Uint8Array, file: string, torn: 'drop' | 'refuse'): Metrics {
  const whole = bytes.lastIndexOf(0x0a) + 1
  if (bytes.length === 0 && torn === 'refuse') throw damaged(file, 'it is empty')
  if (whole < bytes.length && torn === 'refuse') throw damaged(file, 'its last line was cut short')
  const rows = linesIn(bytes.subarray(0, whole)) - 1
  const column = (): Float64Array => new Float64Array(Math.max(rows, 0)).fill(Number.NaN)
  const columns = Array.from(names, column)
  const evaluated = new Uint8Array(Math.max(rows, 0))

  let line = 0
  for (const text of lines(bytes.subarray(0, whole))) {
    if (line === 0) {
      if (`${text}\n` !== metricsHeader) throw damaged(file, 'its first line is not the header that whynan writes', 1)
    } else {
      const cells = text.split(',')
      if (cells.length !== names.length) {
        throw damaged(file, `line ${line + 1} has ${cells.length} cells, expected ${names.length}`, line + 1)
      }
      evaluated[line - 1] = cells[4] === '' ? 0 : 1
      cells.forEach((cell, c) => {
        const column = columns[c]
        const empty = c >= 4 && c <= 6 && evaluated[line - 1] === 0
        if (column !== undefined && !(empty && cell === '')) column[line - 1] = numberOf(cell, file, line + 1, c)
      })
      if (columns[0]?.[line - 1] !== line) throw damaged(file, `line ${line + 1} is of step ${cells[0]}, expected step ${line}`, line + 1)
    }
    line++
  }
  const of = (c: number): Float64Array => columns[c] ?? column()
  return {
    rows: Math.max(rows, 0),
    training: { total: of(1), data: of(2), regularization: of(3) },
    validation: { total: of(4), data: of(5), regularization: of(6) },
    evaluated,
    learningRate: of(7),
  }
}

const number = /^(?:-?\d+(?:\.\d+)?(?:e[+-]\d+)?|NaN|-?Infinity)$/

function numberOf(cell: string, file: string, line: number, column: number): number {
  if (number.test(cell)) return Number(cell)
  throw damaged(file, `line ${line}, ${names[column] ?? ''}: ${JSON.stringify(cell.slice(0, 40))} is not a number`, line)
}

/** Whole lines without their line feeds, a megabyte of text at a time, so that a long run's file fits into strings. */
function* lines(bytes: Uint8Array): Generator<string> {
  const decoder = new TextDecoder()
  let from = 0
  while (from < bytes.length) {
    const near = bytes.indexOf(0x0a, Math.min(from + 2 ** 20, bytes.length - 1))
    const end = near === -1 ? bytes.length : near + 1
    yield* decoder.decode(bytes.subarray(from, end - 1)).split('\n')
    from = end
  }
}

function linesIn(bytes: Uint8Array): number {
  let count = 0
  for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, at + 1)) count++
  return count
}

function damaged(file: string, what: string, line?: number): RecordError {
  const sentence = `${file} is damaged: ${what}. Start the run again with the same settings, which gives the same numbers.`
  return new RecordError('metrics-damaged', sentence, { file, ...(line === undefined ? {} : { line }) })
}
