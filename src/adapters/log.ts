/**
 * A log of steps, one JSON object a line, as another program wrote it:
 *
 *     {"step": 7, "rows": [41277, 5, …], "loss": NaN}
 *
 * Beside these three a line may hold `validation`, `rowLosses`, `gradNorm`, `anyNonFinite` (of `gradients`, `moments`,
 * `parameters`: true or false) and `nonFinite` (counts, by the same names or by tensors' names, which are parameters). A line
 * with `settings` alone says what the program is set to. NaN may be written as NaN, "NaN", nan or null. Names may be written
 * with underscores. A line that does not parse is left out and said; what the others show is said still. A log may be a table as
 * well, whose first line holds the names.
 */
import { say, type Said } from '../explain/finding.ts'
import type { TensorsSeen, WatchedStep } from '../explain/watched/run.ts'
import { explainWatched, type WatchedOptions } from '../explain/watched/explain.ts'
import type { Explanation } from '../explain/explanation.ts'
import type { Table } from '../table/table.ts'
import { LogColumns, named, type Fields } from './log-names.ts'
import { Memory } from './memory.ts'
import { readSettings } from './settings.ts'
import { rowNumbers, subjectOf, type WatchOptions } from './watch.ts'

/** Lines that are said one by one. */
const saidLines = 5

export class StepLog {
  private memory: Memory
  private options: WatchOptions
  private line = 0
  private runs = 1
  private leftOut = 0
  /** The last epoch of a log whose lines are epochs; null where they are steps, or nothing is known yet. */
  private epoch: number | null = null
  /** The number that the log gives its first epoch. */
  private firstEpoch: number | null = null
  /** Of a log that is a table. */
  private header: LogColumns | null = null
  private lastProblem: Said | null = null
  private readonly notes: Said[] = []

  /** `options` win over what the log's own settings say. */
  constructor(private readonly table: Table, private readonly given: WatchOptions = {}) {
    this.options = given
    this.memory = new Memory(subjectOf(table, given))
  }

  /** Takes one line, without its end. */
  read(text: string): void {
    this.line++
    this.lastProblem = null
    if (text.trim() === '') return
    const problem = this.take(text)
    if (problem === null) return
    if (text.trimStart().startsWith('{')) this.lastProblem = problem
    if (this.leftOut++ < saidLines) this.notes.push(say('log.line', { line: this.line, why: [problem] }))
  }

  /** Whether a line gave a step. */
  get started(): boolean {
    return this.memory.started || this.runs > 1
  }

  /** Of the first line that was left out, which and why. */
  get firstLeftOut(): Said | null {
    return this.notes[0] ?? null
  }

  /** What the lines show. */
  explain(options: WatchedOptions = {}): Explanation {
    const { run } = this.memory
    const notes = [
      ...run.notes, ...(run.byEpoch ? [this.epochsSaid()] : []),
      ...(this.runs > 1 ? [say('log.runs', { count: this.runs })] : []), ...this.notes,
      ...(this.leftOut > saidLines ? [say('log.more', { count: this.leftOut - saidLines })] : []),
      ...(this.lastProblem?.message === 'log.not-json' ? [say('log.cut')] : []),
    ]
    return explainWatched({ ...run, notes }, options)
  }

  private epochsSaid(): Said {
    return this.firstEpoch === null || this.firstEpoch === 1 ? say('log.epochs') : say('log.epochs.from', { first: this.firstEpoch })
  }

  private take(text: string): Said | null {
    const table = text.trimStart().startsWith('{') ? null : this.asTable(text)
    if (table === 'header') return null
    const fields = table ?? fieldsOf(text)
    if ('message' in fields) return fields
    // Tables have lines of other things, such as a rate, and of a validation loss after its step.
    if (table !== null && !fields.has('loss') && (!fields.has('validation') || this.seeLater(fields))) return null
    const settings = fields.get('settings')
    if (settings !== undefined && !fields.has('loss')) return this.takeSettings(settings)
    const step = numbered(fields.get('step') ?? this.memory.latest + 1)
    if (step === null) return say('log.bad-step', { got: shortly(fields.get('step')) })
    if (this.memory.started && step <= this.memory.latest) {
      // A program that adds to its log when it is run again begins from its first step.
      if (step > this.memory.run.firstStep) return say('log.step-back', { got: shortly(step), last: this.memory.latest })
      this.begin()
    }
    const seen = stepOf(step, fields, this.options.rowsFrom ?? 0)
    if ('message' in seen) return seen
    this.memory.byEpoch = this.linesAreEpochs(fields)
    this.memory.see(seen.step, seen.validation)
    return null
  }

  /** The fields of a line of a table; null where the log is none. */
  private asTable(text: string): Fields | 'header' | null {
    const header = LogColumns.of(text)
    if (header === null) return this.header?.fields(text) ?? null
    // A header once more: the program was run again.
    if (this.header !== null && this.memory.started) this.begin()
    this.header = header
    return 'header'
  }

  /** Whether a line's validation loss is of the step that was seen last. */
  private seeLater(fields: Fields): boolean {
    const value = figure(fields.get('validation'))
    const step = numbered(fields.get('step') ?? this.memory.latest)
    if (value === undefined || !this.memory.started || step === null || step > this.memory.latest) return false
    this.memory.seeLater(step, value)
    return true
  }

  private begin(): void {
    this.memory = new Memory(subjectOf(this.table, this.options))
    this.runs++
    this.epoch = null
  }

  /** Whether each line so far has been one epoch: its number ascends, and neither steps nor rows are given. */
  private linesAreEpochs(fields: Fields): boolean {
    const epoch = numbered(fields.get('epoch'))
    const follows = epoch !== null && !fields.has('step') && !fields.has('rows') && (this.memory.started ? this.memory.byEpoch && epoch > (this.epoch ?? -1) : true)
    this.epoch = epoch
    if (!this.memory.started) this.firstEpoch = epoch
    return follows
  }

  private takeSettings(settings: unknown): Said | null {
    const read = readSettings(settings)
    if ('message' in read) return read
    this.options = { ...read, ...this.given }
    if (!this.memory.started) this.memory = new Memory(subjectOf(this.table, this.options))
    return null
  }
}

/** Explains a whole log. Throws TableError where the options' columns are not in the table. */
export function explainLog(table: Table, text: string, options: WatchOptions & WatchedOptions = {}): Explanation {
  const { language, width, causes, ...watching } = options
  const log = new StepLog(table, watching)
  for (const line of text.split(/\r?\n/)) log.read(line)
  return log.explain({ ...(language === undefined ? {} : { language }), ...(width === undefined ? {} : { width }), ...(causes === undefined ? {} : { causes }) })
}

/** Names without underscores and in small letters; Python's and NumPy's words for what JSON has none for, as texts. */
function fieldsOf(text: string): Fields | Said {
  const quoted = text.replace(/"(?:[^"\\]|\\.)*"|[+-]?\b(?:nan|inf|infinity)\b/gi, token => (token.startsWith('"') ? token : JSON.stringify(token)))
  let value: unknown
  try {
    value = JSON.parse(quoted)
  } catch {
    return say('log.not-json')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return say('log.not-object')
  return named(Object.entries(value))
}

function stepOf(step: number, fields: Fields, rowsFrom: number): { step: WatchedStep; validation: number[] } | Said {
  const loss = fields.has('loss') ? figure(fields.get('loss')) : null
  if (loss === undefined) return say('log.bad-loss', { got: shortly(fields.get('loss')) })
  const rows = fields.get('rows')
  if (rows !== undefined && rows !== null && !isNumbers(rows)) return say('log.bad-rows', { got: shortly(rows) })
  const rowLosses = fields.get('rowlosses')
  const validation = [fields.get('validation') ?? []].flat().flatMap(value => figure(value) ?? [])
  const gradients = tensorsOf(fields, 'gradients')
  const moments = tensorsOf(fields, 'moments')
  const parameters = tensorsOf(fields, 'parameters')
  const badPositions = !Array.isArray(rowLosses) ? null : rowLosses.flatMap((value, i) => (Number.isFinite(figure(value) ?? Number.NaN) ? [] : [i]))
  if (loss === null && gradients === null && moments === null && parameters === null && badPositions === null && validation.length === 0) return say('log.no-loss')
  return { step: { step, rows: isNumbers(rows) ? rowNumbers(rows.map(row => (typeof row === 'number' ? row : Number.NaN)), rowsFrom) : null, loss, badPositions, gradients, moments, parameters, zeroDivisors: null }, validation }
}

/** What flags, counts and a norm say of gradients, moments or parameters. */
function tensorsOf(fields: Fields, kind: 'gradients' | 'moments' | 'parameters'): TensorsSeen | null {
  const norm = kind === 'gradients' && fields.has('gradnorm') ? figure(fields.get('gradnorm')) : undefined
  const flag = partOf(fields.get('anynonfinite'), kind)
  const counts = countsOf(fields.get('nonfinite'), kind)
  if (norm === undefined && flag === undefined && counts === null) return null
  const byNorm = norm !== undefined && !Number.isFinite(norm) ? 1 : 0
  const byFlag = flag === true ? 1 : 0
  return {
    elements: null, nonFinite: Math.max(counts?.count ?? 0, byNorm, byFlag), norm: norm === undefined || byNorm === 1 ? null : norm,
    first: counts?.first ?? (byNorm === 1 ? { name: kind, index: -1, value: norm ?? Number.NaN } : null),
  }
}

function partOf(flags: unknown, kind: string): unknown {
  return typeof flags === 'object' && flags !== null ? named(Object.entries(flags)).get(kind) : undefined
}

function countsOf(counts: unknown, kind: string): { count: number; first: TensorsSeen['first'] } | null {
  if (typeof counts !== 'object' || counts === null) return null
  const of = Object.entries(counts).flatMap(([name, content]: [string, unknown]) => {
    const known = ['gradients', 'moments', 'parameters'].includes(name.toLowerCase())
    if (known ? name.toLowerCase() !== kind : kind !== 'parameters') return []
    return typeof content === 'number' ? [{ name, count: content }] : typeof content === 'object' && content !== null
      ? Object.entries(content).flatMap(([tensor, count]: [string, unknown]) => (typeof count === 'number' ? [{ name: tensor, count }] : []))
      : []
  })
  if (of.length === 0) return null
  const bad = of.find(({ count }) => count > 0)
  return { count: of.reduce((sum, { count }) => sum + count, 0), first: bad === undefined ? null : { name: bad.name, index: -1, value: Number.NaN } }
}

/** A number, or what stands for one that JSON cannot hold; undefined for anything else. */
function figure(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  // JSON.stringify writes NaN and both infinities as null.
  if (value === null) return Number.NaN
  if (typeof value !== 'string') return undefined
  const word = /^([+-]?)(nan|inf|infinity)$/i.exec(value.trim())
  if (word === null) return undefined
  if (word[2]?.toLowerCase() === 'nan') return Number.NaN
  return word[1] === '-' ? -Infinity : Infinity
}

function numbered(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null
}

function isNumbers(value: unknown): value is number[] {
  // A row number that is null or NaN is a row that is not there.
  return Array.isArray(value) && value.every(item => typeof item === 'number' || item === null || figure(item) !== undefined)
}

function shortly(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value) ?? String(value)
  return text.length > 40 ? `${text.slice(0, 39)}…` : text
}
